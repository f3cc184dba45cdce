package handlers

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/auth"
	"gatehouse/internal/okta"
	"gatehouse/web/templates/ui"
	"gatehouse/web/templates/user"
)

// startGroups is how many groups the form offers to start in; others are added on the page.
const startGroups = 200

// The ways to start: how somebody comes to a password.
const (
	startByEmail  = "email"
	startPassword = "password"
	startStaged   = "staged"
)

// newPersonForm is what the form of a new person needs of the org.
type newPersonForm struct {
	types  []userType
	kind   userType
	schema userSchema
	groups []okta.Object
}

// readNewPersonForm asks for types and groups at once, then for the schema of the type.
func (h *console) readNewPersonForm(ctx context.Context, typeID string) (f newPersonForm, err error) {
	err = together(ctx, func(ctx context.Context) (err error) {
		f.types, err = h.userTypes(ctx)
		return err
	}, func(ctx context.Context) (err error) {
		if !h.may(ctx, "listGroups") {
			return nil
		}
		f.groups, err = h.objects(ctx, okta.Call{Op: okta.Find("listGroups"), Query: url.Values{"filter": {`type eq "OKTA_GROUP"`}, "limit": {strconv.Itoa(startGroups)}}})
		if p, is := asOrgProblem(err); is && p.Status == http.StatusForbidden {
			return nil
		}
		return err
	})
	if err != nil {
		return f, err
	}
	i := slices.IndexFunc(f.types, func(t userType) bool { return t.ID == typeID || typeID == "" && t.Default })
	if i >= 0 {
		f.kind = f.types[i]
	} else if typeID != "" {
		return f, notFound("User type")
	}
	f.schema, err = h.readSchema(ctx, f.kind.schema())
	return f, err
}

// newPerson is the empty form.
func (h *console) newPerson(c *gin.Context) (View, error) {
	ctx := c.Request.Context()
	if !h.may(ctx, "createUser") {
		return nil, h.notPermitted(ctx, "createUser")
	}
	f, err := h.readNewPersonForm(ctx, c.Query("type"))
	if err != nil {
		return nil, err
	}
	return newPersonScreen(f, url.Values{"form_id": {rand.Text()}, "start": {startByEmail}}, nil, ""), nil
}

// notPermitted is the refusal of an operation that Can rules out, with its reason.
func (h *console) notPermitted(ctx context.Context, op string) error {
	return problem{
		Status: http.StatusForbidden, Code: "not_permitted", Title: "Not permitted",
		Message: h.config.SignIn.Can(ctx, auth.From(ctx), okta.Find(op), "").Reason,
	}
}

func newPersonScreen(f newPersonForm, typed url.Values, fields map[string]string, wrong string) Screen {
	n := user.New{FormID: typed.Get("form_id"), Start: typed.Get("start"), Change: typed.Get("change") == "true", Problem: wrong, Reason: typed.Get("reason")}
	if len(f.types) > 1 {
		for _, t := range f.types {
			n.Types = append(n.Types, ui.Option{Value: t.ID, Label: cmp.Or(t.DisplayName, t.Name)})
		}
	}
	n.Type, n.MoreGroups = f.kind.ID, len(f.groups) == startGroups
	n.Fields, n.More = fieldsOf(f.schema.attributes, okta.Object{}, false, true, typed, fields)
	n.Password = ui.Field{Name: "password", Label: "Password", Type: "password", Autocomplete: "new-password", Error: fields["password"], Help: "Used only with “Set a password now”"}
	for _, d := range f.groups {
		g := groupRow(d)
		g.Member = slices.Contains(typed["group"], g.ID)
		n.Groups = append(n.Groups, g)
	}
	slices.SortFunc(n.Groups, func(a, b user.Group) int { return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)) })
	return Screen{Around: About{Title: "Add person", Section: "people"}, Body: user.NewPage(n), Part: user.NewForm(n)}
}

// createPerson adds somebody. The form is known by its id: sent twice, the second shows
// what the first made (fault 17).
func (h *console) createPerson(c *gin.Context) (View, error) {
	ctx := c.Request.Context()
	f, err := h.readNewPersonForm(ctx, c.PostForm("type"))
	if err != nil {
		return nil, err
	}
	profile, problems := profileChanges(person{schema: f.schema}, okta.Object{}, c.Request.PostForm, true)
	if len(problems) > 0 {
		return h.refusedNew(c, f, problem{Status: http.StatusUnprocessableEntity, Code: "fields", Title: "Nobody was added", Message: "Some fields cannot be saved as they are.", Fields: problems})
	}
	call := newPersonCall(f, profile, c.Request.PostForm)
	call.Reason = reason(c)
	doc, err := h.once.do(formKey(ctx, c.PostForm("form_id")), h.config.Now(), func() (okta.Object, error) {
		resp, err := h.config.Org.Do(ctx, call)
		if err != nil {
			return okta.Object{}, err
		}
		return resp.Object()
	})
	var refusal *okta.Error
	if errors.As(err, &refusal) && (refusal.Status == http.StatusBadRequest || refusal.Status == http.StatusForbidden && refusal.Code != "E0000006") {
		return h.refusedNew(c, f, orgProblem(refusal))
	}
	if err != nil {
		return nil, err
	}
	return redirect("/people/"+doc.Text("id"), doc, ui.Message{Kind: "ok", Title: personName(doc) + " was added."}), nil
}

// newPersonCall is the form as a call.
func newPersonCall(f newPersonForm, profile okta.Object, form url.Values) okta.Call {
	if profile.IsZero() {
		profile = okta.Object{}.With("login", "") // the org says at each required field that it is empty
	}
	body := okta.Object{}.With("profile", profile)
	q := url.Values{"activate": {"true"}}
	switch form.Get("start") {
	case startPassword:
		body = body.WithPath(form.Get("password"), "credentials", "password", "value")
		if form.Get("change") == "true" {
			q.Set("nextLogin", "changePassword")
		}
	case startStaged:
		q.Set("activate", "false")
	}
	if groups := form["group"]; len(groups) > 0 {
		body = body.With("groupIds", groups)
	}
	if f.kind.ID != "" && !f.kind.Default {
		body = body.WithPath(f.kind.ID, "type", "id")
	}
	return okta.Call{Op: okta.Find("createUser"), Query: q, Body: body}
}

// refusedNew is the form again: what was typed, but for the password, and what is wrong.
func (h *console) refusedNew(c *gin.Context, f newPersonForm, why problem) (View, error) {
	why.Status = http.StatusUnprocessableEntity
	if wanted(c.Request) == document {
		return nil, why
	}
	fields := maps.Clone(why.Fields)
	known := append(slices.Clone(f.schema.attributes), attribute{Name: "password"})
	wrong := otherErrors(known, fields)
	if len(fields) == 0 {
		wrong = why.Title + ". " + why.Message
	}
	return refused(newPersonScreen(f, c.Request.PostForm, fields, wrong)), nil
}
