package oidc

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"

	"gatehouse/internal/okta"
	"gatehouse/internal/org"
)

// authnRequest is what the steps of the authentication API take.
type authnRequest struct {
	Username    string `json:"username"`
	Password    string `json:"password"`
	StateToken  string `json:"stateToken"`
	PassCode    string `json:"passCode"`
	Answer      string `json:"answer"`
	OldPassword string `json:"oldPassword"`
	NewPassword string `json:"newPassword"`
}

// authnAnswer is the state of a sign-in (documentation of the authentication API).
type authnAnswer struct {
	StateToken   string         `json:"stateToken,omitempty"`
	ExpiresAt    string         `json:"expiresAt"`
	Status       string         `json:"status"`
	SessionToken string         `json:"sessionToken,omitempty"`
	Embedded     map[string]any `json:"_embedded"`
	Links        map[string]any `json:"_links,omitempty"`
}

// readAuthn reads a JSON body. The cloud answers a malformed one with E0000003.
func readAuthn(h *http.Request) (in authnRequest, err error) {
	body, err := io.ReadAll(h.Body)
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		e := org.APIError("E0000003", "The body is larger than 64 kB.")
		e.Status = http.StatusRequestEntityTooLarge
		return in, e
	}
	if err != nil || !strings.Contains(h.Header.Get("Content-Type"), "json") {
		return in, org.APIError("E0000003")
	}
	doc, err := okta.Parse(body)
	if err != nil || doc.Decode(&in) != nil {
		return in, org.APIError("E0000003")
	}
	return in, nil
}

// authn is primary authentication: password in, session token or the next step out.
// A state token instead tells where a sign-in stands.
func (p *Provider) authn(w http.ResponseWriter, h *http.Request, r *org.Request) error {
	in, err := readAuthn(h)
	if err != nil {
		return err
	}
	if in.StateToken != "" {
		pending, err := p.state(h, in.StateToken)
		if err != nil {
			return err
		}
		return p.answerStage(w, h, pending)
	}
	if in.Username == "" {
		return &okta.Error{
			Status: http.StatusBadRequest, Code: "E0000001", Summary: "Api validation failed: authRequest", Link: "E0000001",
			Causes: []okta.Cause{{Summary: "The 'username' and 'password' attributes are required in this context."}},
		}
	}
	if err := p.org.CountSignIn(in.Username, r.Client.IP); err != nil {
		return err
	}
	found, err := p.org.VerifyPassword(h.Context(), in.Username, in.Password, r.Client)
	if err != nil {
		return err
	}
	next, err := p.afterPassword(h, found.UserID, found.PasswordExpired)
	if err != nil {
		return err
	}
	if next.Stage == "" {
		return p.answerSuccess(w, h, r, found.UserID, []string{"pwd"})
	}
	if next, err = p.org.BeginSignIn(r, next); err != nil {
		return err
	}
	return p.answerStage(w, h, next)
}

// state finds the sign-in of a state token; one that is unknown or over is 401 E0000011.
func (p *Provider) state(h *http.Request, token string) (org.Pending, error) {
	pending, found, err := p.org.SignInUnderWay(h.Context(), token, "")
	if err == nil && !found {
		err = org.APIError("E0000011")
	}
	return pending, err
}

// authnVerify takes the code or the answer of a factor. Without one it sends the code.
func (p *Provider) authnVerify(w http.ResponseWriter, h *http.Request, r *org.Request) error {
	in, err := readAuthn(h)
	if err != nil {
		return err
	}
	pending, err := p.state(h, in.StateToken)
	if err != nil {
		return err
	}
	held, err := p.org.SignInFactors(h.Context(), pending.UserID)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(held, func(f org.Factor) bool { return f.ID == h.PathValue("factor") })
	if at < 0 {
		return org.APIError("E0000007")
	}
	if pending.Stage != org.StageFactor {
		return org.APIError("E0000079")
	}
	if in.PassCode == "" && choiceOf(held[at]).Sends {
		if err := p.org.SendFactorCode(r, pending.UserID, held[at].ID); err != nil {
			return err
		}
		return p.answerChallenge(w, h, pending, held[at])
	}
	if err := p.org.VerifyFactor(r, pending.UserID, held[at].ID, org.Proof{PassCode: digits(in.PassCode), Answer: in.Answer}); err != nil {
		return err
	}
	return p.endState(w, h, r, pending)
}

// authnChangePassword takes the new password after PASSWORD_EXPIRED. The old one is proved again.
func (p *Provider) authnChangePassword(w http.ResponseWriter, h *http.Request, r *org.Request) error {
	in, err := readAuthn(h)
	if err != nil {
		return err
	}
	pending, err := p.state(h, in.StateToken)
	if err != nil {
		return err
	}
	if pending.Stage != org.StagePasswordExpired {
		return org.APIError("E0000079")
	}
	person, err := p.org.Person(h.Context(), pending.UserID)
	if err != nil {
		return err
	}
	if _, err := p.org.VerifyPassword(h.Context(), person.Text("profile", "login"), in.OldPassword, r.Client); err != nil {
		if refused(err) {
			return org.APIError("E0000014", "Old Password is not correct")
		}
		return err
	}
	if err := p.org.SetPassword(h.Context(), pending.UserID, in.NewPassword, r.Client); err != nil {
		return err
	}
	next, err := p.afterPassword(h, pending.UserID, false)
	if err != nil {
		return err
	}
	if next.Stage == "" {
		return p.endState(w, h, r, pending)
	}
	if err := p.org.AdvanceSignIn(r, pending, next.Stage, next.UserID); err != nil {
		return err
	}
	pending.Stage = next.Stage
	return p.answerStage(w, h, pending)
}

// endState ends a sign-in whose last step was right. Only one request can end it.
func (p *Provider) endState(w http.ResponseWriter, h *http.Request, r *org.Request, pending org.Pending) error {
	was, err := p.org.EndSignIn(r, pending)
	if err != nil {
		return err
	}
	if !was {
		return org.APIError("E0000011")
	}
	return p.answerSuccess(w, h, r, pending.UserID, methods(pending))
}

// authnCancel takes a sign-in away.
func (p *Provider) authnCancel(w http.ResponseWriter, h *http.Request, r *org.Request) error {
	in, err := readAuthn(h)
	if err != nil {
		return err
	}
	pending, err := p.state(h, in.StateToken)
	if err != nil {
		return err
	}
	if _, err := p.org.EndSignIn(r, pending); err != nil {
		return err
	}
	writeJSON(w, http.StatusOK, json.RawMessage(`{"relayState":null}`))
	return nil
}
