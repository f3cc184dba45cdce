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
		held, err := p.org.SignInFactors(h.Context(), pending.UserID)
		if err != nil {
			return err
		}
		factors := make([]any, 0, len(held))
		for _, f := range held {
			factors = append(factors, p.authnFactor(f, person))
		}
		answer.Embedded["factors"] = factors
	}
	writeJSON(w, http.StatusOK, answer)
	return nil
}

// authnFactor is a factor as the authentication API shows one.
func (p *Provider) authnFactor(f org.Factor, person okta.Object) any {
	profile := f.Profile
	if f.Type == "token:software:totp" {
		profile = okta.Object{}.With("credentialId", person.Text("profile", "login"))
	}
	return map[string]any{
		"id": f.ID, "factorType": f.Type, "provider": f.Provider, "vendorName": f.Provider, "profile": profile,
		"_links": map[string]any{"verify": org.Link(p.org.BaseURL()+"/api/v1/authn/factors/"+f.ID+"/verify", "POST")},
	}
}

// answerChallenge says that a code is on its way.
func (p *Provider) answerChallenge(w http.ResponseWriter, h *http.Request, pending org.Pending, f org.Factor) error {
	person, err := p.org.Person(h.Context(), pending.UserID)
	if err != nil {
		return err
	}
	base := p.org.BaseURL() + "/api/v1/authn"
	writeJSON(w, http.StatusOK, authnAnswer{
		StateToken: pending.Key, ExpiresAt: org.Stamp(pending.Expires), Status: "MFA_CHALLENGE",
		Embedded: map[string]any{"user": authnUserOf(person), "factor": p.authnFactor(f, person)},
		Links: map[string]any{
			"cancel": org.Link(base+"/cancel", "POST"),
			"next":   map[string]any{"name": "verify", "href": base + "/factors/" + f.ID + "/verify", "hints": map[string]any{"allow": []string{"POST"}}},
		},
	})
	return nil
}
