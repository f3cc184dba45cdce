package oidc

import (
	"net/http"

	"gatehouse/internal/okta"
	"gatehouse/internal/org"
)

// authnUser is the person as the authentication API shows one.
type authnUser struct {
	ID              string       `json:"id"`
	PasswordChanged *string      `json:"passwordChanged"`
	Profile         authnProfile `json:"profile"`
}

type authnProfile struct {
	Login     string `json:"login"`
	FirstName string `json:"firstName"`
	LastName  string `json:"lastName"`
	Locale    string `json:"locale"`
	TimeZone  string `json:"timeZone"`
}

func authnUserOf(person okta.Object) authnUser {
	text := func(name, otherwise string) string {
		if v := person.Text("profile", name); v != "" {
			return v
		}
		return otherwise
	}
	u := authnUser{ID: person.Text("id"), Profile: authnProfile{
		text("login", ""), text("firstName", ""), text("lastName", ""), text("locale", "en"), text("timezone", "America/Los_Angeles"), // the cloud's defaults
	}}
	if changed := person.Text("passwordChanged"); changed != "" {
		u.PasswordChanged = &changed
	}
	return u
}

// answerSuccess answers with a session token, which works once.
func (p *Provider) answerSuccess(w http.ResponseWriter, h *http.Request, r *org.Request, user string, amr []string) error {
	person, err := p.org.Person(h.Context(), user)
	if err != nil {
		return err
	}
	token, expires, err := p.org.NewSessionToken(r, user, amr)
	if err != nil {
		return err
	}
	writeJSON(w, http.StatusOK, authnAnswer{
		ExpiresAt: org.Stamp(expires), Status: "SUCCESS", SessionToken: token,
		Embedded: map[string]any{"user": authnUserOf(person)},
	})
	return nil
}

// answerStage answers with the next step of a sign-in.
func (p *Provider) answerStage(w http.ResponseWriter, h *http.Request, pending org.Pending) error {
	person, err := p.org.Person(h.Context(), pending.UserID)
	if err != nil {
		return err
	}
	base := p.org.BaseURL() + "/api/v1/authn"
	answer := authnAnswer{
		StateToken: pending.Key, ExpiresAt: org.Stamp(pending.Expires), Status: pending.Stage,
		Embedded: map[string]any{"user": authnUserOf(person)},
		Links:    map[string]any{"cancel": org.Link(base+"/cancel", "POST")},
	}
	switch pending.Stage {
	case org.StagePasswordExpired:
		answer.Links["next"] = map[string]any{
			"name": "changePassword", "href": base + "/credentials/change_password", "hints": map[string]any{"allow": []string{"POST"}},
		}
	case org.StageFactor:
		factor, _, err := p.org.TOTP(h.Context(), pending.UserID)
		if err != nil {
			return err
		}
		answer.Embedded["factors"] = []any{map[string]any{
			"id": factor.ID, "factorType": "token:software:totp", "provider": "GOOGLE", "vendorName": "GOOGLE",
			"profile": map[string]string{"credentialId": person.Text("profile", "login")},
			"_links":  map[string]any{"verify": org.Link(base+"/factors/"+factor.ID+"/verify", "POST")},
		}}
	}
	writeJSON(w, http.StatusOK, answer)
	return nil
}
