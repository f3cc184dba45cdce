package handlers

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"gatehouse/internal/expr"
	"gatehouse/internal/okta"
	"gatehouse/web/templates/ui"
)

// whyPerson is what a chain about somebody rests on.
type whyPerson struct {
	doc okta.Object
	// groups are theirs; nil where groupsUnread says why.
	groups       []okta.Object
	groupsUnread string
	book         ruleBook
}

func (p whyPerson) name() string { return personName(p.doc) }

// member tells whether the person is in a group.
func (p whyPerson) member(id string) bool {
	return slices.ContainsFunc(p.groups, func(g okta.Object) bool { return g.Text("id") == id })
}

// readWhyPerson reads what chains about a person rest on, at the same time as more.
func (h *console) readWhyPerson(ctx context.Context, id string, more ...func(context.Context) error) (p whyPerson, err error) {
	err = together(ctx, append(more, func(ctx context.Context) (err error) {
		p.doc, err = h.readUser(ctx, id)
		return err
	}, func(ctx context.Context) (err error) {
		p.book, err = h.readRules(ctx)
		return err
	}, func(ctx context.Context) (err error) {
		p.groupsUnread, err = h.told(ctx, "listUserGroups", func() (err error) {
			p.groups, err = h.upTo(ctx, mostGroups, okta.Call{Op: okta.Find("listUserGroups"), Args: userArg(id)})
			p.groups = noneNil(p.groups)
			return err
		})
		return err
	})...)
	return p, err
}

// readUser reads somebody's document alone.
func (h *console) readUser(ctx context.Context, id string) (okta.Object, error) {
	resp, err := h.config.Org.Do(ctx, okta.Call{Op: okta.Find("getUser"), Args: userArg(id)})
	if err != nil {
		return okta.Object{}, personError(err)
	}
	return resp.Object()
}

// told runs a read whose refusal is an answer, too: unread says what stands in the way.
func (h *console) told(ctx context.Context, op string, read func() error) (unread string, err error) {
	if !h.may(ctx, op) {
		return "This sign-in may not read it: a scope or an admin role is missing", nil
	}
	err = read()
	if p, is := asOrgProblem(err); is && (p.Status == http.StatusForbidden || p.Status == http.StatusNotFound) {
		return "None of your admin roles covers it", nil
	}
	return "", err
}

// membership is the chain of a person and a group. added is what the log knows.
func membership(p whyPerson, g okta.Object, added addedBy) ui.Why {
	in, who := p.member(g.Text("id")), p.name()
	w := ui.Why{Kind: "off", Title: "Why " + who + " is not in " + groupName(g), Answer: "Not a member"}
	var words string
	w.Steps, words = membershipSteps(p, g, in, added)
	switch {
	case p.groupsUnread != "":
		w.Kind, w.Title, w.Answer, w.Text = "warn", "Why "+who+" may be in "+groupName(g), "Not known whether "+who+" is a member", p.groupsUnread+"."
	case in:
		w.Kind, w.Title, w.Answer = "ok", "Why "+who+" is in "+groupName(g), "A member, "+words
	default:
		w.Text = words
	}
	return w
}

// membershipSteps are the rules that could give a membership and what each says of the
// person; words sum them up.
func membershipSteps(p whyPerson, g okta.Object, in bool, added addedBy) (steps []ui.Step, words string) {
	switch g.Text("type") {
	case "BUILT_IN":
		return []ui.Step{{State: ui.Told, Text: "The org keeps this group and puts everybody into it"}}, "kept by the org"
	case "APP_GROUP":
		return []ui.Step{{State: ui.Told, Text: "An app keeps this group: who is in it is decided there"}}, "kept by an app"
	}
	if p.book.unread != "" {
		return []ui.Step{{State: ui.Unknown, Text: "A group rule", Notes: []string{p.book.unread}}, handStep(in, "", true, 1, added)}, "by hand or by a rule: " + p.book.unread
	}
	var by string
	unsure := false
	for _, r := range p.book.filling(g.Text("id")) {
		s := p.ruleStep(r)
		switch s.State {
		case ui.Holds:
			by = r.Name
		case ui.Unknown:
			unsure = true
		}
		steps = append(steps, s)
	}
	if in || len(steps) == 0 {
		steps = append(steps, handStep(in, by, unsure, len(steps), added))
	}
	return steps, membershipWords(in, by, unsure, len(steps))
}

