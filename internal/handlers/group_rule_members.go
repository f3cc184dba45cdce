package handlers

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/expr"
	"gatehouse/internal/okta"
	"gatehouse/web/templates/group"
	"gatehouse/web/templates/ui"
)

const (
	// ruleGroupsShown bounds the groups whose members a rule's page reads: a call each.
	ruleGroupsShown = 5
	// ruleMembersRead is how many members of each it reads, ruleMembersShown how many it shows.
	ruleMembersRead  = "200"
	ruleMembersShown = 20
	// rulePolls bounds how often the page asks whether the org is done.
	rulePolls = 60
	// rulesRead bounds the rules that are read to tell where memberships come from.
	rulesRead = 1000
)

// ruleProgress is asked by the page again and again until the org has worked through a rule.
func (h *console) ruleProgress(c *gin.Context) (View, error) {
	r, err := h.readRule(c.Request.Context(), c.Param("id"))
	if err != nil {
		return nil, err
	}
	asked, err := strconv.Atoi(c.DefaultQuery("n", "1"))
	if err != nil || asked < 1 {
		asked = 1
	}
	m, err := h.ruleMembers(c.Request.Context(), r, asked)
	if err != nil {
		return nil, err
	}
	part := group.RuleMembersTab(m)
	return Screen{Around: About{Section: "group-rules"}, Body: part, Part: part, Data: itemOf(m, nil)}, nil
}

// ruleMembers is who is in the groups of a rule, and whether the org is still at work on
// it; asked counts the times that the page asked before.
func (h *console) ruleMembers(ctx context.Context, r groupRule, asked int) (group.RuleMembers, error) {
	m := group.RuleMembers{Name: r.Name}
	ids := r.fills()[:min(len(r.fills()), ruleGroupsShown)]
	lists, whole := make([][]okta.Object, len(ids)), make([]bool, len(ids))
	var names map[string]okta.Object
	var book ruleBook
	fresh := h.ruleIsFresh(r)
	worked := false
	reads := []func(context.Context) error{func(ctx context.Context) (err error) {
		names, err = h.byID(ctx, "listGroups", ids)
		return err
	}, func(ctx context.Context) (err error) {
		book, err = h.readRules(ctx)
		return err
	}}
	if fresh {
		reads = append(reads, func(ctx context.Context) (err error) {
			worked, err = h.ruleWorked(ctx, r)
			return err
		})
	}
	for i, id := range ids {
		reads = append(reads, func(ctx context.Context) (err error) {
			lists[i], whole[i], err = h.firstMembers(ctx, id, ruleMembersRead)
			return err
		})
	}
	if err := together(ctx, reads...); err != nil {
		return m, err
	}
	links := linksTo("/groups/", ids, names, groupName)
	for i, id := range ids {
		m.Groups = append(m.Groups, book.membersOf(links[i], id, lists[i], whole[i], r))
	}
	if n := len(r.fills()) - len(ids); n > 0 {
		m.Groups = append(m.Groups, group.RuleGroup{Group: group.Link{Name: counted(n, "more group", "more groups")}, Failed: "Open a group from the tab Rule to see its members."})
	}
	m.Kind, m.State, m.Note = ruleState(r, fresh, worked, asked)
	if fresh && !worked && asked < rulePolls {
		m.Poll = r.path() + "/progress?n=" + strconv.Itoa(asked+1)
	}
	return m, nil
}

// ruleState says what a rule is doing.
func ruleState(r groupRule, fresh, worked bool, asked int) (kind, state, note string) {
	switch {
	case r.Status == "INVALID":
		return "bad", "This rule is invalid", "A group of it was deleted. Who is a member by it stays one."
	case r.Status != "ACTIVE":
		return "off", "This rule is inactive", "Nobody joins or leaves by it. Activate it to fill its groups."
	case fresh && worked:
		return "ok", "The org has worked through everybody", "From now on people join and leave as their profiles change."
	case fresh && asked >= rulePolls:
		return "warn", "The org is still at work on it", "This page stopped asking. Reload it to see how things stand."
	case fresh:
		return "info", "Memberships come in the background", "This page shows them as they come in."
	}
	return "", "", ""
}

// ruleIsFresh tells whether a rule was turned on a moment ago.
func (h *console) ruleIsFresh(r groupRule) bool {
	at, err := time.Parse(time.RFC3339, r.LastUpdated)
	return err == nil && r.Status == "ACTIVE" && h.config.Now().Sub(at) < ruleFresh
}

