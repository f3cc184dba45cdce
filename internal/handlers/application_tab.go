package handlers

import (
	"context"

	"github.com/a-h/templ"
	"github.com/gin-gonic/gin"

	"gatehouse/internal/okta"
	"gatehouse/web/templates/application"
	"gatehouse/web/templates/ui"
	"gatehouse/web/templates/user"
)

// appFormOf is the form that is on a tab.
func (h *console) appFormOf(ctx context.Context, app okta.Object, key string) (appForm, error) {
	switch key {
	case firstAppTab:
		return h.generalForm(ctx, app), nil
	case signOnTab:
		return h.signOnForm(ctx, app), nil
	case credentialsTab:
		return h.credentialForm(ctx, app), nil
	}
	return appForm{}, notFound("Page")
}

// appFormScreen is the tab of a form, with the form as it was drawn.
func (h *console) appFormScreen(c *gin.Context, app okta.Object, f appForm, drawn application.Form) (View, error) {
	switch f.key {
	case signOnTab:
		return h.signOnScreen(c, app, drawn)
	case credentialsTab:
		return h.credentialScreen(c, app, drawn)
	}
	return h.generalScreen(c, app, drawn), nil
}

// appAfter is a tab after a write. Without script it is a page of its own only where
// something must be shown once.
func (h *console) appAfter(c *gin.Context, app okta.Object, key string, secret *user.Secret, done ui.Message) (View, error) {
	if wanted(c.Request) == page && secret == nil {
		return redirect(appTabPath(app, key), app, done), nil
	}
	v, err := h.appTab(c, app, key)
	s, is := v.(Screen)
	if err != nil || !is {
		return v, err
	}
	s.Around.Messages = []ui.Message{done}
	if secret != nil {
		s = s.withSecret(*secret)
	}
	return s, nil
}

// withSecret shows a secret above the screen, in this answer only.
func (s Screen) withSecret(secret user.Secret) Screen {
	s.Body, s.Part = templ.Join(user.Once(secret), s.Body), templ.Join(user.Once(secret), s.Fragment())
	item, _ := s.Data.(Item)
	s.Data = struct {
		Item
		Once user.Secret `json:"once"`
	}{item, secret}
	return s
}
