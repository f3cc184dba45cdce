package oidc

import (
	"errors"
	"net/http"

	"gatehouse/internal/okta"
	"gatehouse/internal/org"
)

// linkView is the page behind a one-time link.
type linkView struct {
	Title, Login, Question, Problem string
}

// linkPage shows the form behind an activation or recovery link. Reading it uses nothing up.
func (p *Provider) linkPage(w http.ResponseWriter, h *http.Request, _ *org.Request) error {
	l, err := p.org.FindLink(h.Context(), h.PathValue("token"))
	if refused(err) {
		return errLink
	}
	if err != nil {
		return err
	}
	return p.showLink(w, http.StatusOK, h, l, "")
}

// errLink says that a one-time link does not work.
var errLink = &oauthError{http.StatusNotFound, "link_over", "This link has expired or has been used. Ask your administrator for a new one."}

func (p *Provider) showLink(w http.ResponseWriter, status int, h *http.Request, l org.OneTimeLink, problem string) error {
	v := linkView{Title: "Choose a new password", Login: l.Login, Question: l.Question, Problem: problem}
	if h.URL.Path == "/welcome/"+h.PathValue("token") {
		v.Title = "Activate your account"
	}
	return p.pages.show(w, status, "link.html", policy(), v)
}

// link sets the password of a link's owner, who signs in with it next. The secret in
// the path is what other sites cannot know.
func (p *Provider) link(w http.ResponseWriter, h *http.Request, r *org.Request) error {
	if err := p.crossOrigin.Check(h); err != nil {
		return errCrossOrigin
	}
	if err := h.ParseForm(); err != nil {
		return errForm
	}
	token := h.PathValue("token")
	l, err := p.org.FindLink(h.Context(), token)
	if refused(err) {
		return errLink
	}
	if err != nil {
		return err
	}
	password := h.PostForm.Get("newPassword")
	if password != h.PostForm.Get("confirmPassword") {
		return p.showLink(w, http.StatusUnprocessableEntity, h, l, "The two new passwords are not the same.")
	}
	err = p.org.RedeemLink(h.Context(), token, h.PostForm.Get("answer"), password, r.Client)
	var e *okta.Error
	if errors.As(err, &e) && e.Code == "E0000087" {
		return &oauthError{http.StatusForbidden, "wrong_answer", "The answer is wrong. The link cannot be used again: ask for a new one."}
	}
	if refused(err) {
		return p.showLink(w, http.StatusUnprocessableEntity, h, l, reason(err))
	}
	if err != nil {
		return err
	}
	redirect(w, h, p.org.BaseURL()+"/login")
	return nil
}
