package handlers

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"

	"gatehouse/internal/okta"
	"gatehouse/internal/policy"
)

// labRead is what the lab read of the org.
type labRead struct {
	ask labAsk
	// set are the policies that count, in their order, enroll those of factor enrolment.
	set, enroll []labPolicy
	names       policyNames
	zones       []policy.Zone
	// zonesHidden: the org does not tell this reader its zones.
	zonesHidden bool
	// person, app and scope are what the boxes name; people, apps and groups several to choose from.
	person, app, scope, everyone okta.Object
	people, apps, groups         []okta.Object
	// memberOf are the groups of the person, held their factors; heldRead whether those were told.
	memberOf, held []okta.Object
	heldRead       bool
	// unassigned: the person does not have the app.
	unassigned bool
	crowd      *audience
	notes      []string
}

// readLab reads all that a question needs: policies, zones, the person with groups and
// factors, the app and the group, at once; then the members of the groups that count.
func (h *console) readLab(ctx context.Context, ask labAsk) (*labRead, error) {
	r := &labRead{ask: ask, names: policyNames{}}
	var all []labPolicy
	reads := []func(context.Context) error{func(ctx context.Context) (err error) {
		all, err = h.labPolicies(ctx, ask.kind)
		return err
	}, func(ctx context.Context) error { return h.readZones(ctx, r) }}
	if ask.chosen("person") != "" {
		reads = append(reads, func(ctx context.Context) error { return h.readLabPerson(ctx, r) })
		if ask.kind.asksFactors() {
			reads = append(reads, func(ctx context.Context) (err error) {
				r.enroll, err = h.labPolicies(ctx, policyTypeOf(policy.TypeEnroll))
				return err
			})
		}
	}
	if text := ask.chosen("app"); text != "" {
		reads = append(reads, func(ctx context.Context) (err error) {
			r.apps, err = h.namedApps(ctx, text)
			return err
		})
	}
	if text := ask.chosen("group"); text != "" {
		reads = append(reads, func(ctx context.Context) (err error) {
			r.groups, r.everyone, err = h.readScope(ctx, text)
			return err
		})
	}
	if err := together(ctx, reads...); err != nil {
		return nil, err
	}
	r.app, r.scope = only(r.apps), only(r.groups)
	r.set = r.counting(all)
	return r, together(ctx, func(ctx context.Context) (err error) {
		var entries []policyEntry
		then, err := r.then()
		if err != nil {
			return err
		}
		for _, p := range append(slices.Clone(r.set), then...) {
			entries = append(append(entries, p.policyEntry), p.rules...)
		}
		r.names, err = h.policyNames(ctx, entries...)
		return err
	}, func(ctx context.Context) error { return h.readLabCrowd(ctx, r) }, func(ctx context.Context) error { return h.readAssigned(ctx, r) })
}

// only is the one document of a list; the zero value where there are none or several.
func only(docs []okta.Object) okta.Object {
	if len(docs) == 1 {
		return docs[0]
	}
	return okta.Object{}
}

// then are the policies with the draft saved; as they are without one.
func (r *labRead) then() ([]labPolicy, error) {
	if !r.ask.draft.is() {
		return r.set, nil
	}
	return r.ask.draft.in(r.set)
}

// counting are the policies that are looked at: all of a type that is ranked, else the one
// that the app, the address or the draft names.
func (r *labRead) counting(all []labPolicy) []labPolicy {
	if r.ask.kind.ranked() {
		return all
	}
	id := r.ask.box("policy")
	if r.ask.draft.is() {
		id = r.ask.draft.policy
	} else if !r.app.IsZero() {
		id = path.Base(r.app.Text("_links", r.ask.kind.link, "href"))
	}
	return slices.DeleteFunc(slices.Clone(all), func(p labPolicy) bool { return p.ID != id })
}

// labPolicies are the policies of a type with their rules. Where the org does not put the
// rules into the list, they are asked for, all at once.
func (h *console) labPolicies(ctx context.Context, t policyType) ([]labPolicy, error) {
	_, all, err := h.listPoliciesOf(ctx, t)
	if err != nil {
		return nil, err
	}
	set := make([]labPolicy, len(all))
	var reads []func(context.Context) error
	for i, p := range all {
		set[i].policyEntry = p
		if p.doc.Object("_embedded").Get("rules") != nil {
			if set[i].rules, err = p.rulesIn(); err != nil {
				return nil, err
			}
			continue
		}
		reads = append(reads, func(ctx context.Context) error {
			docs, err := h.objects(ctx, okta.Call{Op: okta.Find("listPolicyRules"), Args: policyArg(p.ID)})
			if err == nil {
				set[i].rules, err = entriesOf(docs)
			}
			return err
		})
	}
	return set, together(ctx, reads...)
}

