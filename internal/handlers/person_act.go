package handlers

import (
	"context"
	"net/http"
	"net/url"
	"path"
	"strings"

	"github.com/a-h/templ"
	"github.com/gin-gonic/gin"

	"gatehouse/internal/okta"
	"gatehouse/web/templates/ui"
	"gatehouse/web/templates/user"
)

// actOnPerson does one of personActions and shows the person as they are then. A
// refusal shows that too, with its reason.
func (h *console) actOnPerson(c *gin.Context) (View, error) {
	ctx := c.Request.Context()
	a, known := findPersonAction(c.Param("tab"))
	if !known {
		return nil, notFound("Page")
	}
	p, err := h.readPerson(ctx, c.Param("id"))
	if err != nil {
		return nil, personError(err)
	}
	if a.typed {
		if p.status() != "DEPROVISIONED" { // the org would deactivate them instead
			return h.refusedAction(c, p, problem{
				Status: http.StatusConflict, Code: "state", Title: "Not deleted: " + personName(p.doc) + " is " + stateWords(p.status()) + " now",
				Message: "Only somebody deactivated can be deleted. Somebody else may have activated them meanwhile.",
			})
		}
		if !strings.EqualFold(strings.TrimSpace(c.PostForm("login")), p.doc.Text("profile", "login")) {
			return h.refusedAction(c, p, notConfirmed("Not deleted", "login", p.doc.Text("profile", "login")))
		}
	}
	call := a.call(p, c.PostForm(a.choice.name) == "true", reason(c))
	call.Made = h.becomes(a, p)
	resp, err := h.config.Org.Do(ctx, call)
	if err != nil {
		return h.actionFailed(c, a, p, err)
	}
	name := personName(p.doc)
	done := ui.Message{Kind: "ok", Title: name + " " + a.done + "."}
	if resp.ReadBack {
		done.Text = "The org's answer was lost. It was asked again, and shows the change as made."
	}
	if a.key == "delete" {
		return redirect("/people", p.doc, done), nil
	}
	secret := secretOf(a, resp)
	if p, err = h.readPerson(ctx, p.id()); err != nil {
		return nil, personError(err)
	}
	return h.personAfter(c, p, 0, secret, done)
}

// actionFailed shows the true state beside the refusal where that explains it.
func (h *console) actionFailed(c *gin.Context, a personAction, p person, err error) (View, error) {
	now, readErr := h.readPerson(c.Request.Context(), p.id())
	if readErr != nil {
		return nil, personError(err)
	}
	refusal, about := actionRefused(a, now, err)
	if !about {
		return nil, err
	}
	return h.refusedAction(c, now, refusal)
}

func (h *console) refusedAction(c *gin.Context, p person, why problem) (View, error) {
	if wanted(c.Request) == document {
		return nil, why
	}
	return h.personAfter(c, p, why.Status, nil, why.message())
}

// personAfter is the person after a write: the tab that the browser is on, drawn anew.
// Without script it is a page of its own only where something must be shown once.
func (h *console) personAfter(c *gin.Context, p person, status int, secret *user.Secret, messages ...ui.Message) (View, error) {
	shape := wanted(c.Request)
	if shape == page && status == 0 && secret == nil {
		return redirect("/people/"+p.id(), p.doc, messages...), nil
	}
	tab := "profile"
	if shape == fragment {
		tab = currentTab(c.Request, p.id())
	}
	v, err := h.personTab(c, p, tab)
	if err != nil {
		return nil, err
	}
	if secret != nil {
		v.Body, v.Part = templ.Join(user.Once(*secret), v.Body), templ.Join(user.Once(*secret), v.Part)
		v.Data = struct {
			Item
			Once user.Secret `json:"once"`
		}{itemOf(p.doc, h.personCan(c.Request.Context(), p)), *secret}
	}
	v.Around.Status, v.Around.Messages = status, messages
	return v, nil
}

