package handlers

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/okta"
	pages "gatehouse/web/templates/policy"
	"gatehouse/web/templates/ui"
)

// policyTurn is what can become of a policy or rule beside another content.
type policyTurn struct {
	// act is its place in the address, verb the word on the button, done what is said afterwards.
	act, verb, done  string
	policyOp, ruleOp string
}

var (
	turnOn  = policyTurn{"activate", "Activate", "is active.", "activatePolicy", "activatePolicyRule"}
	turnOff = policyTurn{"deactivate", "Deactivate", "is inactive.", "deactivatePolicy", "deactivatePolicyRule"}
	turnOut = policyTurn{"delete", "Delete", "is deleted.", "deletePolicy", "deletePolicyRule"}
)

// open tells whether this can become of an entry now: what the org made stays.
func (t policyTurn) open(e policyEntry) bool {
	return !e.System && (t.act == turnOut.act || (t.act == turnOn.act) != e.active())
}

// turned is a policy, or a rule of it, that a page asks about.
type turned struct {
	policyTurn
	policy policyEntry
	rules  []policyEntry
	// rule is nil where it is about the policy itself.
	rule *policyEntry
	apps policyApps
}

func (x turned) entry() policyEntry {
	if x.rule != nil {
		return *x.rule
	}
	return x.policy
}

func (x turned) op() string {
	if x.rule != nil {
		return x.ruleOp
	}
	return x.policyOp
}

// back is where the page came from.
func (x turned) back() string {
	if x.rule != nil {
		return x.policy.rulePath(*x.rule)
	}
	return x.policy.path()
}

// readTurned reads what the address is about, and refuses what cannot become of it.
func (h *console) readTurned(c *gin.Context, t policyTurn) (turned, error) {
	ctx := c.Request.Context()
	x := turned{policyTurn: t}
	var err error
	if x.policy, x.rules, err = h.readPolicy(ctx, c.Param("id")); err != nil {
		return x, err
	}
	if id := c.Param("rule"); id != "" {
		i := slices.IndexFunc(x.rules, func(r policyEntry) bool { return r.ID == id })
		if i < 0 {
			return x, notFound("Rule")
		}
		x.rule = &x.rules[i]
	} else if x.apps, err = h.policyApps(ctx, policyTypeOf(x.policy.Type)); err != nil {
		return x, err
	}
	if err := h.permitted(ctx, x.op()); err != nil {
		return x, err
	}
	if e := x.entry(); !t.open(e) {
		_, status := ui.RuleStatus(e.Status)
		why := problem{Status: http.StatusConflict, Code: "state", Title: "Not possible now", Message: e.Name + " is " + strings.ToLower(status) + " already."}
		if e.System {
			why.Message = e.Name + " is the org's own: it stays active and cannot be deleted, so that something always applies."
		}
		return x, why
	}
	return x, nil
}

// askTurn says what follows from a change of state, and asks.
func (h *console) askTurn(t policyTurn) handler {
	return func(c *gin.Context) (View, error) {
		x, err := h.readTurned(c, t)
		if err != nil {
			return nil, err
		}
		return turnScreen(x, c, ""), nil
	}
}

func turnScreen(x turned, c *gin.Context, wrong string) Screen {
	e, kind := x.entry(), policyTypeOf(x.policy.Type)
	a := pages.Ask{
		Name: e.Name, Title: x.verb + " " + e.Name, Verb: x.verb, Danger: x.act != turnOn.act, Typed: x.act == turnOut.act,
		Action: x.back() + "/" + x.act, Back: x.back(), Says: x.says(), Problem: wrong, Reason: c.PostForm("reason"),
		Apps: x.apps.links(x.policy.ID), Type: kind.label, TypeHref: kind.path(),
	}
	if x.rule != nil {
		a.Policy, a.PolicyHref, a.Apps = x.policy.Name, x.policy.path(), nil
	}
	return Screen{Around: About{Title: a.Title, Section: "policies"}, Body: pages.AskPage(a), Part: pages.AskForm(a), Data: itemOf(e.doc, []string{x.op()})}
}

