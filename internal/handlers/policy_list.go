package handlers

import (
	"context"
	"net/http"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/okta"
	pages "gatehouse/web/templates/policy"
	"gatehouse/web/templates/ui"
)

// listPolicies is the policies of the first type.
func (h *console) listPolicies(c *gin.Context) (View, error) {
	return h.policiesScreen(c, policyTypes[0], nil)
}

// listPoliciesOfType is the policies of another type.
func (h *console) listPoliciesOfType(c *gin.Context) (View, error) {
	t := policyTypeOf(c.Param("type"))
	if t.rule == t.key && t.label == t.key {
		return nil, notFound("Page")
	}
	return h.policiesScreen(c, t, nil)
}

// policiesScreen draws the policies of a type in the order in which they are looked at. It
// costs one call, one for each kind of object that conditions name, and for types that apps
// point to the calls that list apps. said is what was done to one of them.
func (h *console) policiesScreen(c *gin.Context, t policyType, said *moved) (View, error) {
	ctx := c.Request.Context()
	if err := h.permitted(ctx, "listPolicies"); err != nil {
		return nil, err
	}
	l := pages.List{Label: t.label, Says: t.says, Order: t.order}
	for _, other := range policyTypes {
		l.Tabs = append(l.Tabs, ui.Tab{Label: other.label, Href: other.path(), Current: other.key == t.key})
	}
	var docs []okta.Object
	var all []policyEntry
	var names policyNames
	var used policyApps
	err := together(ctx, func(ctx context.Context) (err error) {
		if docs, all, err = h.listPoliciesOf(ctx, t); err == nil {
			names, err = h.policyNames(ctx, all...)
		}
		return err
	}, func(ctx context.Context) (err error) {
		used, err = h.policyApps(ctx, t)
		return err
	})
	if err != nil {
		return nil, err
	}
	if h.may(ctx, "listAuthorizationServers") {
		l.Servers = serversPath
	}
	l.Lab = labPath + "?type=" + t.key
	if h.may(ctx, "createPolicy") {
		l.Add = policiesPath + "/new?type=" + t.key
	}
	l.Rows, err = h.policyRows(ctx, t, all, names, used)
	if err != nil {
		return nil, err
	}
	v := Screen{Around: About{Title: "Policies: " + t.label, Section: "policies"}, Data: listOf(noneNil(docs), "")}
	said.mark(l.Rows)
	said.on(&v)
	v.Body, v.Part = pages.ListPage(l), pages.ListTab(l)
	if c.Request.Method != http.MethodGet {
		v.Part = pages.ListPart(l)
	}
	return v, nil
}

// policyRows are the policies of a type as a list.
func (h *console) policyRows(ctx context.Context, t policyType, all []policyEntry, names policyNames, used policyApps) ([]pages.Row, error) {
	mayMove := t.ranked() && h.may(ctx, "updatePolicy")
	rows := make([]pages.Row, len(all))
	for i, p := range all {
		rules, err := p.rulesIn()
		if err != nil {
			return nil, err
		}
		r := pages.Row{ID: p.ID, Name: p.Name, Href: p.path(), System: p.System, Note: p.Description, NoTerms: !t.ranked()}
		r.Kind, r.Status = ui.RuleStatus(p.Status)
		if t.ranked() {
			r.Place = i + 1
		}
		if r.Terms, err = names.terms(p.Conditions); err != nil {
			return nil, err
		}
		r.Outcome = []string{counted(len(rules), "rule", "rules")}
		if n, known := used.count(p.ID); known {
			r.Outcome = append(r.Outcome, n)
		}
		if t.ranked() && len(rules) == 0 {
			r.Warn = "No rules: it never applies."
		}
		r.Move = moves(mayMove, p.path()+"/move", i, len(all), p.System, i+1 < len(all) && all[i+1].System)
		rows[i] = r
	}
	return rows, nil
}

// moves are the ways that an entry at a place can go. What the system made stays last.
func moves(may bool, action string, at, count int, system, lastOwn bool) *pages.Move {
	if !may || system || count < 2 || at == 0 && lastOwn {
		return nil
	}
	return &pages.Move{Action: action, At: at + 1, Up: at > 0, Down: at+1 < count && !lastOwn}
}

// moved is what was just done to an entry of a list: the page says so and goes on there.
type moved struct {
	id string
	// status is 0 where it was done.
	status int
	ui.Message
}

// on puts the message on a screen.
func (m *moved) on(v *Screen) {
	if m != nil {
		v.Around.Status, v.Around.Messages = m.status, append(v.Around.Messages, m.Message)
	}
}

// mark marks the row that it is about.
func (m *moved) mark(rows []pages.Row) {
	for i := range rows {
		rows[i].News = m != nil && rows[i].ID == m.id
	}
}
