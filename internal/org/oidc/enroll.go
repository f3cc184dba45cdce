package oidc

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"gatehouse/internal/org"
	"rsc.io/qr"
)

// enrollChoice is a kind of factor that may be enrolled, as the page names it.
type enrollChoice struct {
	// Key is the kind in an address: type and provider.
	Key, Name, Hint string
	Required        bool
	// Asks tells that something has to be entered first: a number, or a question.
	Asks bool
}

// setupView is the factor that is being enrolled.
type setupView struct {
	enrollChoice
	// Phone and Question tell what is asked for, Questions what can be chosen.
	Phone, Question bool
	Questions       [][2]string
	// Chosen and Number are what was entered before.
	Chosen, Number string
	// Only tells that there is nothing else to choose.
	Only bool
	// QR and Secret set up an app: the path of a picture within Box, and the same as text.
	QR, Box, Secret string
	// SentTo is where the code went, "" for an app.
	SentTo string
	// Credential is what a browser needs to make one, nil for other kinds.
	Credential *keySetup
}

// keySetup are the options of a new credential (WebAuthn section 5.4).
type keySetup struct{ Challenge, Host, User, Login, Name string }

// enrollNames are the kinds as the page names them, the strongest first.
var enrollNames = []enrollChoice{
	{Key: "webauthn FIDO", Name: "Security key", Hint: "A key that you touch, or this device's screen lock."},
	{Key: "token:software:totp GOOGLE", Name: "Authenticator app", Hint: "Codes of Google Authenticator, or another app that reads a QR code."},
	{Key: "token:software:totp OKTA", Name: "Okta Verify", Hint: "Codes of the Okta Verify app on your phone."},
	{Key: "sms OKTA", Name: "Text message", Hint: "A code sent to your phone.", Asks: true},
	{Key: "call OKTA", Name: "Phone call", Hint: "A call that tells you a code.", Asks: true},
	{Key: "email OKTA", Name: "Email", Hint: "A code sent to your email address."},
	{Key: "question OKTA", Name: "Security question", Hint: "An answer that only you know.", Asks: true},
}

func keyOf(factorType, provider string) string { return factorType + " " + provider }

func choiceToEnroll(c org.EnrollChoice) enrollChoice {
	at := rankOf(keyOf(c.Type, c.Provider))
	if at == len(enrollNames) {
		return enrollChoice{Key: keyOf(c.Type, c.Provider), Name: c.Type, Required: c.Required}
	}
	out := enrollNames[at]
	out.Required = c.Required
	return out
}

func rankOf(key string) int {
	if at := slices.IndexFunc(enrollNames, func(c enrollChoice) bool { return c.Key == key }); at >= 0 {
		return at
	}
	return len(enrollNames)
}

// enrollChoices are what may be enrolled, and the form of the one that the request names.
func (p *Provider) enrollChoices(h *http.Request, r *org.Request, pending org.Pending) (choices []enrollChoice, setup *setupView, err error) {
	offered, err := p.org.EnrollChoices(r, pending)
	if err != nil {
		return nil, nil, err
	}
	required := false
	for _, c := range offered {
		required = required || c.Required && !c.Held
	}
	for _, c := range offered {
		if c.Held || required && !c.Required { // what is optional can wait
			continue
		}
		choices = append(choices, choiceToEnroll(c))
	}
	slices.SortStableFunc(choices, func(a, b enrollChoice) int { return rankOf(a.Key) - rankOf(b.Key) })
	wanted := h.URL.Query().Get("set")
	if len(choices) == 1 {
		wanted = choices[0].Key
	}
	for _, c := range choices {
		if c.Key != wanted {
			continue
		}
		setup = &setupView{
			enrollChoice: c, Only: len(choices) == 1, Chosen: h.PostForm.Get("question"), Number: h.PostForm.Get("phoneNumber"),
			Phone: strings.HasPrefix(c.Key, "sms") || strings.HasPrefix(c.Key, "call"), Question: strings.HasPrefix(c.Key, "question"),
		}
		if setup.Question {
			setup.Questions = org.SecurityQuestions()
		}
	}
	return choices, setup, nil
}

