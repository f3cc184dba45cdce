package handlers

import (
	"context"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/auth"
	"gatehouse/internal/okta"
	"gatehouse/web/templates/session"
)

// login sends the browser to the org, to come back to return_to.
func (h *console) login(c *gin.Context) (View, error) {
	back := auth.LocalPath(c.Query("return_to"))
	to, err := h.config.SignIn.Begin(c.Writer, c.Request, back)
	if err != nil {
		return h.notSignedIn(err, back)
	}
	return seeOther(c, to)
}

// callback takes the browser back from the org.
func (h *console) callback(c *gin.Context) (View, error) {
	_, back, err := h.config.SignIn.Complete(c.Writer, c.Request)
	if err != nil && auth.From(c.Request.Context()) != nil {
		return h.notSteppedUp(err, back)
	}
	if err != nil {
		return h.notSignedIn(err, back)
	}
	return seeOther(c, auth.LocalPath(back))
}

// notSteppedUp is the page of a sign-in that did not happen while another goes on.
func (h *console) notSteppedUp(err error, back string) (View, error) {
	p := h.describe(err)
	if p.Code != "sign_in" {
		return nil, err
	}
	return Screen{
		Around: About{Title: "The sign-in stays as it was", Status: p.Status, Plain: true},
		Body:   session.NotSteppedUp(p.Message, auth.LocalPath(back)),
		Data:   errorBody(p, ""),
	}, nil
}

// notSignedIn is the page of a sign-in that did not happen, with the way to try again.
func (h *console) notSignedIn(err error, back string) (View, error) {
	p := h.describe(err)
	if p.Code != "sign_in" {
		return nil, err
	}
	p.Retry = h.config.Now()
	return Screen{
		Around: About{Title: "Not signed in", Status: p.Status, Plain: true},
		Body:   session.NotSignedIn(p.Message, session.LoginURL(back)),
		Data:   errorBody(p, ""),
	}, nil
}

// logout ends the session here, then at the org. The address it leads to carries
// id_token_hint: not to be stored, and no referrer (headers.go).
func (h *console) logout(c *gin.Context) (View, error) {
	to, err := h.config.SignIn.SignOut(c.Writer, c.Request)
	if err != nil {
		return nil, err
	}
	if h.base.Scheme == "https" {
		c.Header("Clear-Site-Data", `"cache"`)
	}
	return seeOther(c, to)
}

// signedOut is where the org sends the browser after sign-out.
func (h *console) signedOut(*gin.Context) (View, error) {
	return Screen{
		Around: About{Title: "Signed out", Plain: true},
		Body:   session.SignedOut("You are signed out of the console and of the org.", "/login"),
		Data:   itemOf(map[string]string{"status": "signed out"}, nil),
	}, nil
}

// seeOther redirects to an address that package auth made, the org's included.
func seeOther(c *gin.Context, to string) (View, error) {
	return Screen{Around: About{Location: to}}, nil
}

// person is who signed in without an admin role. Their status is asked for; that it
// cannot be had changes nothing.
func (h *console) person(ctx context.Context) session.Person {
	s := auth.From(ctx)
	p := session.Person{Name: s.Name, Login: s.Login, Org: h.orgName()}
	resp, err := h.config.Org.Do(ctx, okta.Call{Op: okta.Find("getUser"), Args: map[string]string{"userId": "me"}})
	if err != nil {
		h.config.Log.InfoContext(ctx, "own status not known", "error", printable(err.Error()))
		return p
	}
	if o, err := resp.Object(); err == nil {
		p.Status = o.Text("status")
	}
	return p
}