// ruleStep is what a rule that fills the group says of the person.
func (p whyPerson) ruleStep(r bookRule) ui.Step {
	s := ui.Step{State: ui.Fails, Text: "Group rule " + r.Name, Href: r.path()}
	if r.Status != "ACTIVE" {
		s.Notes = append(s.Notes, "The rule is "+map[bool]string{true: "invalid", false: "inactive"}[r.Status == "INVALID"]+": it adds nobody")
	}
	excepted := slices.Contains(r.excepts(), p.doc.Text("id"))
	if excepted {
		s.Notes = append(s.Notes, p.name()+" is excepted by name")
	}
	if !ruleMoves(p.doc) {
		s.Notes = append(s.Notes, "Rules move people once they are active: "+stateWords(p.doc.Text("status"))+" now")
	}
	if r.parsed == nil {
		s.Steps = []ui.Step{{State: ui.Unknown, Text: r.expression(), Code: true, Notes: []string{"This console cannot read the expression"}}}
		if len(s.Notes) == 0 {
			s.State = ui.Unknown
		}
		return s
	}
	trace := r.parsed.Explain(rulePerson(p.doc, p.groups))
	s.Steps = exprSteps(trace)
	if len(s.Notes) == 0 { // what stands in the way of the whole rule decides first
		s.State = stepState(trace.Outcome)
	}
	return s
}

// handStep says what is known of a membership by hand: the API tells no origin, the log may.
func handStep(in bool, by string, unsure bool, rules int, added addedBy) ui.Step {
	s := ui.Step{State: ui.Fails, Text: "Added by hand"}
	switch {
	case !in:
		return s
	case added.who != "":
		s.State, s.Notes = ui.Holds, []string{"By " + added.who + ", " + added.when + " (System Log)"}
	case added.rule:
		s.Notes = []string{"The System Log says that a group rule did it, " + added.when}
		if by == "" {
			s.Notes = append(s.Notes, "That rule holds no more, or was deleted: who it added stays until it is looked at again")
		}
	case by != "" || unsure:
		s.State, s.Notes = ui.Unknown, []string{"The org does not tell whether somebody added them, too", added.unread}
	case rules > 0:
		s.State, s.Notes = ui.Holds, []string{"By an admin or a client, since no rule that fills this group holds", added.unread}
	default:
		s.State, s.Notes = ui.Holds, []string{"By an admin or a client, since no rule fills this group", added.unread}
	}
	s.Notes = slices.DeleteFunc(s.Notes, func(n string) bool { return n == "" })
	return s
}

func membershipWords(in bool, by string, unsure bool, rules int) string {
	switch {
	case in && by != "":
		return "by the rule " + by
	case in && unsure:
		return "by hand or by a rule that cannot be told"
	case in:
		return "by hand"
	case by != "":
		return "The rule " + by + " holds all the same: the org may still be working through it, or somebody removed them by hand."
	case unsure:
		return "Of a rule that fills this group it is not known whether it holds."
	case rules == 0:
		return "No group rule fills this group: people are added by hand."
	case rules == 1:
		return "The one rule that fills this group does not hold for them, and nobody added them by hand."
	}
	return "None of the " + ui.Number(rules) + " rules that fill this group holds for them, and nobody added them by hand."
}

// addedBy is the last time that the log saw a person added to a group: who did it, or that
// a rule did. unread says why it is not known.
type addedBy struct {
	who, when string
	rule      bool
	unread    string
}

// readAdded asks the log for it.
func (h *console) readAdded(ctx context.Context, person, group string) (a addedBy, err error) {
	var docs []okta.Object
	a.unread, err = h.told(ctx, "getLogs", func() (err error) {
		docs, err = h.objects(ctx, okta.Call{Op: okta.Find("getLogs"), Query: url.Values{
			"filter": {`eventType eq "group.user_membership.add" and target.id eq ` + expr.Quote(group) + ` and target.id eq ` + expr.Quote(person)},
			"since":  {h.config.Now().UTC().AddDate(0, 0, -activityDays).Format(time.RFC3339)}, "sortOrder": {"DESCENDING"}, "limit": {"1"},
		}})
		return err
	})
	switch {
	case err != nil:
	case a.unread != "":
		a.unread = "Who did it is in the System Log, which this sign-in does not read"
	case len(docs) == 0:
		a.unread = "Who did it is not in the System Log of the last " + strconv.Itoa(activityDays) + " days"
	default:
		e := docs[0]
		if at, err := time.Parse(time.RFC3339, e.Text("published")); err == nil {
			a.when = at.UTC().Format("2 January 2006 15:04") + " UTC"
		}
		if a.rule = e.Text("actor", "type") == "SystemPrincipal"; !a.rule {
			a.who = cmp.Or(e.Text("actor", "displayName"), e.Text("actor", "alternateId"), "somebody")
		}
	}
	return a, err
}
