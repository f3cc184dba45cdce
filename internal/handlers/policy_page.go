package handlers

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/okta"
	pages "gatehouse/web/templates/policy"
	"gatehouse/web/templates/ui"
	"gatehouse/web/templates/user"
)

// policyParts are the tabs of a policy's page.
var policyParts = []part{
	{"rules", "Rules", "listPolicyRules"},
	{"activity", "Activity", "getLogs"},
	{"history", "History", ""},
	{"json", "JSON", "getPolicy"},
}

// getPolicy is a policy with its rules.
func (h *console) getPolicy(c *gin.Context) (View, error) {
	p, rules, err := h.readPolicy(c.Request.Context(), c.Param("id"))
	if err != nil {
		return nil, err
	}
	return h.policyRulesScreen(c, p, rules, nil)
}

// getPolicyTab is a tab that has an address of its own.
func (h *console) getPolicyTab(c *gin.Context) (View, error) {
	tab := c.Param("tab")
	if !slices.ContainsFunc(policyParts[1:], func(p part) bool { return p.key == tab }) {
		return nil, notFound("Page")
	}
	p, rules, err := h.readPolicy(c.Request.Context(), c.Param("id"))
	if err != nil {
		return nil, err
	}
	var list tabList
	switch tab {
	case "activity":
		list, err = h.eventsOf(c, policiesPath+"/", p.ID, "policy")
	case "history":
		list, err = h.changesOf(c, policiesPath+"/", p.ID)
	default:
		return h.policyScreen(c, p, tab, pages.JSON(p.doc.Bytes(), documentsOf(rules)), nil), nil
	}
	if err != nil {
		return nil, err
	}
	return list.in(c, h.policyScreen(c, p, tab, list.whole, nil)), nil
}

func documentsOf(all []policyEntry) []pages.Document {
	var out []pages.Document
	for _, e := range all {
		out = append(out, pages.Document{Name: e.Name, JSON: e.doc.Bytes()})
	}
	return out
}

var turnIcons = map[string]string{turnOn.act: "player-play", turnOff.act: "player-pause", turnOut.act: "trash"}

// policyScreen puts a tab's content under the head of the policy.
func (h *console) policyScreen(c *gin.Context, p policyEntry, tab string, content pages.Content, apps *policyApps) Screen {
	ctx := c.Request.Context()
	t := policyTypeOf(p.Type)
	can := h.policyCan(ctx, p)
	head := pages.Head{
		ID: p.ID, Name: p.Name, Description: p.Description, Noun: t.noun, Type: t.label, TypeHref: t.path(), System: p.System, Updated: p.LastUpdated,
		Tabs: h.tabs(ctx, policiesPath+"/", p.ID, tab, policyParts),
	}
	head.Kind, head.Status = ui.RuleStatus(p.Status)
	if slices.Contains(can, "createPolicyRule") && len(ruleSections(t)) > 0 {
		head.Add = p.path() + "/rules/new"
	}
	head.Acts = append(head.Acts, tryItem(t, p))
	if slices.Contains(can, "updatePolicy") {
		head.Acts = append(head.Acts, pages.MenuItem{Icon: "pencil", Label: "Edit", Href: p.path() + "/edit"})
	}
	for _, t := range []policyTurn{turnOn, turnOff, turnOut} {
		if slices.Contains(can, t.policyOp) {
			head.Acts = append(head.Acts, pages.MenuItem{Icon: turnIcons[t.act], Label: t.verb, Href: p.path() + "/" + t.act})
		}
	}
	if t.ranked() {
		head.Place = p.Priority
	}
	if apps != nil {
		head.Used, _ = apps.count(p.ID)
	}
	v := Screen{
		Around: About{Title: p.Name, Section: "policies"},
		Body:   pages.Page(head, content), Part: content, Data: itemOf(p.doc, can),
	}
	if c.Request.Method != http.MethodGet {
		v.Part = pages.Whole(head, content)
	}
	return v
}

// tryItem leads to the lab with this policy.
func tryItem(t policyType, p policyEntry) pages.MenuItem {
	tried := url.Values{"type": {t.key}}
	if !t.ranked() {
		tried.Set("policy", p.ID)
	}
	return pages.MenuItem{Icon: "help-circle", Label: "Try in the lab", Href: labPath + "?" + tried.Encode()}
}

// policyCan are the operations that are open on this policy now.
func (h *console) policyCan(ctx context.Context, p policyEntry) []string {
	can := []string{}
	for _, o := range []struct {
		op   string
		open bool
	}{
		{"updatePolicy", true},
		{"activatePolicy", !p.System && !p.active()},
		{"deactivatePolicy", !p.System && p.active()},
		{"deletePolicy", !p.System},
		{"createPolicyRule", true},
		{"updatePolicyRule", true},
	} {
		if o.open && h.mayOn(ctx, o.op, p.ID) {
			can = append(can, o.op)
		}
	}
	return can
}