// readZones reads the network zones, where this reader may see them.
func (h *console) readZones(ctx context.Context, r *labRead) error {
	if r.zonesHidden = !h.may(ctx, "listNetworkZones"); r.zonesHidden {
		return nil
	}
	docs, err := h.objects(ctx, okta.Call{Op: okta.Find("listNetworkZones")})
	if err != nil {
		r.zonesHidden = true
		return ignoreRefusal(err)
	}
	for _, d := range docs {
		z, err := policy.ParseZone(d.Bytes())
		if err != nil {
			return fmt.Errorf("%w: %w", okta.ErrBadAnswer, err)
		}
		r.zones = append(r.zones, z)
	}
	return nil
}

// readLabPerson finds the person that the box names, and reads their groups and factors.
func (h *console) readLabPerson(ctx context.Context, r *labRead) error {
	if err := h.permitted(ctx, "listUsers"); err != nil {
		return err
	}
	text := r.ask.chosen("person")
	search, fault := peopleBox.search(text)
	if fault != nil {
		r.notes = append(r.notes, unreadable(fault))
		return nil
	}
	docs, err := h.objects(ctx, okta.Call{Op: okta.Find("listUsers"), Query: url.Values{"search": {search}, "limit": {labChoices}}})
	if why := unsearchable(err); why != "" {
		r.notes = append(r.notes, why)
		return nil
	}
	if err != nil {
		return err
	}
	r.people = onlyExact(docs, text, func(d okta.Object) string { return d.Text("profile", "login") })
	if r.person = only(r.people); r.person.IsZero() {
		return nil
	}
	arg := userArg(r.person.Text("id"))
	return together(ctx, func(ctx context.Context) (err error) {
		for d, err := range h.config.Org.All(ctx, okta.Call{Op: okta.Find("listUserGroups"), Args: arg}) {
			if err != nil {
				return err
			}
			r.memberOf = append(r.memberOf, d)
		}
		return nil
	}, func(ctx context.Context) (err error) {
		if !r.ask.kind.asksFactors() || !h.may(ctx, "listFactors") {
			return nil
		}
		r.held, err = h.objects(ctx, okta.Call{Op: okta.Find("listFactors"), Args: arg})
		r.heldRead = err == nil
		return ignoreRefusal(err)
	})
}

// namedApps finds the app that a box names, by id or by the beginning of its label.
func (h *console) namedApps(ctx context.Context, text string) ([]okta.Object, error) {
	if err := h.permitted(ctx, "listApplications"); err != nil {
		return nil, err
	}
	if strings.HasPrefix(text, "0oa") && !strings.ContainsAny(text, " /") {
		resp, err := h.config.Org.Do(ctx, okta.Call{Op: okta.Find("getApplication"), Args: map[string]string{"appId": text}})
		if err == nil {
			doc, err := resp.Object()
			return []okta.Object{doc}, err
		}
		if !refusedWith(err, http.StatusNotFound) {
			return nil, err
		}
	}
	docs, err := h.objects(ctx, okta.Call{Op: okta.Find("listApplications"), Query: url.Values{"q": {text}, "limit": {labChoices}}})
	return onlyExact(docs, text, appLabel), err
}

// asksFactors tells whether rules of the type may ask people for factors.
func (t policyType) asksFactors() bool {
	return t.key == policy.TypeSignOn || t.key == policy.TypeAccess
}

// readAssigned asks whether the person has the app whose policy is tried.
func (h *console) readAssigned(ctx context.Context, r *labRead) error {
	if r.app.IsZero() || r.person.IsZero() || r.ask.kind.key != policy.TypeAccess || !h.may(ctx, "getApplicationUser") {
		return nil
	}
	_, err := h.config.Org.Do(ctx, okta.Call{Op: okta.Find("getApplicationUser"), Args: map[string]string{"appId": r.app.Text("id"), "userId": r.person.Text("id")}})
	r.unassigned = refusedWith(err, http.StatusNotFound)
	return ignoreRefusal(err)
}

// readLabCrowd reads the people of the group that is asked for.
func (h *console) readLabCrowd(ctx context.Context, r *labRead) error {
	if r.scope.IsZero() {
		return nil
	}
	then, err := r.then()
	if err != nil {
		return err
	}
	both, err := evaluable(append(slices.Clone(r.set), then...))
	if err != nil {
		return err
	}
	r.crowd, err = h.readCrowd(ctx, r.scope, r.everyone.Text("id"), policy.Mentioned(both...))
	return err
}
