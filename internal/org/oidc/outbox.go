package oidc

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	"gatehouse/internal/org"
)

// outboxView is the page of the messages that a cloud org would have sent.
type outboxView struct {
	// Refused says why nothing is shown; SignIn, that a sign-in may help.
	Refused string
	SignIn  bool
	// Problem is why an answer did not count.
	Problem  string
	To       string
	Messages []outboxMessage
	// Older and Newest are addresses: of the page behind this one, and of the first.
	Older, Newest string
}

type outboxMessage struct {
	ID       string    `json:"id"`
	Created  time.Time `json:"created"`
	To       string    `json:"to"`
	Kind     string    `json:"kind"`
	Body     string    `json:"body"`
	Link     string    `json:"link,omitempty"`
	Question string    `json:"question,omitempty"`
	Result   string    `json:"result,omitempty"`
	// Title and At are the words of the page.
	Title string `json:"-"`
	At    string `json:"-"`
}

var outboxTitles = map[string]string{
	"activation": "Activation", "password_reset": "Password reset", "deactivation": "Deactivation",
	"factor_sms": "SMS", "factor_call": "Voice call", "factor_email": "E-mail code", "factor_push": "Push",
}

// outboxOpen refuses a request that may not see the outbox; the view says why. What it
// holds signs people in. It is open to programs of this machine only where OpenOutbox
// says so, and then only under a name of this machine: a page of another site that has
// its name point here (DNS rebinding) sends its own. Everywhere else a super admin has
// to be signed in at the org.
func (p *Provider) outboxOpen(h *http.Request, r *org.Request) (closed outboxView, open bool, err error) {
	if p.openOutbox {
		if asked := (&url.URL{Host: h.Host}).Hostname(); !loopback(asked) {
			return outboxView{Refused: "The outbox is shown under an address of this machine only, such as " + p.org.BaseURL() + "/outbox."}, false, nil
		}
		return outboxView{}, true, nil
	}
	s, signedIn, err := p.session(h, r)
	if err != nil {
		return outboxView{}, false, err
	}
	if !signedIn {
		return outboxView{Refused: "The outbox is for super admins: sign in as one.", SignIn: true}, false, nil
	}
	super, err := p.org.IsSuperAdmin(h.Context(), s.UserID)
	return outboxView{Refused: s.Login + " is no super admin: the outbox holds codes and links of everybody."}, super, err
}

// outbox shows the messages, the newest first, as a page or as JSON.
func (p *Provider) outbox(w http.ResponseWriter, h *http.Request, r *org.Request) error {
	closed, open, err := p.outboxOpen(h, r)
	if err != nil {
		return err
	}
	if !open {
		return p.pages.show(w, http.StatusForbidden, "outbox.html", policy(), closed)
	}
	return p.showOutbox(w, h, http.StatusOK, "")
}

func (p *Provider) showOutbox(w http.ResponseWriter, h *http.Request, status int, problem string) error {
	q := h.URL.Query()
	list, next, err := p.org.Outbox(h.Context(), q.Get("to"), q.Get("before"))
	if refused(err) {
		return p.refuseOutbox(w, http.StatusNotFound, "The message that this page was to begin behind is not kept any more.")
	}
	if err != nil {
		return err
	}
	v := outboxView{Problem: problem, To: q.Get("to"), Messages: []outboxMessage{}}
	for _, m := range list {
		title := outboxTitles[m.Kind]
		if title == "" {
			title = m.Kind
		}
		v.Messages = append(v.Messages, outboxMessage{
			ID: m.ID, Created: m.Created.UTC(), To: m.Recipient, Kind: m.Kind, Body: m.Body, Link: m.Link, Question: m.Question, Result: m.Result,
			Title: title, At: m.Created.UTC().Format("2006-01-02 15:04:05") + " UTC",
		})
	}
	at := func(before string) string {
		to := url.Values{}
		if v.To != "" {
			to.Set("to", v.To)
		}
		if before != "" {
			to.Set("before", before)
		}
		if len(to) == 0 {
			return "/outbox"
		}
		return "/outbox?" + to.Encode()
	}
	if next != "" {
		v.Older = at(next)
	}
	if q.Get("before") != "" {
		v.Newest = at("")
	}
	if strings.Contains(h.Header.Get("Accept"), "application/json") {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cross-Origin-Resource-Policy", "same-origin")
		w.WriteHeader(status)
		return json.NewEncoder(w).Encode(struct {
			Messages []outboxMessage `json:"messages"`
			Next     string          `json:"next,omitempty"`
		}{v.Messages, v.Older})
	}
	return p.pages.show(w, status, "outbox.html", policy(), v)
}

// answerOutbox is what the phone of a push would do: it approves or denies.
func (p *Provider) answerOutbox(w http.ResponseWriter, h *http.Request, r *org.Request) error {
	if err := p.crossOrigin.Check(h); err != nil {
		return p.refuseOutbox(w, http.StatusForbidden, "The form was sent from another site.")
	}
	closed, open, err := p.outboxOpen(h, r)
	if err != nil {
		return err
	}
	if !open {
		return p.pages.show(w, http.StatusForbidden, "outbox.html", policy(), closed)
	}
	answer := h.PathValue("answer")
	if answer != "approve" && answer != "reject" {
		return p.refuseOutbox(w, http.StatusNotFound, "A question is approved or rejected.")
	}
	err = p.org.AnswerPush(h.Context(), h.PathValue("question"), answer == "approve")
	if refused(err) {
		return p.showOutbox(w, h, http.StatusConflict, "This question was answered before, or its time is over.")
	}
	if err != nil {
		return err
	}
	redirect(w, h, p.org.BaseURL()+"/outbox")
	return nil
}

// refuseOutbox shows why there is nothing to show.
func (p *Provider) refuseOutbox(w http.ResponseWriter, status int, why string) error {
	return p.pages.show(w, status, "outbox.html", policy(), outboxView{Refused: why})
}
