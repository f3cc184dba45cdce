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
	"gatehouse/internal/policy"
)

const (
	// crowdMost is how many people a comparison looks at, crowdPage how many one call reads:
	// the most that the org gives of a group (documented).
	crowdMost = 10_000
	crowdPage = 1000
	// crowdGroups is how many of the groups that conditions name are read.
	crowdGroups = 40
)

// audience are people whom policies are compared for.
type audience struct {
	// scope is the group that they are of, everybody its place where that is the org.
	scope     okta.Object
	everybody bool
	docs      []okta.Object
	people    []policy.Person
	// whole: they are all of the group. unread are the groups whose members were not all read.
	whole  bool
	unread []string
}

// everybodyID stands for the whole org where a group is named.
const everybodyID = "everybody"

// readCrowd reads the people of a group, or everybody, and which of them are in the groups
// that conditions name: the members of those groups, all at once, instead of the groups
// of each person.
func (h *console) readCrowd(ctx context.Context, scope okta.Object, everyone string, m policy.Mentions) (*audience, error) {
	c := &audience{scope: scope, everybody: scope.Text("id") == everyone}
	named := slices.DeleteFunc(slices.Clone(m.Groups), func(id string) bool { return id == everyone || id == scope.Text("id") })
	c.unread = named[min(len(named), crowdGroups):]
	named = named[:min(len(named), crowdGroups)]
	in := map[string]map[string]bool{}
	var mu sync.Mutex
	reads := []func(context.Context) error{func(ctx context.Context) (err error) {
		c.docs, c.whole, err = h.members(ctx, scope.Text("id"))
		return err
	}}
	for _, id := range named {
		reads = append(reads, func(ctx context.Context) error {
			docs, whole, err := h.members(ctx, id)
			if refusedWith(err, http.StatusNotFound) { // a group that is gone has nobody
				docs, whole, err = nil, true, nil
			}
			ids := make(map[string]bool, len(docs))
			for _, d := range docs {
				ids[d.Text("id")] = true
			}
			mu.Lock()
			defer mu.Unlock()
			in[id] = ids
			if !whole {
				c.unread = append(c.unread, id)
			}
			return err
		})
	}
	if err := together(ctx, reads...); err != nil {
		return nil, err
	}
	for _, d := range c.docs {
		p := labPersonOf(d, m.Identifier)
		p.Groups = append(p.Groups, everyone, scope.Text("id"))
		for _, id := range named {
			if in[id][p.ID] {
				p.Groups = append(p.Groups, id)
			}
		}
		p.Unread = c.unread
		c.people = append(c.people, p)
	}
	return c, nil
}

func refusedWith(err error, status int) bool {
	var refusal *okta.Error
	return errors.As(err, &refusal) && refusal.Status == status
}

// members reads the people of a group, up to crowdMost; whole tells whether they are all.
func (h *console) members(ctx context.Context, id string) (docs []okta.Object, whole bool, err error) {
	call := okta.Call{Op: okta.Find("listGroupUsers"), Args: groupArg(id), Query: url.Values{"limit": {strconv.Itoa(crowdPage)}}}
	for resp, err := range h.config.Org.Pages(ctx, call) {
		if err != nil {
			return nil, false, err
		}
		page, err := resp.Objects()
		if err != nil {
			return nil, false, err
		}
		docs = append(docs, page...)
		if resp.Next == "" {
			return docs, true, nil
		}
		if len(docs) >= crowdMost {
			break
		}
	}
	return docs, false, nil
}

// labPersonOf is somebody as the evaluator sees them, without their groups; profile takes the
// texts of their profile along.
func labPersonOf(d okta.Object, profile bool) policy.Person {
	p := policy.Person{ID: d.Text("id"), Login: d.Text("profile", "login"), Status: d.Text("status"), TypeID: d.Text("type", "id"), Provider: d.Text("credentials", "provider", "type")}
	if p.Provider == "" {
		p.Provider = "OKTA"
	}
	if profile {
		p.Profile = map[string]string{}
		of := d.Object("profile")
		for _, name := range of.Keys() {
			if v := of.Text(name); v != "" {
				p.Profile[name] = v
			}
		}
	}
	return p
}

// everyoneGroup is the group that everybody is in.
func (h *console) everyoneGroup(ctx context.Context) (okta.Object, error) {
	docs, err := h.objects(ctx, okta.Call{Op: okta.Find("listGroups"), Query: url.Values{"search": {`type eq "BUILT_IN"`}, "limit": {"20"}}})
	for _, d := range docs {
		if groupName(d) == "Everyone" {
			return d, err
		}
	}
	return okta.Object{}, err
}

// namedGroup finds the group that a box names, by id or name. Several are a choice.
func (h *console) namedGroup(ctx context.Context, text string) ([]okta.Object, error) {
	search := "profile.name sw " + expr.Quote(text)
	if groupID.MatchString(text) {
		search = "id eq " + expr.Quote(text)
	}
	docs, err := h.objects(ctx, okta.Call{Op: okta.Find("listGroups"), Query: url.Values{"search": {search}, "limit": {labChoices}}})
	return onlyExact(docs, text, groupName), err
}

// onlyExact is the one document that is called so, where there is one; else all.
func onlyExact(docs []okta.Object, text string, name func(okta.Object) string) []okta.Object {
	same := slices.DeleteFunc(slices.Clone(docs), func(d okta.Object) bool { return name(d) != text })
	if len(same) == 1 {
		return same
	}
	return docs
}
