package handlers

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"sync"

	"gatehouse/internal/expr"
	"gatehouse/internal/okta"
	pages "gatehouse/web/templates/policy"
)

const zonesArea = zonesPath + "/"

// policyNames are the names of what conditions and actions point to, by id.
type policyNames map[string]string

// termShown is how many names a condition shows before it counts the rest.
const termShown = 5

// term is a condition that names objects. area leads to their pages; "" where they have none.
func (n policyNames) term(one, many string, ids []string, area string) pages.Term {
	t := pages.Term{Before: one}
	if len(ids) > 1 {
		t.Before = many
	}
	for i, id := range ids {
		if i == termShown {
			t.More = len(ids) - termShown
			break
		}
		l := pages.Link{Name: n[id]}
		if l.Name == "" {
			l.Name = id
		} else if area != "" {
			l.Href = area + url.PathEscape(id)
		}
		t.Names = append(t.Names, l)
	}
	return t
}

func (n policyNames) of(id string) string {
	if name := n[id]; name != "" {
		return name
	}
	return id
}

// policyRefs are the ids that policies and rules point to, by kind.
type policyRefs struct{ users, groups, zones, apps, providers, types []string }

// maxRefs bounds how many objects of a kind are asked for by name on a page.
const maxRefs = 200

// collect adds what an entry points to.
func (r *policyRefs) collect(e policyEntry) error {
	c, err := conditionsOf(e.Conditions)
	if err != nil {
		return err
	}
	add := func(to *[]string, lists ...[]string) {
		for _, ids := range lists {
			for i, id := range ids {
				if i < termShown && id != "" && id != allZones && len(*to) < maxRefs && !slices.Contains(*to, id) {
					*to = append(*to, id)
				}
			}
		}
	}
	add(&r.users, c.People.Users.Include, c.People.Users.Exclude)
	add(&r.groups, c.People.Groups.Include, c.People.Groups.Exclude, profileGroups(e.Actions))
	add(&r.zones, c.Network.Include, c.Network.Exclude)
	add(&r.types, c.UserType.Include, c.UserType.Exclude)
	add(&r.providers, c.IdentityProvider.IDs, discoveryIDs(e.Actions))
	for _, a := range slices.Concat(c.App.Include, c.App.Exclude) {
		add(&r.apps, []string{a.ID})
	}
	return nil
}

// policyNames finds the names of what the entries point to: a call for each kind that is
// pointed to, all at once. What the reader may not see, or the org does not tell, keeps its id.
func (h *console) policyNames(ctx context.Context, entries ...policyEntry) (policyNames, error) {
	var refs policyRefs
	for _, e := range entries {
		if err := refs.collect(e); err != nil {
			return nil, err
		}
	}
	names := policyNames{}
	var mu sync.Mutex
	var reads []func(context.Context) error
	ask := func(op string, ids []string, name func(okta.Object) string, read func(context.Context) (map[string]okta.Object, error)) {
		if len(ids) == 0 || !h.may(ctx, op) {
			return
		}
		reads = append(reads, func(ctx context.Context) error {
			docs, err := read(ctx)
			if err = ignoreRefusal(err); err != nil {
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			for id, d := range docs {
				names[id] = name(d)
			}
			return nil
		})
	}
	search := func(op string, ids []string) func(context.Context) (map[string]okta.Object, error) {
		return func(ctx context.Context) (map[string]okta.Object, error) { return h.byID(ctx, op, ids) }
	}
	whole := func(op string) func(context.Context) (map[string]okta.Object, error) {
		return func(ctx context.Context) (map[string]okta.Object, error) {
			docs, err := h.objects(ctx, okta.Call{Op: okta.Find(op), Query: url.Values{"limit": {strconv.Itoa(maxRefs)}}})
			return indexed(docs), err
		}
	}
	plain := func(d okta.Object) string { return d.Text("name") }
	ask("listUsers", refs.users, personName, search("listUsers", refs.users))
	ask("listGroups", refs.groups, groupName, search("listGroups", refs.groups))
	ask("listNetworkZones", refs.zones, plain, whole("listNetworkZones"))
	ask("listIdentityProviders", refs.providers, plain, whole("listIdentityProviders"))
	ask("listUserTypes", refs.types, func(d okta.Object) string { return d.Text("displayName") }, whole("listUserTypes"))
	ask("listApplications", refs.apps, appLabel, func(ctx context.Context) (map[string]okta.Object, error) { return h.appsByID(ctx, refs.apps) })
	return names, together(ctx, reads...)
}

func appLabel(d okta.Object) string { return d.Text("label") }

// appsByID finds applications by id, which takes a filter where people and groups take a search.
func (h *console) appsByID(ctx context.Context, ids []string) (map[string]okta.Object, error) {
	found := map[string]okta.Object{}
	for part := range slices.Chunk(ids, idsAtOnce) {
		var any []string
		for _, id := range part {
			any = append(any, "id eq "+expr.Quote(id))
		}
		docs, err := h.objects(ctx, okta.Call{Op: okta.Find("listApplications"), Query: url.Values{"filter": {grouped(any, " or ")}, "limit": {strconv.Itoa(maxRefs)}}})
		if err != nil {
			return nil, err
		}
		for id, d := range indexed(docs) {
			found[id] = d
		}
	}
	return found, nil
}

func indexed(docs []okta.Object) map[string]okta.Object {
	out := map[string]okta.Object{}
	for _, d := range docs {
		out[d.Text("id")] = d
	}
	return out
}

// ignoreRefusal drops an error that says that the org does not tell this reader, or does
// not know the operation: a page without some names is better than none.
func ignoreRefusal(err error) error {
	var refusal *okta.Error
	if errors.As(err, &refusal) {
		switch refusal.Status {
		case http.StatusForbidden, http.StatusNotFound, http.StatusNotImplemented:
			return nil
		}
	}
	return err
}
