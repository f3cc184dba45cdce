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
	Options     struct {
		Warn bool `json:"warnBeforePasswordExpired"`
	} `json:"options"`
	Context struct {
		DeviceToken string `json:"deviceToken"`
	} `json:"context"`
	ClientData        string `json:"clientData"`
	Attestation       string `json:"attestation"`
	AuthenticatorData string `json:"authenticatorData"`
	SignatureData     string `json:"signatureData"`

	FactorType string `json:"factorType"`
	Provider   string `json:"provider"`
	Profile    struct {
		PhoneNumber    string `json:"phoneNumber"`
		PhoneExtension string `json:"phoneExtension"`
		Email          string `json:"email"`
		Question       string `json:"question"`
		Answer         string `json:"answer"`
	} `json:"profile"`
}

func (in authnRequest) proof() org.Proof {
	return org.Proof{
		PassCode: digits(in.PassCode), Answer: in.Answer, ClientData: in.ClientData, Attestation: in.Attestation,
		AuthenticatorData: in.AuthenticatorData, SignatureData: in.SignatureData,
	}
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
		return p.answerStage(w, h, r, pending)
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
	if found.LockedOut {
		return p.answerLocked(w)
	}
	if err != nil {
		return err
	}
	pending := org.Pending{Stage: org.StagePassword, UserID: found.UserID, Warned: !in.Options.Warn}.Proved("pwd")
	if pending.Device, err = p.org.TrustedDevice(r, in.Context.DeviceToken); err != nil {
		return err
	}
	next, err := p.org.NextStep(r, pending)
	if err != nil {
		return err
	}
	if next.Stage == "" {
		return p.answerSuccess(w, h, r, next)
	}
	if next, err = p.org.BeginSignIn(r, next); err != nil {
		return err
	}
	return p.answerStage(w, h, r, next)
}

// state finds the sign-in of a state token; one that is unknown or over is 401 E0000011.
func (p *Provider) state(h *http.Request, token string) (org.Pending, error) {
	pending, found, err := p.org.SignInUnderWay(h.Context(), token, "")
	if err == nil && !found {
		err = org.APIError("E0000011")
	}
	return pending, err
}

// stateAt reads a request and finds its sign-in, which has to be at one of these stages: E0000079 else.
func (p *Provider) stateAt(h *http.Request, stages ...string) (in authnRequest, pending org.Pending, err error) {
	if in, err = readAuthn(h); err != nil {
		return in, pending, err
	}
	pending, err = p.state(h, in.StateToken)
	if err == nil && !slices.Contains(stages, pending.Stage) {
		err = org.APIError("E0000079")
	}
	return in, pending, err
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
	held, err := p.org.SignInFactors(r, pending)
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
		return p.answerChallenge(w, h, pending, held[at], nil)
	}
	if choiceOf(held[at]).Push {
		return p.authnPush(w, h, r, pending, held[at])
	}
	if choiceOf(held[at]).Key && in.ClientData == "" {
		challenge, err := p.org.ChallengeKey(r, pending.UserID, held[at].ID)
		if err != nil {
			return err
		}
		return p.answerChallenge(w, h, pending, held[at], challenge)
	}
	if err := p.org.VerifyFactor(r, pending.UserID, held[at].ID, in.proof()); err != nil {
		return err
	}
	return p.proved(w, h, r, pending, held[at])
}

// proved goes on once a factor was proved, and has the device remembered where that is asked for.
func (p *Provider) proved(w http.ResponseWriter, h *http.Request, r *org.Request, pending org.Pending, f org.Factor) error {
	if h.URL.Query().Get("rememberDevice") == "true" {
		if err := p.remember(r, pending, pending.Device); err != nil {
			return err
		}
	}
	return p.advance(w, h, r, pending.Stage, pending.ProvedBy(f))
}

// authnPush asks the phone, or tells how it answered: the caller polls.
func (p *Provider) authnPush(w http.ResponseWriter, h *http.Request, r *org.Request, pending org.Pending, f org.Factor) error {
	pending, result, err := p.org.PushResult(r, pending, f.ID)
	switch {
	case err != nil:
		return err
	case result == org.PushApproved:
		return p.proved(w, h, r, pending, f)
	case result == "":
		if pending, err = p.org.AskPush(r, pending, f.ID); err != nil {
			return err
		}
		result = org.PushWaiting
	}
	return p.answerPush(w, h, pending, f, result)
}

// remember has a device remembered where the sign-on rule lets people have that.
func (p *Provider) remember(r *org.Request, pending org.Pending, device string) error {
	may, _, _, err := p.org.MayRemember(r, pending)
	if err != nil || !may || device == "" {
		return err
	}
	return p.org.RememberDevice(r, pending.UserID, device)
}

// authnChangePassword takes the new password after PASSWORD_EXPIRED or PASSWORD_WARN. The old one is proved again.
func (p *Provider) authnChangePassword(w http.ResponseWriter, h *http.Request, r *org.Request) error {
	in, pending, err := p.stateAt(h, org.StagePasswordExpired, org.StagePasswordWarn)
	if err != nil {
		return err
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
	if err := p.org.SetPassword(r, pending, in.NewPassword); err != nil {
		return err
	}
	return p.advance(w, h, r, pending.Stage, pending)
}

// authnSkip goes on without what a step offers: a new password before the old one ends.
func (p *Provider) authnSkip(w http.ResponseWriter, h *http.Request, r *org.Request) error {
	_, pending, err := p.stateAt(h, org.StagePasswordWarn)
	if err != nil {
		return err
	}
	from := pending.Stage
	pending.Warned = true
	return p.advance(w, h, r, from, pending)
}

// advance answers with the step that follows what was just proved, or ends the sign-in.
func (p *Provider) advance(w http.ResponseWriter, h *http.Request, r *org.Request, from string, pending org.Pending) error {
	next, err := p.org.NextStep(r, pending)
	if err != nil {
		return err
	}
	if next.Stage == "" {
		return p.endState(w, h, r, from, next)
	}
	if err := p.org.AdvanceSignIn(r, from, next); err != nil {
		return err
	}
	return p.answerStage(w, h, r, next)
}

// endState ends a sign-in whose last step was right. Only one request can end it.
func (p *Provider) endState(w http.ResponseWriter, h *http.Request, r *org.Request, from string, pending org.Pending) error {
	was, err := p.org.EndSignIn(r, pending.Key, from)
	if err != nil {
		return err
	}
	if !was {
		return org.APIError("E0000011")
	}
	return p.answerSuccess(w, h, r, pending)
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
	if _, err := p.org.EndSignIn(r, pending.Key, pending.Stage); err != nil {
		return err
	}
	writeJSON(w, http.StatusOK, json.RawMessage(`{"relayState":null}`))
	return nil
}
