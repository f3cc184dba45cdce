package handlers

import (
	"context"
	"net/url"
	"slices"
	"strconv"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/okta"
	"gatehouse/web/templates/ui"
)

// policyPickers are the fields of forms that are picked by search, and what is searched.
var policyPickers = map[string]string{
	"group_in": "listGroups", "group_out": "listGroups", "join": "listGroups", "user_in": "listUsers", "user_out": "listUsers",
	"app_in": "listApplications", "app_out": "listApplications",
}

// policyDrawing reads what the controls of a form are drawn from: names of what is picked,
// and the lists to choose from. Calls that no control of the form needs are not made.
func (h *console) policyDrawing(ctx context.Context, f *policyForm) (*policyDrawing, error) {
	d := &policyDrawing{v: f.v, wrong: f.wrong, entry: f.entry, fresh: f.fresh(), picks: map[string]picked{}}
	var reads []func(context.Context) error
	found := map[string]*picked{}
	list := func(field, op string, into *[]okta.Object) {
		if _, shown := f.was[field]; !shown || !h.may(ctx, op) || f.entry.System {
			return
		}
		reads = append(reads, func(ctx context.Context) error {
			docs, err := h.objects(ctx, okta.Call{Op: okta.Find(op), Query: url.Values{"limit": {strconv.Itoa(maxRefs)}}})
			*into = docs
			return ignoreRefusal(err)
		})
	}
	for field, op := range policyPickers {
		if _, shown := f.was[field]; !shown {
			continue
		}
		p := &picked{}
		found[field] = p
		ids := union(f.v[field], f.was[field])
		if !h.may(ctx, op) { // nothing is lost of what cannot be shown by name
			p.options, p.empty = unnamed(ids, f.v[field]), "You may not look for others."
			continue
		}
		reads = append(reads, func(ctx context.Context) (err error) {
			p.options, p.empty, err = h.pickAny(ctx, op, f.v[field], ids, searchable(f.v.Get("find_"+field)))
			return err
		})
	}
	list("zone", "listNetworkZones", &d.zones)
	list("provider_id", "listIdentityProviders", &d.providers)
	list("type_in", "listUserTypes", &d.types)
	list("send_id", "listIdentityProviders", &d.providers)
	if err := together(ctx, reads...); err != nil {
		return nil, err
	}
	for field, p := range found {
		d.picks[field] = *p
	}
	return d, nil
}

func union(a, b []string) []string {
	out := slices.Clone(filledIn(a))
	for _, id := range filledIn(b) {
		if !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

// pickAny are the objects with these ids, ticked where they are picked, and below them what a
// search finds.
func (h *console) pickAny(ctx context.Context, op string, ticked, ids []string, find string) (options []ui.PickOption, empty string, err error) {
	var docs map[string]okta.Object
	var found []okta.Object
	err = together(ctx, func(ctx context.Context) (err error) {
		if op == "listApplications" {
			docs, err = h.appsByID(ctx, ids)
		} else {
			docs, err = h.byID(ctx, op, ids)
		}
		return err
	}, func(ctx context.Context) (err error) {
		switch {
		case find == "":
		case op == "listGroups":
			found, err = h.findGroups(ctx, find)
		case op == "listUsers":
			found, empty, err = h.findPeople(ctx, find)
		default:
			found, err = h.objects(ctx, okta.Call{Op: okta.Find(op), Query: url.Values{"q": {find}, "limit": {memberChoices}}})
		}
		return err
	})
	if err != nil {
		return nil, "", err
	}
	options = unnamed(ids, ticked)
	for i, o := range options {
		if d := docs[o.Value]; !d.IsZero() {
			options[i] = pickOption(op, d)
			options[i].On = o.On
		}
	}
	for _, d := range found {
		if !slices.Contains(ids, d.Text("id")) {
			options = append(options, pickOption(op, d))
		}
	}
	if find != "" && empty == "" {
		empty = "Nothing that you may see matches."
	}
	return options, empty, nil
}

// unnamed are options without their names.
func unnamed(ids, ticked []string) []ui.PickOption {
	out := make([]ui.PickOption, len(ids))
	for i, id := range ids {
		out[i] = ui.PickOption{Value: id, Label: id, Note: "deleted, or outside your role", On: slices.Contains(ticked, id)}
	}
	return out
}

func pickOption(op string, d okta.Object) ui.PickOption {
	o := ui.PickOption{Value: d.Text("id")}
	switch op {
	case "listGroups":
		o.Label, o.Note = groupName(d), d.Text("profile", "description")
	case "listUsers":
		o.Label, o.Note = personName(d), d.Text("profile", "login")
	default:
		o.Label = appLabel(d)
	}
	return o
}

// pickInPolicy is what a search in a form finds while somebody types.
func (h *console) pickInPolicy(c *gin.Context) (View, error) {
	ctx, field := c.Request.Context(), c.Param("field")
	op := policyPickers[field]
	if op == "" {
		return nil, notFound("Page")
	}
	if err := h.permitted(ctx, op); err != nil {
		return nil, err
	}
	p := ui.Pick{Name: field, Many: true}
	ids := filledIn(c.PostFormArray(field))
	var err error
	if p.Options, p.Empty, err = h.pickAny(ctx, op, ids, ids[:min(len(ids), maxRefs)], searchable(c.PostForm("find_"+field))); err != nil {
		return nil, err
	}
	part := ui.PickList(p)
	return Screen{Around: About{Section: "policies"}, Body: part, Part: part, Data: listOf(p.Options, "")}, nil
}