// says is what follows, in sentences.
func (x turned) says() []string {
	kind := policyTypeOf(x.policy.Type)
	if x.rule != nil {
		return x.ruleSays()
	}
	var out []string
	switch {
	case x.act == turnOn.act && kind.ranked():
		out = []string{"It counts from the next sign-in of the people it is for, at priority " + ui.Number(x.policy.Priority) + "."}
		if len(x.rules) == 0 {
			out = append(out, "It has no rules, so it still applies to nobody.")
		}
	case x.act == turnOn.act:
		out = []string{"Its rules count again for the apps that use it."}
	case kind.ranked():
		out = []string{"It is passed over: people whom it is for get the next policy that fits, from their next sign-in. Sessions that are there stay."}
	case x.act == turnOff.act:
		out = []string{"Its rules count no longer."}
	}
	if n, known := x.apps.count(x.policy.ID); known && x.act != turnOn.act {
		say := "It is " + n + "."
		if x.act == turnOut.act && len(x.apps.by[x.policy.ID]) > 0 {
			say += " They get the default policy of this type."
		}
		out = append(out, say)
	}
	if x.act == turnOut.act {
		out = append(out, "Its "+counted(len(x.rules), "rule goes", "rules go")+" with it. This cannot be undone; its name becomes free.")
	}
	return out
}

func (x turned) ruleSays() []string {
	kind, others := policyTypeOf(x.policy.Type), 0
	for _, r := range x.rules {
		if r.active() && r.ID != x.rule.ID {
			others++
		}
	}
	if x.act == turnOn.act {
		return []string{"It counts from the next sign-in, at place " + ui.Number(slices.IndexFunc(x.rules, func(r policyEntry) bool { return r.ID == x.rule.ID })+1) + " of its policy."}
	}
	var out []string
	switch {
	case !x.rule.active():
		out = []string{"It is inactive: nothing changes for anybody."}
	case others == 0 && kind.ranked():
		out = []string{"It is the last active rule: the policy then applies to nobody, and the next policy that fits decides."}
	default:
		out = []string{"It is passed over: whom it fits gets the next rule that fits, from the next sign-in. Sessions that are there stay."}
	}
	if x.rule.active() && refuses(*x.rule) {
		out = append(out, "It refuses people. Whom it refuses gets in, unless another rule refuses them too.")
	}
	if x.act == turnOut.act {
		out = append(out, "This cannot be undone.")
	}
	return out
}

// refuses tells whether a rule denies.
func refuses(r policyEntry) bool {
	for _, action := range []string{"signon", "appSignOn"} {
		if r.Actions.Text(action, "access") == "DENY" {
			return true
		}
	}
	return false
}

// doTurn changes the state, once the name is typed where something is deleted (security 38).
func (h *console) doTurn(t policyTurn) handler {
	return func(c *gin.Context) (View, error) {
		ctx := c.Request.Context()
		x, err := h.readTurned(c, t)
		if err != nil {
			return nil, err
		}
		e := x.entry()
		if t.act == turnOut.act && !confirmed(c, e.Name, e.ID) {
			why := notConfirmed("Not deleted", "name", e.Name, e.ID)
			if wanted(c.Request) == document {
				return nil, why
			}
			return refused(turnScreen(x, c, why.Message)), nil
		}
		args := policyArg(x.policy.ID)
		if x.rule != nil {
			args = policyRuleArg(x.policy.ID, x.rule.ID)
		}
		_, err = h.config.Org.Do(ctx, okta.Call{Op: okta.Find(x.op()), Args: args, Before: e.doc, Reason: reason(c)})
		var refusal *okta.Error
		if errors.As(err, &refusal) && refusal.Status == http.StatusBadRequest {
			why := orgProblem(refusal)
			why.Title = "Not done: the org refused it"
			return nil, why
		}
		if err != nil {
			return nil, policyError(err)
		}
		to := x.policy.path()
		if t.act == turnOut.act && x.rule == nil {
			to = policyTypeOf(x.policy.Type).path()
		}
		return redirect(to, e.doc, ui.Message{Kind: "ok", Title: e.Name + " " + t.done}), nil
	}
}
