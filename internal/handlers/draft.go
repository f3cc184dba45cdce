package handlers

import (
	"bytes"
	"maps"
	"net/http"
	"net/url"
	"slices"

	"github.com/gin-gonic/gin"
	"golang.org/x/net/html"

	"gatehouse/internal/audit"
	"gatehouse/internal/auth"
	"gatehouse/web/templates/session"
	"gatehouse/web/templates/ui"
)

// draftKey is where in the context of a request its draft stands: what a page brings
// back, or the id that a form came with.
const draftKey = "draft"

// formFields are the fields of a form that may be kept; the names of those that hold a
// secret come beside them.
func formFields(sent url.Values) (fields url.Values, omitted []string) {
	fields = url.Values{}
	for name, values := range sent {
		switch {
		case name == ui.FormTokenField || name == ui.DraftField:
		case audit.IsSecret(name):
			if slices.ContainsFunc(values, func(v string) bool { return v != "" }) {
				omitted = append(omitted, name)
			}
		default:
			fields[name] = values
		}
	}
	slices.Sort(omitted)
	return fields, omitted
}

// takeDraft reads which draft a request is about, and hides that from its handler: the
// address of a page names the one to bring back, a form the one it was filled from.
func (h *console) takeDraft(c *gin.Context) error {
	r := c.Request
	s := auth.From(r.Context())
	if s == nil || wanted(r) == document {
		return nil
	}
	if !safe(r.Method) {
		if err := r.ParseForm(); err != nil {
			return err
		}
		c.Set(draftKey, r.PostForm.Get(ui.DraftField))
		r.PostForm.Del(ui.DraftField)
		r.Form.Del(ui.DraftField)
		return nil
	}
	id := r.URL.Query().Get(auth.DraftParameter)
	if id == "" {
		return nil
	}
	r.URL.RawQuery = without(r.URL.Query(), auth.DraftParameter)
	if wanted(r) != page {
		return nil
	}
	d, found, err := h.config.SignIn.Draft(r.Context(), s, id)
	if err == nil && found {
		c.Set(draftKey, d)
	}
	return err
}

// dropDraft forgets the draft that a form was filled from. That it cannot is no reason to
// fail: it goes by itself after a day.
func (h *console) dropDraft(c *gin.Context, s *auth.Session) {
	id := c.GetString(draftKey)
	if id == "" {
		return
	}
	if err := h.config.SignIn.DropDraft(c.Request.Context(), s, id); err != nil {
		h.config.Log.WarnContext(c.Request.Context(), "draft not removed", "error", err)
	}
}

// sent forgets the draft of a form that was accepted, and takes it out of the address
// that the browser shows.
func (h *console) sent(c *gin.Context, status int) {
	s := auth.From(c.Request.Context())
	if s == nil || safe(c.Request.Method) || status >= http.StatusBadRequest || c.GetString(draftKey) == "" {
		return
	}
	h.dropDraft(c, s)
	if u, err := url.Parse(c.Request.Header.Get("HX-Current-URL")); err == nil && u.Query().Has(auth.DraftParameter) {
		u.RawQuery = without(u.Query(), auth.DraftParameter)
		c.Header("HX-Replace-Url", u.RequestURI())
	}
}

// withDraft fills the draft of the request, if there is one, into a page that was drawn:
// one place for every form that there is and will be.
func (h *console) withDraft(c *gin.Context, drawn []byte) ([]byte, error) {
	d, found := c.Value(draftKey).(auth.Draft)
	if !found {
		return drawn, nil
	}
	doc, err := html.Parse(bytes.NewReader(drawn))
	if err != nil {
		return nil, err
	}
	ctx := c.Request.Context()
	v := draftView(auth.From(ctx), d)
	f := findForm(doc, d)
	if f != nil && f.fill(d) {
		v.InForm, v.Button = true, f.button()
		f.ready(d.ID)
	} else {
		f = nil
	}
	at := f.place()
	if at == nil {
		at = find(doc, func(n *html.Node) bool { return attr(n, "id") == "content" })
	}
	if at == nil { // a page without content has nothing to say it on
		return drawn, nil
	}
	note, err := drawNodes(h.drawing(ctx), session.Draft(v), at)
	if err != nil {
		return nil, err
	}
	first := at.FirstChild
	for _, n := range note {
		at.InsertBefore(n, first)
	}
	var out bytes.Buffer
	err = html.Render(&out, doc)
	return out.Bytes(), err
}

// draftView is what a page says about a draft.
func draftView(s *auth.Session, d auth.Draft) session.DraftView {
	v := session.DraftView{ID: d.ID, Action: d.Action, Omitted: d.Omitted, Until: d.KeptAt.Add(auth.DraftLife), What: "what you entered"}
	if d.Operation != "" {
		v.What = operationWords(d.Operation)
	}
	for _, scope := range d.Missing {
		if s.HasScope(scope) {
			v.Granted = append(v.Granted, scope)
		} else {
			v.Refused = append(v.Refused, scope)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(d.Fields)) {
		for _, value := range d.Fields[name] {
			v.Fields = append(v.Fields, session.DraftField{Name: name, Value: value, Shown: value != "" && !formState[name]})
		}
	}
	return v
}

// formState are fields that say which version a form was drawn from; people never see them.
var formState = map[string]bool{"base": true, "etag": true, "form_id": true}
