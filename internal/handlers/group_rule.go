package handlers

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"time"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/okta"
	"gatehouse/web/templates/group"
	"gatehouse/web/templates/ui"
	"gatehouse/web/templates/user"
)

// ruleID is an id of a group rule as the org mints them (okta-semantics C4).
var ruleID = regexp.MustCompile(`^0pr[0-9A-Za-z]{17}$`)

// groupRule is a rule: the document, and the part of it that pages need.
type groupRule struct {
	doc okta.Object

	ID          string `json:"id"`
	Name        string `json:"name"`
	Status      string `json:"status"`
	LastUpdated string `json:"lastUpdated"`
	Conditions  struct {
		People struct {
			Users struct {
				Exclude []string `json:"exclude"`
			} `json:"users"`
		} `json:"people"`
		Expression struct {
			Value string `json:"value"`
		} `json:"expression"`
	} `json:"conditions"`
	Actions struct {
		Assign struct {
			GroupIDs []string `json:"groupIds"`
		} `json:"assignUserToGroups"`
	} `json:"actions"`
}

func (r groupRule) path() string       { return "/group-rules/" + r.ID }
func (r groupRule) expression() string { return r.Conditions.Expression.Value }
func (r groupRule) excepts() []string  { return r.Conditions.People.Users.Exclude }
func (r groupRule) fills() []string    { return r.Actions.Assign.GroupIDs }

func ruleOf(doc okta.Object) (groupRule, error) {
	r := groupRule{doc: doc}
	if err := doc.Decode(&r); err != nil {
		return r, fmt.Errorf("%w: a group rule: %w", okta.ErrBadAnswer, err)
	}
	return r, nil
}

func ruleArg(id string) map[string]string { return map[string]string{"ruleId": id} }

// readRule asks the org for the rule, by id.
func (h *console) readRule(ctx context.Context, id string) (groupRule, error) {
	resp, err := h.config.Org.Do(ctx, okta.Call{Op: okta.Find("getGroupRule"), Args: ruleArg(id)})
	if err != nil {
		return groupRule{}, ruleError(err)
	}
	doc, err := resp.Object()
	if err != nil {
		return groupRule{}, err
	}
	return ruleOf(doc)
}

// ruleError tells a rule that is not there from other things that are not.
func ruleError(err error) error {
	if p, is := asOrgProblem(err); is && p.Status == http.StatusNotFound {
		return problem{
			Status: p.Status, Code: p.Code, Title: "Group rule not found", Err: err,
			Message: "It may have been deleted, or none of your admin roles covers it.",
		}
	}
	return err
}

// ruleParts are the tabs of a rule's page.
var ruleParts = []part{
	{"rule", "Rule", "getGroupRule"},
	{"members", "Members", "listGroupUsers"},
	{"activity", "Activity", "getLogs"},
	{"history", "History", ""},
	{"json", "JSON", "getGroupRule"},
}

// getRule is what a rule says, and for whom it is true.
func (h *console) getRule(c *gin.Context) (View, error) {
	r, err := h.readRule(c.Request.Context(), c.Param("id"))
	if err != nil {
		return nil, err
	}
	return h.ruleScreen(c, r)
}

// getRuleTab is a tab that has an address of its own.
func (h *console) getRuleTab(c *gin.Context) (View, error) {
	tab := c.Param("tab")
	if !slices.ContainsFunc(ruleParts[1:], func(p part) bool { return p.key == tab }) {
		return nil, notFound("Page")
	}
	r, err := h.readRule(c.Request.Context(), c.Param("id"))
	if err != nil {
		return nil, err
	}
	var list tabList
	switch tab {
	case "members":
		m, err := h.ruleMembers(c.Request.Context(), r, 0)
		if err != nil {
			return nil, err
		}
		return h.ruleTab(c, r, tab, group.RuleMembersTab(m)), nil
	case "activity":
		list, err = h.eventsOf(c, "/group-rules/", r.ID, "rule")
	case "history":
		list, err = h.changesOf(c, "/group-rules/", r.ID)
	default:
		return h.ruleTab(c, r, "json", ui.JSON("As the org has it", r.doc.Bytes())), nil
	}
	if err != nil {
		return nil, err
	}
	return list.in(c, h.ruleTab(c, r, tab, list.whole)), nil
}

// ruleTab puts a tab's content under the head of the rule.
func (h *console) ruleTab(c *gin.Context, r groupRule, tab string, content group.Content) Screen {
	head := h.ruleHead(c.Request.Context(), r, tab)
	v := Screen{
		Around: About{Title: r.Name, Section: "group-rules"},
		Body:   group.RulePage(head, content), Part: content,
		Data: itemOf(r.doc, h.ruleCan(c.Request.Context(), r)),
	}
	if c.Request.Method != http.MethodGet {
		v.Part = group.RuleWhole(head, content)
	}
	return v
}