// takeEnroll enrols what was chosen.
func (p *Provider) takeEnroll(h *http.Request, r *org.Request, pending org.Pending) (next org.Pending, v signInView, err error) {
	factorType, provider, _ := strings.Cut(h.URL.Query().Get("set"), " ")
	next, _, err = p.org.EnrollFactor(r, pending, org.FactorInput{
		Type: factorType, Provider: provider, PhoneNumber: h.PostForm.Get("phoneNumber"),
		Question: h.PostForm.Get("question"), Answer: h.PostForm.Get("answer"),
	})
	if refused(err) {
		v.Problem, err = reason(err), nil
		if i := strings.Index(v.Problem, ": "); i > 0 && !strings.Contains(v.Problem[:i], " ") { // the API's field
			v.Problem = v.Problem[i+2:]
		}
	}
	return next, v, err
}

// activating is the page of a factor that waits for its first code.
func (p *Provider) activating(h *http.Request, pending org.Pending) (*setupView, error) {
	f, secret, err := p.org.EnrollingFactor(h.Context(), pending)
	if err != nil {
		return nil, err
	}
	v := &setupView{enrollChoice: choiceToEnroll(org.EnrollChoice{Type: f.Type, Provider: f.Provider})}
	v.SentTo = f.Profile.Text("phoneNumber") + f.Profile.Text("email")
	person, err := p.org.Person(h.Context(), pending.UserID)
	if err != nil {
		return nil, err
	}
	if f.Type == "webauthn" {
		challenge, err := p.org.KeyChallenge(f)
		v.Credential = &keySetup{challenge, p.org.RelyingParty(), pending.UserID, person.Text("profile", "login"), person.Text("profile", "firstName") + " " + person.Text("profile", "lastName")}
		return v, err
	}
	if secret == "" {
		return v, nil
	}
	code, err := qr.Encode(org.AppLink(person, secret), qr.M)
	if err != nil {
		return nil, err
	}
	v.Secret, v.QR = grouped(secret), squares(code)
	v.Box = fmt.Sprintf("-4 -4 %d %d", code.Size+8, code.Size+8) // with the margin that readers need
	return v, nil
}

// grouped writes a secret in groups of four, as people type it.
func grouped(secret string) string {
	var b strings.Builder
	for i, c := range secret {
		if i > 0 && i%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(c)
	}
	return b.String()
}

// squares is the path of an SVG that draws a code, a row's dark squares at a time.
func squares(c *qr.Code) string {
	var b strings.Builder
	for y := range c.Size {
		for x := 0; x < c.Size; x++ {
			from := x
			for x < c.Size && c.Black(x, y) {
				x++
			}
			if x > from {
				fmt.Fprintf(&b, "M%d %dh%dv1h-%dz", from, y, x-from, x-from)
			}
		}
	}
	return b.String()
}

// takeActivate checks the first code of a factor, sends it again, or goes back to the choice.
func (p *Provider) takeActivate(h *http.Request, r *org.Request, pending org.Pending) (next org.Pending, v signInView, err error) {
	switch {
	case h.PostForm.Get("back") != "":
		next = pending
		next.Stage, next.Factor = org.StageEnroll, ""
		return next, v, nil
	case h.PostForm.Get("send") != "":
		err := p.org.ResendFactor(r, pending)
		if refused(err) {
			v.Problem, err = reason(err), nil
		} else if err == nil {
			v.Notice = "A new code was sent."
		}
		return pending, v, err
	}
	next, err = p.org.ActivateFactor(r, pending, org.Proof{
		PassCode: digits(h.PostForm.Get("passcode")), ClientData: h.PostForm.Get("clientData"), Attestation: h.PostForm.Get("attestation"),
	})
	if refused(err) {
		v.Problem = wrongProof(err, factorChoice{Key: h.PostForm.Has("attestation")})
		return pending, v, nil
	}
	if err != nil {
		return pending, v, err
	}
	next, err = p.org.NextStep(r, next)
	if denied(err) {
		v.Problem, err = deniedText, nil
	}
	return next, v, err
}
