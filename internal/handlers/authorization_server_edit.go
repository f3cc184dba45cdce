package handlers

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/okta"
	"gatehouse/web/templates/authserver"
	"gatehouse/web/templates/ui"
	"gatehouse/web/templates/user"
)

// issuerModes are the words for the issuer modes (API reference).
var issuerModes = []ui.Option{
	{Value: "ORG_URL", Label: "The org's own domain"},
	{Value: "CUSTOM_URL", Label: "The custom domain"},
	{Value: "DYNAMIC", Label: "The domain that the request came to"},
}

// serverKeysEdited are the fields of a server's document that its form holds.
var serverKeysEdited = []string{"name", "description", "audiences", "issuerMode"}

// sentForm is what was sent and came back: what was typed, what was wrong with it, and
// what somebody else changed meanwhile. It is zero for a form that is drawn anew.
type sentForm struct {
	typed url.Values
	why   problem
	clash []ui.Difference
}

func (h *console) serverForm(ctx context.Context, doc okta.Object, sent sentForm) authserver.Form {
	f := authserver.Form{Action: serversPath + "/new", Verb: "Add authorization server", Back: serversPath, Target: "server", FormID: sent.typed.Get("form_id"), Reason: sent.typed.Get("reason"), Clash: sent.clash}
	mode := doc.Text("issuerMode")
	if !doc.IsZero() {
		f.Action, f.Verb, f.Back, f.FormID, f.Base = serverPath(doc), "Save", "", "", baseOf(doc, serverKeysEdited)
		if !h.may(ctx, "updateAuthorizationServer") {
			f.Locked = h.lockedWords(ctx, "updateAuthorizationServer")
		}
	}
	fields := []ui.Field{
		{Name: "name", Label: "Name", Required: true, MaxLength: 100, Value: doc.Text("name")},
		{Name: "audiences", Label: "Audience", Required: true, MaxLength: 255, Value: serverAudience(doc), Help: "The API that the tokens are for, as it is named in their aud: api://orders"},
		{Name: "description", Label: "Description", Type: "textarea", MaxLength: 1000, Value: doc.Text("description"), Wide: true},
	}
	if mode != "" {
		help := "Whose address stands in iss. Apps and resource servers compare it: change it with them."
		fields = append(fields, ui.Field{Name: "issuerMode", Label: "Issuer", Type: "select", Options: issuerModes, Value: mode, Help: help, Wide: true})
	}
	f.Sections = []authserver.Section{{Fields: typedFields(fields, sent)}}
	f.Problem = otherProblem(sent.why, fields)
	return f
}

// typedFields puts what was typed and what is wrong with it into fields.
func typedFields(fields []ui.Field, sent sentForm) []ui.Field {
	for i, f := range fields {
		fields[i].Error = sent.why.Fields[f.Name]
		if fields[i].Autocomplete == "" {
			fields[i].Autocomplete = "off"
		}
		if sent.typed.Has(f.Name) {
			fields[i].Value = sent.typed.Get(f.Name)
		}
	}
	return fields
}

// otherProblem is what stands above a form: what no field of it shows.
func otherProblem(why problem, fields []ui.Field) string {
	if why.Title == "" {
		return ""
	}
	for _, f := range fields {
		if why.Fields[f.Name] != "" {
			return ""
		}
	}
	return why.Title + ". " + why.Message
}

// baseOf is the part of a document that a form holds, as the version it was drawn with.
func baseOf(doc okta.Object, keys []string) string {
	base := okta.Object{}
	for _, key := range keys {
		if raw := doc.Get(key); raw != nil {
			base = base.With(key, raw)
		}
	}
	return string(base.Bytes())
}

// lockedWords say why op is not open to the reader.
func (h *console) lockedWords(ctx context.Context, op string) string {
	if p := h.describe(h.permitted(ctx, op)); p.Message != "" {
		return p.Message
	}
	return "None of your admin roles covers changes here."
}

// serverSettings is the first tab.
func (h *console) serverSettings(c *gin.Context, doc okta.Object, sent sentForm) Screen {
	ctx := c.Request.Context()
	changes, wrong := h.lastChanges(ctx, doc.Text("id"))
	side := authserver.Side{
		Issuer:  doc.Text("issuer"),
		Times:   []authserver.Moment{{Label: "Created", At: doc.Text("created")}, {Label: "Updated", At: doc.Text("lastUpdated")}},
		Changes: user.LastChanges(changes, wrong, serverPath(doc)+"/history"),
	}
	for _, m := range issuerModes {
		if m.Value == doc.Text("issuerMode") {
			side.Mode = m.Label
		}
	}
	side.Links = h.serverLinks(doc)
	return h.serverScreen(c, doc, "settings", authserver.Settings(h.serverForm(ctx, doc, sent), side))
}

// serverLinks are the addresses of a server that clients read, where they are the org's own.
func (h *console) serverLinks(doc okta.Object) (links []authserver.Link) {
	issuer := doc.Text("issuer")
	if !h.ofOrg(issuer) {
		return nil
	}
	return []authserver.Link{
		{Name: "OpenID Connect metadata", Href: issuer + "/.well-known/openid-configuration"},
		{Name: "OAuth 2.0 metadata", Href: issuer + "/.well-known/oauth-authorization-server"},
		{Name: "Public keys (JWKS)", Href: issuer + "/v1/keys"},
	}
}

// ofOrg tells whether an address is on the org's own host: only such ones become links.
func (h *console) ofOrg(address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.Scheme == h.org.Scheme && u.Host == h.org.Host
}

