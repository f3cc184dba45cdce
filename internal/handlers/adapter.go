package handlers

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/a-h/templ"
	"github.com/gin-gonic/gin"

	"gatehouse/internal/audit"
	"gatehouse/internal/auth"
	"gatehouse/internal/okta"
	"gatehouse/web/templates/ui"
)

// adapt turns a route's handler into Gin's: session, intent of a write, handler, answer.
func (h *console) adapt(r route) gin.HandlerFunc {
	return func(c *gin.Context) {
		if r.patience != 0 {
			h.bound(c.Writer, c.Request, r.patience)
		}
		c.Header("Vary", "Accept, HX-Request-Type, Accept-Encoding")
		c.Header("Cache-Control", "no-store")
		tried, err := h.admit(c, r)
		var view View
		if s := auth.From(c.Request.Context()); s != nil && err == nil {
			var leave func()
			if leave, err = h.floods.enter(s.ID, h.config.Now()); err == nil {
				defer leave()
			}
		}
		if err == nil {
			view, err = r.handle(c)
		}
		h.recent.note(auth.From(c.Request.Context()), tried, h.config.Now())
		if !r.open {
			var done bool
			if done, err = h.again(c, tried, err); done {
				return
			}
		}
		if err == nil && view != nil { // without a view the handler has written its answer itself: a file
			err = h.answer(c, view)
		}
		if err != nil {
			h.fail(c, err)
		}
	}
}

// admit finds the session that the route needs and checks that a write was meant. What the
// calls to the org come to is noted from here on.
func (h *console) admit(c *gin.Context, r route) (*auth.Attempt, error) {
	load := h.config.SignIn.Load
	if r.quiet {
		load = h.config.SignIn.Peek
	}
	s, err := load(c.Request)
	switch {
	case err == nil:
		c.Request = c.Request.WithContext(h.acting(c.Request, s))
	case !errors.Is(err, auth.ErrSignedOut):
		return nil, fmt.Errorf("load the session: %w", err)
	case !r.open:
		return nil, err
	}
	if err := intended(c.Request, s); err != nil {
		return nil, err
	}
	if !r.open && !s.IsAdmin() {
		return nil, errNoRole
	}
	ctx, tried := auth.Watch(c.Request.Context())
	c.Request = c.Request.WithContext(ctx)
	if r.own {
		if err := h.stillSignedIn(ctx); err != nil {
			return nil, err
		}
	}
	return tried, h.takeDraft(c)
}

// stillLimit bounds how long a page of the console's own waits for the org.
const stillLimit = 2 * time.Second

// stillSignedIn asks the org whether it still knows the sign-in: who was disabled there
// reads nothing more here (security 20). An org that does not answer keeps nobody out.
func (h *console) stillSignedIn(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, stillLimit)
	defer cancel()
	_, err := h.config.Org.Do(ctx, okta.Call{Op: okta.Find("getUser"), Args: userArg("me")})
	if errors.Is(err, auth.ErrSignedOut) {
		return err
	}
	return nil
}

// acting is the context in which the person of s calls the org and is named in the trail.
func (h *console) acting(r *http.Request, s *auth.Session) context.Context {
	a := audit.Actor{ID: s.UserID, Login: s.Login, Session: s.ID, IP: h.config.Address(r)}
	for _, role := range s.Roles {
		if role.Status != "INACTIVE" && (a.Role == "" || role.Type == "SUPER_ADMIN") {
			a.Role = role.Type
		}
	}
	return audit.WithActor(auth.With(r.Context(), s), a)
}

// answer writes a view in the shape that was asked for. Nothing is written before all
// of it is rendered.
func (h *console) answer(c *gin.Context, v View) error {
	about := v.About()
	status := about.Status
	if status == 0 {
		status = http.StatusOK
	}
	h.sent(c, status)
	shape, data := wanted(c.Request), v.JSON()
	if shape == document && data != nil {
		return writeJSON(c, status, data)
	}
	if about.Location != "" {
		h.keepMessages(c, about.Messages)
		h.redirect(c, about.Location)
		return nil
	}
	if shape == fragment {
		return h.render(c, status, templ.Join(title(about.Title), v.Fragment(), ui.Toasts(about.Messages)))
	}
	about.Messages = append(h.takeMessages(c), about.Messages...)
	return h.render(c, status, h.framed(c, about, v.Page()))
}

// redirect leads the browser on: htmx follows a header, because fetch would follow a
// 303 by itself and swap the page it finds there into the target.
func (h *console) redirect(c *gin.Context, location string) {
	if isHTMX(c.Request) {
		c.Header("HX-Redirect", location)
		c.Status(http.StatusOK)
		c.Writer.WriteHeaderNow()
		return
	}
	status := http.StatusSeeOther
	if c.Request.Method == http.MethodGet {
		status = http.StatusFound
	}
	c.Redirect(status, location)
}

// render draws a component to a buffer, with the draft that the page brings back, and sends it.
func (h *console) render(c *gin.Context, status int, component templ.Component) error {
	var b bytes.Buffer
	if err := component.Render(h.drawing(c.Request.Context()), &b); err != nil {
		return fmt.Errorf("render: %w", err)
	}
	body, err := h.withDraft(c, b.Bytes())
	if err != nil {
		return fmt.Errorf("fill in the draft: %w", err)
	}
	c.Header("Content-Length", strconv.Itoa(len(body)))
	c.Data(status, "text/html; charset=utf-8", body)
	return nil
}

// drawing is ctx with what parts of a page need to know of the request.
func (h *console) drawing(ctx context.Context) context.Context {
	request := ui.Request{Now: h.config.Now()}
	if s := auth.From(ctx); s != nil {
		request.FormToken = s.FormToken
	}
	return ui.With(ctx, request)
}

func writeJSON(c *gin.Context, status int, v any) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false) // documents come back as the org sent them
	if err := e.Encode(v); err != nil {
		return fmt.Errorf("encode the answer: %w", err)
	}
	c.Data(status, "application/json; charset=utf-8", b.Bytes())
	return nil
}

// title names the page in the browser's tab after a swap. htmx takes it from a head
// element wherever the fragment will stand, table rows included.
func title(text string) templ.Component {
	if text == "" {
		return templ.NopComponent
	}
	return ui.FragmentTitle(text)
}