func (h *console) ruleHead(ctx context.Context, r groupRule, tab string) group.RuleHead {
	head := group.RuleHead{ID: r.ID, Name: r.Name, Status: r.Status, Updated: r.LastUpdated, Tabs: h.tabs(ctx, "/group-rules/", r.ID, tab, ruleParts)}
	can := h.ruleCan(ctx, r)
	if slices.Contains(can, "updateGroupRule") {
		head.Edit = r.path() + "/edit"
	}
	if slices.Contains(can, "deleteGroupRule") {
		head.Delete = r.path() + "/delete"
	}
	switch {
	case slices.Contains(can, "activateGroupRule"):
		head.Turn = &group.Turn{
			Action: r.path() + "/activate", Label: "Activate", Title: "Activate " + r.Name,
			Says: []string{
				"Everybody whose profile fits joins the rule's groups, in the background.",
				"From then on people join and leave by themselves as their profiles change.",
				"Somebody who is a member by hand and fits is kept by the rule from then on.",
			},
		}
	case slices.Contains(can, "deactivateGroupRule"):
		head.Turn = &group.Turn{
			Action: r.path() + "/deactivate", Label: "Deactivate", Title: "Deactivate " + r.Name, Danger: true,
			Says: []string{"Nobody joins or leaves by this rule any more.", "Who is a member by it stays one.", "An inactive rule can be edited."},
		}
	}
	return head
}

// ruleCan are the operations that are open on this rule now. Only an inactive rule can
// be changed; one that lost a group is invalid for good (API reference).
func (h *console) ruleCan(ctx context.Context, r groupRule) []string {
	can := []string{}
	for _, o := range []struct {
		op string
		in []string
	}{
		{"updateGroupRule", []string{"INACTIVE"}},
		{"activateGroupRule", []string{"INACTIVE"}},
		{"deactivateGroupRule", []string{"ACTIVE"}},
		{"deleteGroupRule", []string{"INACTIVE", "ACTIVE", "INVALID"}},
	} {
		if slices.Contains(o.in, r.Status) && h.mayOn(ctx, o.op, r.ID) {
			can = append(can, o.op)
		}
	}
	return can
}

// ruleScreen is the tab Rule: names of what it names, whom it is true for, and who would join.
func (h *console) ruleScreen(c *gin.Context, r groupRule) (View, error) {
	ctx := c.Request.Context()
	t := group.Rule{Path: r.path(), Expression: r.expression()}
	if r.Status == "INVALID" {
		t.Invalid = "A group that it fills was deleted, so it does nothing and cannot be activated. Add another rule in its place and delete this one."
	}
	var crowd sample
	var groups, people map[string]okta.Object
	person := ""
	if c.Request.Method == http.MethodGet {
		person = searchable(c.Query("person"))
	}
	err := together(ctx, func(ctx context.Context) (err error) {
		groups, err = h.byID(ctx, "listGroups", r.fills())
		return err
	}, func(ctx context.Context) (err error) {
		people, err = h.byID(ctx, "listUsers", r.excepts())
		return err
	}, func(ctx context.Context) (err error) {
		crowd, err = h.readSample(ctx, r.expression(), person, person == "" && r.Status == "INACTIVE", r.fills())
		return err
	})
	if err != nil {
		return nil, err
	}
	t.Groups, t.Excepts = linksTo("/groups/", r.fills(), groups, groupName), linksTo("/people/", r.excepts(), people, personName)
	t.Check = h.checkOf(ctx, r.expression(), crowd, r.excepts())
	t.Effect = crowd.effect(r.excepts(), t.Groups)
	t.Times = []group.Moment{{Label: "Created", At: r.doc.Text("created")}, {Label: "Updated", At: r.LastUpdated}}
	changes, wrong := h.lastChanges(ctx, r.ID)
	t.Changes = user.LastChanges(changes, wrong, r.path()+"/history")
	return h.ruleTab(c, r, "rule", group.RuleTab(t)), nil
}

// linksTo are objects by name, in the order of their ids. What is not there is said so.
func linksTo(area string, ids []string, docs map[string]okta.Object, name func(okta.Object) string) []group.Link {
	var out []group.Link
	for _, id := range ids {
		if d := docs[id]; !d.IsZero() {
			out = append(out, group.Link{Name: name(d), Href: area + id})
		} else {
			out = append(out, group.Link{Name: id + " (deleted, or outside your role)"})
		}
	}
	return out
}

// turnRule activates or deactivates a rule.
func (h *console) activateRule(c *gin.Context) (View, error) {
	return h.turnRule(c, "activateGroupRule", "is active. Memberships come in the background.")
}

func (h *console) deactivateRule(c *gin.Context) (View, error) {
	return h.turnRule(c, "deactivateGroupRule", "is inactive. Who is a member by it stays one.")
}

func (h *console) turnRule(c *gin.Context, op, done string) (View, error) {
	ctx := c.Request.Context()
	r, err := h.readRule(ctx, c.Param("id"))
	if err != nil {
		return nil, err
	}
	if _, err = h.config.Org.Do(ctx, okta.Call{Op: okta.Find(op), Args: ruleArg(r.ID), Before: r.doc, Reason: reason(c)}); err != nil {
		var refusal *okta.Error
		if errors.As(err, &refusal) && refusal.Status == http.StatusBadRequest {
			p := orgProblem(refusal)
			p.Title = "Not done: the org refused it"
			return nil, p
		}
		return nil, ruleError(err)
	}
	said := ui.Message{Kind: "ok", Title: r.Name + " " + done}
	if op == "activateGroupRule" {
		return redirect(r.path()+"/members", r.doc, said), nil
	}
	return redirect(r.path(), r.doc, said), nil
}

// ruleFresh is how long after a change the page waits for the org's work on a rule.
const ruleFresh = 5 * time.Minute