// newServer is the empty form.
func (h *console) newServer(c *gin.Context) (View, error) {
	ctx := c.Request.Context()
	if err := h.permitted(ctx, "createAuthorizationServer"); err != nil {
		return nil, err
	}
	return newServerScreen(h.serverForm(ctx, okta.Object{}, newForm())), nil
}

// newForm is a form that adds, known by its id: sent twice, it adds once (fault 17).
func newForm() sentForm { return sentForm{typed: url.Values{"form_id": {rand.Text()}}} }

func newServerScreen(f authserver.Form) Screen {
	return Screen{Around: About{Title: "Add authorization server", Section: serversSection}, Body: authserver.New(f), Part: authserver.NewForm(f)}
}

// createServer adds one. Sent twice, the second shows what the first made (fault 17).
func (h *console) createServer(c *gin.Context) (View, error) {
	ctx := c.Request.Context()
	doc, err := h.once.do(formKey(ctx, c.PostForm("form_id")), h.config.Now(), func() (okta.Object, error) {
		resp, err := h.config.Org.Do(ctx, okta.Call{Op: okta.Find("createAuthorizationServer"), Body: serverBody(c, okta.Object{}), Reason: reason(c)})
		if err != nil {
			return okta.Object{}, err
		}
		return resp.Object()
	})
	if why, is := formRefusal(err); is {
		if wanted(c.Request) == document {
			return nil, why
		}
		return refused(newServerScreen(h.serverForm(ctx, okta.Object{}, sentForm{typed: c.Request.PostForm, why: why}))), nil
	}
	if err != nil {
		return nil, err
	}
	return redirect(serverPath(doc)+"/scopes", doc, ui.Message{Kind: "ok", Title: doc.Text("name") + " was added.", Text: "It gives no token until a policy with a rule allows one."}), nil
}

// serverBody is the document with what the form says. What the form does not know stays.
func serverBody(c *gin.Context, doc okta.Object) okta.Object {
	body := doc.Without("_links", "_embedded", "created", "lastUpdated").With("name", strings.TrimSpace(c.PostForm("name"))).
		With("description", strings.TrimSpace(c.PostForm("description"))).With("audiences", []string{strings.TrimSpace(c.PostForm("audiences"))})
	if mode := c.PostForm("issuerMode"); mode != "" {
		body = body.With("issuerMode", mode)
	}
	return body
}

// formRefusal is a refusal that a form shows: 400 and 409 of the org.
func formRefusal(err error) (problem, bool) {
	var refusal *okta.Error
	if !errors.As(err, &refusal) || refusal.Status != http.StatusBadRequest && refusal.Status != http.StatusConflict {
		return problem{}, false
	}
	why := orgProblem(refusal)
	why.Status = http.StatusUnprocessableEntity
	return why, true
}

// editServer saves the settings.
func (h *console) editServer(c *gin.Context) (View, error) {
	ctx := c.Request.Context()
	before, err := h.readServer(ctx, c.Param("id"))
	if err != nil {
		return nil, err
	}
	body := serverBody(c, before)
	if base := c.PostForm("base"); base != "" && base != baseOf(before, serverKeysEdited) {
		if wanted(c.Request) == document {
			return nil, errChanged
		}
		v := h.serverSettings(c, before, sentForm{typed: c.Request.PostForm, clash: clashOf(before, body, serverKeysEdited)})
		v.Around.Status = errChanged.Status
		return v, nil
	}
	resp, err := h.config.Org.Do(ctx, okta.Call{Op: okta.Find("updateAuthorizationServer"), Args: serverArg(before.Text("id")), Body: body, Before: before, Reason: reason(c)})
	if why, is := formRefusal(err); is {
		if wanted(c.Request) == document {
			return nil, why
		}
		return refused(h.serverSettings(c, before, sentForm{typed: c.Request.PostForm, why: why})), nil
	}
	if err != nil {
		return nil, err
	}
	doc, err := resp.Object()
	if err != nil {
		return nil, err
	}
	return redirect(serverPath(doc), doc, ui.Message{Kind: "ok", Title: doc.Text("name") + " is saved."}), nil
}

// errChanged refuses a form whose document somebody else changed since it was drawn (fault 16).
var errChanged = problem{
	Status: http.StatusPreconditionFailed, Code: "changed", Title: "Changed by somebody else meanwhile",
	Message: "Read it again and repeat the change on that version.",
}

// clashOf is what differs between the document as it is now and what was typed.
func clashOf(now, mine okta.Object, keys []string) (clash []ui.Difference) {
	for _, key := range keys {
		if theirs, typed := formText(now.Get(key)), formText(mine.Get(key)); theirs != typed {
			clash = append(clash, ui.Difference{Field: key, Before: theirs, After: typed})
		}
	}
	return clash
}

func (h *console) activateServer(c *gin.Context) (View, error) {
	return h.moveServer(c, "activateAuthorizationServer", " is active.")
}

func (h *console) deactivateServer(c *gin.Context) (View, error) {
	return h.moveServer(c, "deactivateAuthorizationServer", " is inactive.")
}

func (h *console) moveServer(c *gin.Context, op, done string) (View, error) {
	ctx := c.Request.Context()
	doc, err := h.readServer(ctx, c.Param("id"))
	if err != nil {
		return nil, err
	}
	if _, err := h.config.Org.Do(ctx, okta.Call{Op: okta.Find(op), Args: serverArg(doc.Text("id")), Before: doc, Reason: reason(c)}); err != nil {
		return nil, err
	}
	return redirect(serverPath(doc), doc, ui.Message{Kind: "ok", Title: doc.Text("name") + done}), nil
}
