package handlers

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/okta"
	"gatehouse/web/templates/ui"
	"gatehouse/web/templates/user"
)

var wholeNumber = regexp.MustCompile(`^-?(0|[1-9]\d{0,17})$`)

// editPerson saves the fields that differ from what the form was drawn with, and only
// those: attributes that the form does not know stay as they are. The version that was
// drawn goes along, so that an edit by somebody else is never lost (fault 16).
func (h *console) editPerson(c *gin.Context) (View, error) {
	ctx := c.Request.Context()
	p, err := h.readPerson(ctx, c.Param("id"))
	if err != nil {
		return nil, personError(err)
	}
	base, err := formBase(c)
	if err != nil {
		return nil, err
	}
	sent, problems := profileChanges(p, base, c.Request.PostForm, false)
	if len(problems) > 0 {
		return h.refusedEdit(c, p, problem{Status: http.StatusUnprocessableEntity, Code: "fields", Title: "Nothing was saved", Message: "Some fields cannot be saved as they are.", Fields: problems})
	}
	if sent.IsZero() {
		return h.personAfter(c, p, 0, nil, ui.Message{Kind: "info", Title: "Nothing was changed, so nothing was saved."})
	}
	header := http.Header{}
	if tag := c.PostForm("etag"); tag != "" {
		header.Set("If-Match", tag)
	}
	_, err = h.config.Org.Do(ctx, okta.Call{
		Op: okta.Find("partialUpdateUser"), Args: userArg(p.id()), Header: header,
		Body: okta.Object{}.With("profile", sent), Before: p.doc, Reason: reason(c),
	})
	var refusal *okta.Error
	if errors.As(err, &refusal) {
		switch {
		case refusal.Status == http.StatusPreconditionFailed:
			return h.conflict(c, base, sent)
		case refusal.Status == http.StatusBadRequest, attributeRefused[refusal.Code]:
			return h.refusedEdit(c, p, orgProblem(refusal))
		case wrongState[refusal.Code]:
			return h.actionFailed(c, personAction{label: "Edit", key: "edit"}, p, err)
		}
	}
	if err != nil {
		return nil, err
	}
	if p, err = h.readPerson(ctx, p.id()); err != nil {
		return nil, personError(err)
	}
	return h.personAfter(c, p, 0, nil, ui.Message{Kind: "ok", Title: "Saved: " + fieldList(p.schema, sent) + "."})
}

// formBase is the profile that a form was drawn with.
func formBase(c *gin.Context) (okta.Object, error) {
	base, err := okta.Parse([]byte(c.PostForm("base")))
	if err != nil {
		return base, problem{
			Status: http.StatusBadRequest, Code: "form", Title: "Nothing was saved", Err: err,
			Message: "The form is not complete. Reload the page and send it again.",
		}
	}
	return base, nil
}

// attributeRefused are the org's codes for a write to a read-only or immutable attribute.
var attributeRefused = map[string]bool{"E0000077": true, "E0000078": true}

// profileChanges are the attributes of a form that differ from base. Only attributes of
// the schema that may be written are read, whatever else the form holds (security 34).
// A field that was set to the other version in a comparison is left out.
func profileChanges(p person, base okta.Object, form url.Values, creating bool) (sent okta.Object, problems map[string]string) {
	problems = map[string]string{}
	for _, a := range p.schema.attributes {
		name := profilePrefix + a.Name
		if !form.Has(name) || a.readOnly(p.doc, creating) != "" || form.Get("keep."+a.Name) == "theirs" {
			continue
		}
		value, wrong := a.value(form.Get(name))
		if wrong != "" {
			problems[a.Name] = wrong
			continue
		}
		was := base.Get(a.Name)
		if sameValue(was, value) || formText(was) == formText(value) {
			continue
		}
		sent = sent.With(a.Name, value)
	}
	return sent, problems
}

// sameValue compares two JSON values; absent is null.
func sameValue(a, b json.RawMessage) bool {
	null := func(v json.RawMessage) bool { return len(v) == 0 || string(v) == "null" }
	return bytes.Equal(a, b) || null(a) && null(b)
}

// refusedEdit is the form again, with what was typed and what is wrong with it.
func (h *console) refusedEdit(c *gin.Context, p person, why problem) (View, error) {
	why.Status = http.StatusUnprocessableEntity
	if wanted(c.Request) == document {
		return nil, why
	}
	fields := maps.Clone(why.Fields)
	f := h.profileForm(c.Request.Context(), p, c.Request.PostForm, fields)
	if len(fields) == 0 {
		f.Problem = why.Title + ". " + why.Message
	}
	f.ETag, f.Base, f.Reason = c.PostForm("etag"), c.PostForm("base"), c.PostForm("reason")
	v := h.profileScreen(c, p, f)
	return refused(v), nil
}

// conflict shows both versions side by side: theirs, which the org has now, and ours.
func (h *console) conflict(c *gin.Context, base, sent okta.Object) (View, error) {
	p, err := h.readPerson(c.Request.Context(), c.Param("id"))
	if err != nil {
		return nil, personError(err)
	}
	if wanted(c.Request) == document {
		return nil, problem{
			Status: http.StatusPreconditionFailed, Code: "E0000231", Title: "Changed by somebody else meanwhile",
			Message: "Read the person again and repeat the change on that version.",
		}
	}
	theirs := p.doc.Object("profile")
	k := user.Conflict{
		Action: "/people/" + p.id(), ETag: p.etag, Base: string(theirs.Bytes()), Reason: c.PostForm("reason"),
		Name: personName(p.doc), Updated: p.doc.Text("lastUpdated"),
	}
	for _, a := range ordered(p.schema.attributes) {
		mine, now, was := sent.Get(a.Name), theirs.Get(a.Name), base.Get(a.Name)
		row := user.Versions{Name: a.Name, Label: titleOf(a), Was: formText(was), Theirs: formText(now), Mine: formText(mine)}
		switch {
		case mine == nil && !sameValue(was, now):
			k.Others = append(k.Others, row)
		case mine != nil:
			row.Clash = !sameValue(was, now) && !sameValue(mine, now)
			k.Rows = append(k.Rows, row)
		}
	}
	v := h.personScreen(c, p, "profile", user.Compare(k))
	v.Around.Status = http.StatusPreconditionFailed
	return v, nil
}

// fieldList names the attributes that were saved.
func fieldList(s userSchema, sent okta.Object) string {
	var names []string
	for _, name := range sent.Keys() {
		a, _ := s.find(name)
		a.Name = name
		names = append(names, titleOf(a))
	}
	return joinWords(names)
}

// joinWords writes a list as people do: "Title, City and Department".
func joinWords(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " and " + words[last]
}

func sortedKeys(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) }

// encoded is a value of ours as JSON, with "<" kept as it is.
func encoded(v any) json.RawMessage {
	o, err := okta.NewObject(map[string]any{"v": v})
	if err != nil {
		panic("handlers: text and lists of JSON values always encode: " + err.Error())
	}
	return o.Get("v")
}