// ruleWorked tells whether the log has the end of the work on a rule since its last
// change; false where the log may not be read.
func (h *console) ruleWorked(ctx context.Context, r groupRule) (bool, error) {
	if !h.may(ctx, "getLogs") {
		return false, nil
	}
	docs, err := h.objects(ctx, okta.Call{Op: okta.Find("getLogs"), Query: url.Values{
		"filter": {`eventType eq "group.user_membership.rule.evaluation" and target.id eq ` + expr.Quote(r.ID)},
		"since":  {r.LastUpdated}, "limit": {"1"},
	}})
	if p, is := asOrgProblem(err); is && p.Status == http.StatusForbidden {
		return false, nil
	}
	return len(docs) > 0, err
}

// ruleBook are the rules of the org, to tell where memberships come from: the API does
// not say it. A membership comes from a rule when the rule is active, fills the group and
// is true for the person; else it was given by hand, or by a rule that is not active now.
type ruleBook struct {
	rules []bookRule
	// unread says why there are none.
	unread string
}

type bookRule struct {
	groupRule
	parsed *expr.Rule
}

// readRules reads the rules, 1,000 at most.
func (h *console) readRules(ctx context.Context) (b ruleBook, err error) {
	if !h.may(ctx, "listGroupRules") {
		b.unread = "Group rules cannot be read with this sign-in."
		return b, nil
	}
	for doc, err := range h.config.Org.All(ctx, okta.Call{Op: okta.Find("listGroupRules"), Query: url.Values{"limit": {exportPage}}}) {
		if p, is := asOrgProblem(err); is && p.Status == http.StatusForbidden {
			return ruleBook{unread: "Your admin role does not cover group rules."}, nil
		}
		if err != nil {
			return b, err
		}
		r, err := ruleOf(doc)
		if err != nil {
			return b, err
		}
		parsed, _ := expr.ParseRule(r.expression()) // one that this console cannot read is told as unknown
		if b.rules = append(b.rules, bookRule{r, parsed}); len(b.rules) >= rulesRead {
			break
		}
	}
	return b, nil
}

// filling are the rules that fill a group.
func (b ruleBook) filling(id string) []bookRule {
	var out []bookRule
	for _, r := range b.rules {
		if slices.Contains(r.fills(), id) {
			out = append(out, r)
		}
	}
	return out
}

// origin tells where somebody's membership of a group comes from.
func (b ruleBook) origin(id string, person okta.Object) group.Origin {
	if b.unread != "" {
		return group.Origin{}
	}
	o := group.Origin{Kind: "hand", Note: "by hand"}
	unsure := false
	for _, r := range b.filling(id) {
		if r.Status != "ACTIVE" || !ruleMoves(person) || slices.Contains(r.excepts(), person.Text("id")) {
			continue
		}
		outcome := expr.Unknown
		if r.parsed != nil {
			outcome = r.parsed.Evaluate(rulePerson(person, nil)).Outcome
		}
		switch outcome {
		case expr.True:
			o.Kind = "rule"
			o.Rules = append(o.Rules, group.Link{Name: r.Name, Href: r.path()})
		case expr.Unknown:
			unsure = true
		}
	}
	if o.Kind == "hand" && unsure {
		o.Kind, o.Note = "unknown", "by hand, or a rule that asks for groups"
	}
	return o
}

// membersOf are some members of a group that a rule fills: those that it gives first.
func (b ruleBook) membersOf(g group.Link, id string, docs []okta.Object, whole bool, r groupRule) group.RuleGroup {
	out := group.RuleGroup{Group: g, All: "/groups/" + id + "/members"}
	byRule := 0
	for _, d := range docs {
		row := memberRow(d)
		row.Present, row.From = true, b.origin(id, d)
		if slices.ContainsFunc(row.From.Rules, func(l group.Link) bool { return l.Href == r.path() }) {
			out.Rows = slices.Insert(out.Rows, byRule, row)
			byRule++
		} else {
			out.Rows = append(out.Rows, row)
		}
	}
	least := ""
	if !whole {
		least = "at least "
	}
	out.Count = least + counted(len(docs), "member", "members") + ", " + ui.Number(byRule) + " by this rule"
	out.Rows = out.Rows[:min(len(out.Rows), ruleMembersShown)]
	if len(docs) == 0 {
		out.Count = "no members that you may see"
	}
	return out
}
