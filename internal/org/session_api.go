package org

import (
	"encoding/json"
	"net/http"
	"slices"
	"time"
)

// sessionAnswer is a session as the Sessions API answers it ("published description").
type sessionAnswer struct {
	ID                       string         `json:"id"`
	Login                    string         `json:"login"`
	UserID                   string         `json:"userId"`
	ExpiresAt                string         `json:"expiresAt"`
	Status                   string         `json:"status"`
	LastPasswordVerification *string        `json:"lastPasswordVerification"`
	LastFactorVerification   *string        `json:"lastFactorVerification"`
	AMR                      []string       `json:"amr"`
	IDP                      sessionIDP     `json:"idp"`
	MFAActive                bool           `json:"mfaActive"`
	CreatedAt                string         `json:"createdAt"`
	Links                    map[string]any `json:"_links"`
}

type sessionIDP struct {
	ID   string `json:"id"`
	Type string `json:"type"`
}

type hintedLink struct {
	Href  string `json:"href"`
	Hints struct {
		Allow []string `json:"allow"`
	} `json:"hints"`
}

func sessionLink(href string, methods ...string) hintedLink {
	h := hintedLink{Href: href}
	h.Hints.Allow = methods
	return h
}

func (o *Org) sessionReply(s Session) (Reply, error) {
	self := o.baseURL + "/api/v1/sessions/" + s.ID
	a := sessionAnswer{
		ID: s.ID, Login: s.Login, UserID: s.UserID, ExpiresAt: stamp(s.Expires()), Status: "ACTIVE",
		LastPasswordVerification: stampOrNull(s.PasswordAt), LastFactorVerification: stampOrNull(s.FactorAt),
		AMR: s.AMR, IDP: sessionIDP{o.ids.orgID, "OKTA"}, MFAActive: slices.Contains(s.AMR, "mfa"), CreatedAt: stamp(s.Created),
		Links: map[string]any{
			"self":    sessionLink(self, "GET", "DELETE"),
			"refresh": sessionLink(self+"/lifecycle/refresh", "POST"),
			"user":    sessionLink(o.baseURL+"/api/v1/users/"+s.UserID, "GET"),
		},
	}
	body, err := json.Marshal(a)
	return Reply{Status: http.StatusOK, Body: body}, err
}

func stampOrNull(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	text := stamp(t)
	return &text
}

// createSession begins the session of a session token, which works once.
func createSession(o *Org, r *Request) (Reply, error) {
	var in struct {
		SessionToken string `json:"sessionToken"`
	}
	if err := r.decode(&in); err != nil {
		return Reply{}, err
	}
	if in.SessionToken == "" {
		return Reply{}, invalid("sessionToken", "sessionToken: The field cannot be left blank")
	}
	s, found, err := o.RedeemSessionToken(r, in.SessionToken)
	if err != nil {
		return Reply{}, err
	}
	if !found {
		return Reply{}, fail("E0000004", "") // published: an invalid session token is 401
	}
	return o.sessionReply(s)
}

// getSession reads a session; that is no use of it.
func getSession(o *Org, r *Request) (Reply, error) {
	s, found, err := o.reads(r.ctx).session(r.Args["sessionId"], o.now())
	if err != nil {
		return Reply{}, err
	}
	if !found {
		return Reply{}, notFound(r.Args["sessionId"], "Session")
	}
	return o.sessionReply(s)
}

// refreshSession counts as a use: the session lives on from now.
func refreshSession(o *Org, r *Request) (Reply, error) {
	var s Session
	err := o.update(r, func(tx *Tx) error {
		found, err := false, error(nil)
		if s, found, err = tx.session(r.Args["sessionId"], tx.now); err != nil {
			return err
		}
		if !found {
			return notFound(r.Args["sessionId"], "Session")
		}
		return tx.touchSession(&s)
	})
	if err != nil {
		return Reply{}, err
	}
	return o.sessionReply(s)
}

func endSession(o *Org, r *Request) (Reply, error) {
	ended, err := o.EndSession(r, r.Args["sessionId"])
	if err != nil {
		return Reply{}, err
	}
	if !ended {
		return Reply{}, notFound(r.Args["sessionId"], "Session")
	}
	return noContent()
}
