package oidc

import (
	"net/http"

	"gatehouse/internal/okta"
	"gatehouse/internal/org"
)

// authnAnswer is the state of a sign-in (documentation of the authentication API).
type authnAnswer struct {
	StateToken   string         `json:"stateToken,omitempty"`
	ExpiresAt    string         `json:"expiresAt"`
	Status       string         `json:"status"`
	FactorResult string         `json:"factorResult,omitempty"`
	SessionToken string         `json:"sessionToken,omitempty"`
	Embedded     map[string]any `json:"_embedded"`
	Links        map[string]any `json:"_links,omitempty"`
}

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
func (p *Provider) answerSuccess(w http.ResponseWriter, h *http.Request, r *org.Request, pending org.Pending) error {
	person, err := p.org.Person(h.Context(), pending.UserID)
	if err != nil {
		return err
	}
	token, expires, err := p.org.NewSessionToken(r, pending)
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
func (p *Provider) answerStage(w http.ResponseWriter, h *http.Request, r *org.Request, pending org.Pending) error {
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
	case org.StagePasswordExpired, org.StagePasswordWarn:
		rules, err := p.org.PasswordRules(r, pending.UserID)
		if err != nil {
			return err
		}
		policy := map[string]any{"complexity": rules.Complexity}
		if pending.Stage == org.StagePasswordWarn {
			policy["expiration"] = map[string]any{"passwordExpireDays": rules.Days}
			answer.Links["skip"] = org.Link(base+"/skip", "POST")
		}
		answer.Embedded["policy"] = policy
		answer.Links["next"] = nextLink("changePassword", base+"/credentials/change_password")
	case org.StageEnroll:
		choices, err := p.org.EnrollChoices(r, pending)
		if err != nil {
			return err
		}
		factors := make([]any, 0, len(choices))
		for _, c := range choices {
			factors = append(factors, p.authnChoice(c, person))
		}
		answer.Embedded["factors"] = factors
	case org.StageEnrollActivate:
		return p.answerEnrolling(w, h, pending, nil)
	case org.StageFactor:
		held, err := p.org.SignInFactors(r, pending)
		if err != nil {
			return err
		}
		may, proposed, life, err := p.org.MayRemember(r, pending)
		if err != nil {
			return err
		}
		answer.Embedded["policy"] = map[string]any{
			"allowRememberDevice": may, "rememberDeviceByDefault": proposed, "rememberDeviceLifetimeInMinutes": int(life.Minutes()),
			"factorsPolicyInfo": map[string]any{},
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

// answerChallenge says that a code is on its way, or what a security key is to sign.
func (p *Provider) answerChallenge(w http.ResponseWriter, h *http.Request, pending org.Pending, f org.Factor, challenge map[string]any) error {
	person, err := p.org.Person(h.Context(), pending.UserID)
	if err != nil {
		return err
	}
	base := p.org.BaseURL() + "/api/v1/authn"
	embedded := map[string]any{"user": authnUserOf(person), "factor": p.authnFactor(f, person)}
	if challenge != nil {
		embedded["challenge"] = challenge
	}
	writeJSON(w, http.StatusOK, authnAnswer{
		StateToken: pending.Key, ExpiresAt: org.Stamp(pending.Expires), Status: "MFA_CHALLENGE",
		Embedded: embedded,
		Links: map[string]any{
			"cancel": org.Link(base+"/cancel", "POST"),
			"next":   nextLink("verify", base+"/factors/"+f.ID+"/verify"),
		},
	})
	return nil
}

// answerPush says how far a question to a phone is.
func (p *Provider) answerPush(w http.ResponseWriter, h *http.Request, pending org.Pending, f org.Factor, result string) error {
	person, err := p.org.Person(h.Context(), pending.UserID)
	if err != nil {
		return err
	}
	base := p.org.BaseURL() + "/api/v1/authn"
	name := "poll"
	if result != org.PushWaiting {
		name = "verify"
	}
	writeJSON(w, http.StatusOK, authnAnswer{
		StateToken: pending.Key, ExpiresAt: org.Stamp(pending.Expires), Status: "MFA_CHALLENGE", FactorResult: result,
		Embedded: map[string]any{"user": authnUserOf(person), "factor": p.authnFactor(f, person)},
		Links: map[string]any{
			"cancel": org.Link(base+"/cancel", "POST"), "prev": org.Link(base+"/previous", "POST"),
			"next": nextLink(name, base+"/factors/"+f.ID+"/verify"),
		},
	})
	return nil
}

// nextLink is the link to the step that follows, by its name.
func nextLink(name, href string) any {
	return map[string]any{"name": name, "href": href, "hints": map[string]any{"allow": []string{"POST"}}}
}

// authnChoice is a kind of factor that may be enrolled, as the authentication API shows one.
func (p *Provider) authnChoice(c org.EnrollChoice, person okta.Object) any {
	base := p.org.BaseURL()
	links := map[string]any{"enroll": org.Link(base+"/api/v1/authn/factors", "POST")}
	if c.Type == "question" {
		links["questions"] = org.Link(base+"/api/v1/users/"+person.Text("id")+"/factors/questions", "GET")
	}
	status, enrollment := "NOT_SETUP", "OPTIONAL"
	if c.Held {
		status = "ACTIVE"
	}
	if c.Required {
		enrollment = "REQUIRED"
	}
	return map[string]any{
		"factorType": c.Type, "provider": c.Provider, "vendorName": c.Provider, "status": status, "enrollment": enrollment, "_links": links,
	}
}

// answerEnrolling says that a factor waits for its first code. activation is told once, right
// after the enrolment.
func (p *Provider) answerEnrolling(w http.ResponseWriter, h *http.Request, pending org.Pending, activation map[string]any) error {
	person, err := p.org.Person(h.Context(), pending.UserID)
	if err != nil {
		return err
	}
	f, _, err := p.org.EnrollingFactor(h.Context(), pending)
	if err != nil {
		return err
	}
	base := p.org.BaseURL() + "/api/v1/authn"
	self := base + "/factors/" + f.ID + "/lifecycle"
	profile := f.Profile
	if f.Type == "token:software:totp" {
		profile = okta.Object{}.With("credentialId", person.Text("profile", "login"))
	}
	factor := map[string]any{"id": f.ID, "factorType": f.Type, "provider": f.Provider, "vendorName": f.Provider, "profile": profile}
	if activation != nil {
		factor["_embedded"] = activation
	}
	links := map[string]any{
		"cancel": org.Link(base+"/cancel", "POST"), "prev": org.Link(base+"/previous", "POST"), "next": nextLink("activate", self+"/activate"),
	}
	if choiceOf(f).Sends {
		links["resend"] = []any{nextLink(f.Type, self+"/resend")}
	}
	writeJSON(w, http.StatusOK, authnAnswer{
		StateToken: pending.Key, ExpiresAt: org.Stamp(pending.Expires), Status: org.StageEnrollActivate,
		Embedded: map[string]any{"user": authnUserOf(person), "factor": factor}, Links: links,
	})
	return nil
}

// answerLocked tells somebody that they are locked out, where their policy has them told. It
// leads to no unlocking: only an admin unlocks here.
func (p *Provider) answerLocked(w http.ResponseWriter) error {
	writeJSON(w, http.StatusOK, struct {
		Status string         `json:"status"`
		Links  map[string]any `json:"_links"`
	}{"LOCKED_OUT", map[string]any{}})
	return nil
}