// policyRulesScreen is the tab Rules. said is what was just done to a rule.
func (h *console) policyRulesScreen(c *gin.Context, p policyEntry, rules []policyEntry, said *moved) (View, error) {
	ctx, t := c.Request.Context(), policyTypeOf(p.Type)
	var names policyNames
	var apps policyApps
	err := together(ctx, func(ctx context.Context) (err error) {
		names, err = h.policyNames(ctx, append([]policyEntry{p}, rules...)...)
		return err
	}, func(ctx context.Context) (err error) {
		apps, err = h.policyApps(ctx, t)
		return err
	})
	if err != nil {
		return nil, err
	}
	r := pages.Rules{Policy: p.path(), Apps: apps.links(p.ID), AppsAsked: apps.asked, AppsMore: apps.more}
	if r.Rows, err = h.ruleRows(ctx, t, p, rules, names); err != nil {
		return nil, err
	}
	if r.For, err = names.terms(p.Conditions); err != nil {
		return nil, err
	}
	r.ForShown = t.ranked()
	if r.Settings, err = settingsOf(p); err != nil {
		return nil, err
	}
	changes, wrong := h.lastChanges(ctx, p.ID)
	r.Changes = user.LastChanges(changes, wrong, p.path()+"/history")
	said.mark(r.Rows)
	v := h.policyScreen(c, p, "rules", pages.RulesTab(r), &apps)
	v.Data = policyItem(p, rules, v.Data)
	said.on(&v)
	return v, nil
}

// policyItem adds the rules to the JSON of a policy.
func policyItem(p policyEntry, rules []policyEntry, data any) any {
	item, is := data.(Item)
	if !is {
		return data
	}
	docs := []okta.Object{}
	for _, r := range rules {
		docs = append(docs, r.doc)
	}
	item.Item = p.doc.With("_embedded", okta.Object{}.With("rules", docs))
	return item
}

// ruleRows are the rules of a policy in their order.
func (h *console) ruleRows(ctx context.Context, t policyType, p policyEntry, rules []policyEntry, names policyNames) ([]pages.Row, error) {
	mayMove := h.mayOn(ctx, "updatePolicyRule", p.ID)
	rows := make([]pages.Row, len(rules))
	everybody := 0 // the place of the first active rule that fits everybody
	for i, r := range rules {
		row := pages.Row{ID: r.ID, Name: r.Name, Href: p.rulePath(r), Place: i + 1, System: r.System}
		row.Kind, row.Status = ui.RuleStatus(r.Status)
		var err error
		if row.Terms, err = names.terms(r.Conditions); err != nil {
			return nil, err
		}
		if len(row.Terms) == 0 && i > 0 {
			row.Else = true
		}
		if row.Outcome, row.OutcomeKind, err = names.outcome(t, r); err != nil {
			return nil, err
		}
		if refuses(r) {
			if why := unjudged(r.Conditions, nil); why != "" {
				row.Warn = "The embedded org cannot judge all of it: " + why + "."
			}
		}
		switch {
		case everybody > 0:
			row.Warn = "Never reached: rule " + ui.Number(everybody) + " fits everybody."
		case r.active() && len(row.Terms) == 0:
			everybody = row.Place
		}
		for _, t := range []policyTurn{turnOn, turnOff, turnOut} {
			if t.open(r) && h.mayOn(ctx, t.ruleOp, p.ID) {
				row.Menu = append(row.Menu, pages.MenuItem{Icon: turnIcons[t.act], Label: t.verb, Href: p.rulePath(r) + "/" + t.act})
			}
		}
		row.Move = moves(mayMove, p.rulePath(r)+"/move", i, len(rules), r.System, i+1 < len(rules) && rules[i+1].System)
		rows[i] = row
	}
	return rows, nil
}

// ruleWordsScreen is what a rule says, for who may not change it.
func (h *console) ruleWordsScreen(c *gin.Context, f *policyForm) (View, error) {
	names, err := h.policyNames(c.Request.Context(), f.entry)
	if err != nil {
		return nil, err
	}
	r := pages.RuleWords{Name: f.entry.Name, Type: f.kind.label, TypeHref: f.kind.path(), Policy: f.policy.Name, PolicyHref: f.policy.path(), JSON: f.entry.doc.Bytes()}
	r.Kind, r.Status = ui.RuleStatus(f.entry.Status)
	if r.Terms, err = names.terms(f.entry.Conditions); err != nil {
		return nil, err
	}
	if r.Outcome, _, err = names.outcome(f.kind, f.entry); err != nil {
		return nil, err
	}
	return Screen{Around: About{Title: r.Name, Section: "policies"}, Body: pages.RulePage(r), Data: itemOf(f.entry.doc, nil)}, nil
}
