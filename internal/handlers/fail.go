package handlers

import (
	"cmp"
	"errors"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"
	"github.com/gin-gonic/gin"

	"gatehouse/internal/auth"
	"gatehouse/web/templates/session"
	"gatehouse/web/templates/ui"
)

// fail answers with an error: JSON, a toast, or a page (contracts.md section 2).
func (h *console) fail(c *gin.Context, err error) {
	p := h.describe(err)
	h.logProblem(c, p)
	if !p.Retry.IsZero() {
		c.Header("Retry-After", strconv.Itoa(max(1, int(math.Ceil(p.Retry.Sub(h.config.Now()).Seconds())))))
	}
	signedOut := errors.Is(err, auth.ErrSignedOut)
	if signedOut {
		c.Header("HX-Redirect", loginPath(c))
	}
	var failed error
	switch wanted(c.Request) {
	case document:
		failed = writeJSON(c, p.Status, errorBody(p, requestID(c.Request.Context())))
	case fragment:
		c.Header("HX-Retarget", "#messages")
		c.Header("HX-Reswap", "beforeend")
		c.Header("HX-Push-Url", "false")
		failed = h.render(c, p.Status, ui.Toast(p.message()))
	default:
		if signedOut && !isHTMX(c.Request) && !h.hadSession(c.Request) {
			h.redirect(c, loginPath(c))
			return
		}
		failed = h.failPage(c, p, signedOut)
	}
	if failed != nil { // an error page that cannot be drawn: words without a page
		h.config.Log.ErrorContext(c.Request.Context(), "error page failed", "error", failed)
		c.String(http.StatusInternalServerError, "Something failed in the console. Id: %s\n", requestID(c.Request.Context()))
	}
}

// failPage draws the page of an error, in the frame where there is a session.
func (h *console) failPage(c *gin.Context, p problem, signedOut bool) error {
	about := About{Title: p.Title, Plain: signedOut}
	v := session.Problem{
		Title: p.Title, Message: p.Message, ID: requestID(c.Request.Context()), Code: p.Code,
		Server: p.Status >= 500,
	}
	var body templ.Component
	switch {
	case p.Code == errNoRole.Code:
		about.Plain = true
		body = session.NoRole(h.person(c.Request.Context()))
	case signedOut:
		if c.GetString(returnKey) != "" {
			p.Message += " What you entered is kept for you for a day: the form comes back with it."
		}
		body = session.SignedOut(p.Message, loginPath(c))
	case auth.From(c.Request.Context()) == nil:
		about.Plain = true
		body = session.PlainProblem(v)
	default:
		body = session.ProblemPage(v)
	}
	return h.render(c, p.Status, h.framed(c, about, body))
}

// message is a problem as a toast.
func (p problem) message() ui.Message {
	return ui.Message{Kind: "bad", Title: p.Title, Text: p.Message}
}

// errorBody is the JSON of an error.
func errorBody(p problem, id string) any {
	type body struct {
		Status    int               `json:"status"`
		Code      string            `json:"code"`
		Message   string            `json:"message"`
		Fields    map[string]string `json:"fields"`
		RequestID string            `json:"requestId"`
	}
	fields := p.Fields
	if fields == nil {
		fields = map[string]string{}
	}
	message := strings.TrimSuffix(p.Title, ".") + ". " + p.Message
	return map[string]body{"error": {p.Status, p.Code, message, fields, id}}
}

// loginPath is the sign-in that comes back to where the person is: to the form that was
// kept, else the page that htmx was on, else the path asked for. A write is not repeated by coming back.
func loginPath(c *gin.Context) string {
	r := c.Request
	back := r.URL.RequestURI()
	if kept := c.GetString(returnKey); kept != "" {
		back = kept
	} else if isHTMX(r) {
		if u, err := url.Parse(r.Header.Get("HX-Current-URL")); err == nil {
			back = u.RequestURI()
		}
	} else if r.Method != http.MethodGet && r.Method != http.MethodHead {
		back = "/"
	}
	return "/login?return_to=" + url.QueryEscape(auth.LocalPath(back))
}

// hadSession tells a session that is over from a browser that never had one: the first
// reads why, the second goes straight to sign-in.
func (h *console) hadSession(r *http.Request) bool {
	name := "gatehouse_" + cmp.Or(h.base.Port(), "80")
	if h.base.Scheme == "https" {
		name = "__Host-gatehouse"
	}
	_, err := r.Cookie(name)
	return err == nil
}
