package handlers

import (
	"errors"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/auth"
	"gatehouse/internal/okta"
)

// again takes over where a form could not be sent for now: it keeps what was entered and
// sends the person to the org, to come back to the same form with it filled in. That is
// so when a write lacked a scope that the org was not asked for yet (step-up), whatever
// the handler made of it, and when the session has ended. No handler needs to know.
// done tells that the answer is written; the error is what is left to say otherwise.
func (h *console) again(c *gin.Context, tried *auth.Attempt, err error) (done bool, _ error) {
	if wanted(c.Request) == document || safe(c.Request.Method) {
		return false, err
	}
	s := auth.From(c.Request.Context())
	if errors.Is(err, auth.ErrSignedOut) {
		return false, h.signedOutOfForm(c, s, err)
	}
	if s == nil || tried == nil {
		return false, err
	}
	missing, operation := tried.Missing()
	if len(missing) == 0 {
		return false, err
	}
	back, err := h.keepForm(c, s, auth.Draft{Operation: operation, Missing: missing, Scopes: append(missing, s.Scopes...)})
	if err != nil {
		return false, err
	}
	to, err := h.config.SignIn.StepUp(c.Writer, c.Request, s, back, missing)
	if err != nil {
		return false, err
	}
	h.redirect(c, to)
	return true, nil
}

// signedOutOfForm keeps the form of somebody whose session has ended, where it is known
// whose it was and that the form is theirs.
func (h *console) signedOutOfForm(c *gin.Context, s *auth.Session, err error) error {
	var over *auth.SignedOut
	if errors.As(err, &over) && s == nil {
		s = over.Session
	}
	if s == nil || intended(c.Request, s) != nil {
		return err
	}
	back, failed := h.keepForm(c, s, auth.Draft{Scopes: s.Scopes})
	if failed != nil {
		return failed
	}
	c.Set(returnKey, back)
	return err
}

// returnKey is where in the context of a request the address to come back to stands.
const returnKey = "return to"

// keepForm keeps the form of the request as a draft of the person of s, and returns the
// address of its page that brings it back.
func (h *console) keepForm(c *gin.Context, s *auth.Session, d auth.Draft) (back string, err error) {
	if err := c.Request.ParseForm(); err != nil {
		return "", err
	}
	d.Page, d.Action = h.formPage(c), c.Request.URL.RequestURI()
	d.Fields, d.Omitted = formFields(c.Request.PostForm)
	id, err := h.config.SignIn.KeepDraft(c.Request.Context(), s, d)
	if err != nil {
		return "", err
	}
	h.dropDraft(c, s) // the draft that this form came from, if any, is older
	u, err := url.Parse(d.Page)
	if err != nil {
		return "", err
	}
	q := u.Query()
	q.Set(auth.DraftParameter, id)
	u.RawQuery = q.Encode()
	return u.RequestURI(), nil
}

// formPage is the path of the page that a form was sent from, by htmx or else by the
// Referer; where neither names a page, the nearest one above the form's own address.
func (h *console) formPage(c *gin.Context) string {
	for _, header := range []string{"HX-Current-URL", "Referer"} {
		u, err := url.Parse(c.Request.Header.Get(header))
		if err != nil || u.Host != h.base.Host && u.Host != c.Request.Host || u.Path == "" {
			continue
		}
		u.RawQuery = without(u.Query(), auth.DraftParameter)
		if page := auth.LocalPath(u.RequestURI()); (page != "/" || u.Path == "/") && h.isPage(u.EscapedPath()) {
			return page
		}
	}
	// The address of a form, or of what it is about, may be a page: /sessions of /sessions/x/end.
	for at := c.Request.URL.EscapedPath(); at != "/" && at != "."; at = path.Dir(at) {
		if h.isPage(at) {
			return auth.LocalPath(at)
		}
	}
	return "/"
}

// isPage tells whether a path can be asked for with GET.
func (h *console) isPage(at string) bool {
	return slices.ContainsFunc(h.routes(), func(r route) bool { return r.method == http.MethodGet && fits(r.path, at) })
}

// fits tells whether a path is one of a route's.
func fits(pattern, at string) bool {
	want, got := strings.Split(pattern, "/"), strings.Split(at, "/")
	return slices.EqualFunc(want, got, func(w, g string) bool { return w == g || strings.HasPrefix(w, ":") && g != "" })
}

func without(q url.Values, name string) string {
	q.Del(name)
	return q.Encode()
}

func safe(method string) bool {
	return method == http.MethodGet || method == http.MethodHead || method == http.MethodOptions
}

// stepUp asks the org for scopes before a change needs them: those of the form, each of
// which changes something the console knows of.
func (h *console) stepUp(c *gin.Context) (View, error) {
	s := auth.From(c.Request.Context())
	var scopes []string
	for _, scope := range c.PostFormArray("scope") {
		if operationWith(scope) == nil {
			return nil, problem{
				Status: http.StatusUnprocessableEntity, Code: "scope", Title: "Nothing was asked for",
				Message: "The console knows no scope of this name.",
			}
		}
		scopes = append(scopes, scope)
	}
	to, err := h.config.SignIn.StepUp(c.Writer, c.Request, s, c.PostForm("return_to"), scopes)
	if err != nil {
		return nil, err
	}
	return seeOther(c, to)
}

// operationWith is an operation that changes something with scope; nil where there is none.
func operationWith(scope string) *okta.Operation {
	all := okta.Operations()
	i := slices.IndexFunc(all, func(o okta.Operation) bool { return o.Scope == scope && strings.HasSuffix(scope, ".manage") })
	if i < 0 {
		return nil
	}
	return &all[i]
}