// personTab is a tab of the person's page.
func (h *console) personTab(c *gin.Context, p person, tab string) (Screen, error) {
	ctx := c.Request.Context()
	if read := personReaders[tab]; read != nil {
		draw, err := read(h, c, ctx, p.id())
		if err != nil {
			return Screen{}, err
		}
		return draw(p)
	}
	types, err := h.userTypes(ctx)
	if err != nil {
		return Screen{}, err
	}
	p.typeName = typeName(types, p.doc)
	return h.profileScreen(c, p, h.profileForm(ctx, p, nil, nil)), nil
}

// getPersonTab is a tab that has an address of its own. What the reader may not see of it
// takes nothing from the rest of the page.
func (h *console) getPersonTab(c *gin.Context) (View, error) {
	tab := c.Param("tab")
	read := personReaders[tab]
	if read == nil {
		return nil, notFound("Page")
	}
	var draw tabDrawer
	var refused error
	p, err := h.readPerson(c.Request.Context(), c.Param("id"), func(ctx context.Context) error {
		draw, refused = read(h, c, ctx, c.Param("id"))
		return nil
	})
	if err != nil {
		return nil, personError(err)
	}
	var v Screen
	if err = refused; err == nil {
		v, err = draw(p)
	}
	if err == nil || wanted(c.Request) == document {
		return v, err
	}
	if refusal := h.describe(err); refusal.Status == http.StatusForbidden {
		v = h.personScreen(c, p, tab, user.Boxed(ui.NoPermission(refusal.Title, refusal.Message)))
		v.Around.Status = refusal.Status
		return v, nil
	}
	return v, err
}

// currentTab is the tab that htmx was on, by its header.
func currentTab(r *http.Request, id string) string {
	u, err := url.Parse(r.Header.Get("HX-Current-URL"))
	if err != nil || u.Path == "/people/"+id {
		return "profile"
	}
	return path.Base(u.Path)
}

// secretOf is what the answer to an action holds that is shown once: a temporary
// password or a link. It goes into this one answer, which no cache keeps, and nowhere
// else; the trail masks it.
func secretOf(a personAction, resp *okta.Response) *user.Secret {
	if len(resp.Body) == 0 {
		return nil
	}
	doc, err := resp.Object()
	if err != nil {
		return nil
	}
	for _, s := range []user.Secret{
		{Label: "Temporary password", Value: doc.Text("tempPassword"), Note: "They choose their own at the first sign-in with it."},
		{Label: "Activation link", Value: doc.Text("activationUrl"), Note: "It works for 7 days, until they have set a password."},
		{Label: "Link to set a new password", Value: doc.Text("resetPasswordUrl"), Note: "It works once."},
	} {
		if s.Value != "" {
			return &s
		}
	}
	return nil
}

// maxReason bounds the reason that goes into the trail, in bytes.
const maxReason = 500

func reason(c *gin.Context) string {
	r := strings.TrimSpace(c.PostForm("reason"))
	return strings.ToValidUTF8(r[:min(len(r), maxReason)], "")
}

// lastChanges are the latest entries of the trail about somebody, for the side.
func (h *console) lastChanges(ctx context.Context, id string) ([]user.Change, string) {
	rows, _, err := h.config.Trail.List(ctx, h.trailAbout(ctx, id), "", 5)
	if err != nil {
		return nil, h.words(err)
	}
	var out []user.Change
	for _, r := range rows {
		row, _, err := describeChange(r)
		if err != nil {
			return nil, h.words(err)
		}
		ch := user.Change{Seq: row.Seq, What: row.What, Who: row.Who, At: row.At, Reason: row.Reason, Kind: row.Kind, Outcome: row.Outcome}
		if r.Status < 300 && len(row.Diff) > 0 {
			ch.First, ch.More = &row.Diff[0], len(row.Diff)-1
		}
		out = append(out, ch)
	}
	return out, ""
}
