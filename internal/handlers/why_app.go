package handlers

import (
	"context"
	"strings"

	"gatehouse/internal/okta"
	"gatehouse/web/templates/ui"
)

const (
	// whyGroups bounds the groups of an app that are read for a chain, whyGroupsShown those
	// whose rules are explained for somebody who is in none of them.
	whyGroups      = 400
	whyGroupsShown = 20
)

// whyApp is what a chain about an app rests on.
type whyApp struct {
	doc okta.Object
	// mine is the person's assignment; zero where there is none.
	mine       okta.Object
	mineUnread string
	// groups are those that the app is assigned to, by priority.
	groups       []okta.Object
	groupsUnread string
	// more: the app has more groups than were read.
	more bool
}

// readWhyApp returns the reads, for readWhyPerson.
func (h *console) readWhyApp(a *whyApp, app, person string) []func(context.Context) error {
	return []func(context.Context) error{func(ctx context.Context) (err error) {
		a.doc, err = h.readApp(ctx, app)
		return err
	}, func(ctx context.Context) (err error) {
		a.mineUnread, err = h.told(ctx, "getApplicationUser", func() error {
			resp, err := h.config.Org.Do(ctx, okta.Call{Op: okta.Find("getApplicationUser"), Args: map[string]string{"appId": app, "userId": person}})
			if p, is := asOrgProblem(err); is && p.Code == "E0000007" { // no assignment
				return nil
			}
			if err == nil {
				a.mine, err = resp.Object()
			}
			return err
		})
		return err
	}, func(ctx context.Context) (err error) {
		a.groupsUnread, err = h.told(ctx, "listApplicationGroupAssignments", func() (err error) {
			a.groups, err = h.groupsOfApp(ctx, app, whyGroups)
			return err
		})
		a.more = len(a.groups) == whyGroups
		return err
	}}
}

// assignment is the chain of a person and an app.
func assignment(p whyPerson, a whyApp) ui.Why {
	who, app := p.name(), a.doc.Text("label")
	direct, byGroup := a.mine.Text("scope") == "USER", a.mine.Text("scope") == "GROUP"
	w := ui.Why{Kind: "off", Title: "Why " + who + " has not got " + app, Answer: "Not assigned"}
	switch {
	case a.mineUnread != "":
		w.Kind, w.Title, w.Answer, w.Text = "warn", "Why "+who+" may have "+app, "Not known whether "+app+" is assigned", a.mineUnread+"."
	case direct:
		w.Kind, w.Title, w.Answer = "ok", "Why "+who+" has "+app, "Assigned directly"
	case byGroup:
		w.Kind, w.Title, w.Answer = "ok", "Why "+who+" has "+app, "Assigned by the group "+a.mine.Text("_links", "group", "name")
	}
	assigned := direct || byGroup
	w.Steps = append(stateSteps(p, a, assigned), ui.Step{State: state(direct, a.mineUnread), Text: "Assigned directly"})
	groups, names := groupSteps(p, a)
	w.Steps = append(w.Steps, groups)
	switch {
	case assigned && !active(a.doc):
		w.Kind, w.Text = "warn", "The app is inactive: nobody can use it until it is activated."
	case assigned && !signsIn(p.doc):
		w.Kind, w.Text = "warn", "It cannot be used now: "+who+" is "+stateWords(p.doc.Text("status"))+"."
	case assigned && direct && len(names.in) > 0:
		w.Text = "Without the direct assignment it would come from " + joinWords(names.in) + "."
	case !assigned && a.mineUnread == "" && a.groupsUnread == "":
		w.Text = missingWords(who, names.all)
	}
	return w
}

func missingWords(who string, groups []string) string {
	switch n := len(groups); {
	case n == 0:
		return "No group is assigned to the app: assign it to " + who + ", or to a group."
	case n == 1:
		return "The group " + groups[0] + " would give it."
	case n <= 5:
		return "Any of these groups would give it: " + strings.Join(groups, ", ") + "."
	}
	return "Any of " + ui.Number(len(groups)) + " groups would give it, " + strings.Join(groups[:5], ", ") + " among them."
}

func active(doc okta.Object) bool { return doc.Text("status") == "ACTIVE" }

// signsIn tells whether the person's status lets them use anything.
func signsIn(doc okta.Object) bool {
	switch doc.Text("status") {
	case "STAGED", "SUSPENDED", "DEPROVISIONED":
		return false
	}
	return true
}

func state(holds bool, unread string) ui.StepState {
	switch {
	case unread != "":
		return ui.Unknown
	case holds:
		return ui.Holds
	}
	return ui.Fails
}

// stateSteps are what an assignment is worth nothing without.
func stateSteps(p whyPerson, a whyApp, assigned bool) []ui.Step {
	app := ui.Step{State: ui.Holds, Text: "The app is active"}
	if !active(a.doc) {
		app = ui.Step{State: ui.Fails, Text: "The app is active", Notes: []string{"Its status is " + a.doc.Text("status") + ": assignments are kept, and nobody uses them"}}
	}
	person := ui.Step{State: ui.Holds, Text: p.name() + " can sign in", Href: "/people/" + p.doc.Text("id")}
	if !signsIn(p.doc) {
		person.State, person.Notes = ui.Fails, []string{statusWords(p.doc)}
		if p.doc.Text("status") == "DEPROVISIONED" && !assigned {
			person.Notes = append(person.Notes, "Deactivation takes all assignments away")
		}
	}
	return []ui.Step{app, person}
}

// groupNames are the groups of an app, and those that the person is in.
type groupNames struct{ all, in []string }

// groupSteps are the groups that give the app: those of the person with the way into them,
// else what keeps the person out of each.
func groupSteps(p whyPerson, a whyApp) (ui.Step, groupNames) {
	s, names := ui.Step{State: ui.Fails, Text: "Assigned by a group"}, groupNames{}
	switch {
	case a.groupsUnread != "":
		s.State, s.Notes = ui.Unknown, []string{a.groupsUnread}
		return s, names
	case len(a.groups) == 0:
		s.Notes = []string{"The app is assigned to no group"}
		return s, names
	case p.groupsUnread != "":
		s.State, s.Notes = ui.Unknown, []string{"The groups of " + p.name() + ": " + p.groupsUnread}
	}
	var members, others []ui.Step
	for _, d := range a.groups {
		g := d.Object("_embedded", "group")
		name, id := groupName(g), d.Text("id")
		if g.IsZero() {
			name = id
		}
		names.all = append(names.all, name)
		in := p.member(id)
		one := ui.Step{State: state(in, p.groupsUnread), Text: "Member of " + name, Href: "/groups/" + id}
		one.Steps, _ = membershipSteps(p, g, in, addedBy{})
		if !in {
			if one.Folded = len(a.groups) > 3; len(others) < whyGroupsShown {
				others = append(others, one)
			}
			continue
		}
		if names.in = append(names.in, name); len(names.in) > 1 {
			one.Notes = []string{"A group before it decides the profile"}
		}
		s.State = ui.Holds
		members = append(members, one)
	}
	if s.Steps = members; s.State != ui.Holds {
		s.Steps = others
		if n := len(a.groups) - len(others); n > 0 {
			s.Steps = append(s.Steps, ui.Step{State: ui.Told, Text: counted(n, "more group is not shown", "more groups are not shown")})
		}
	}
	if a.more {
		s.Steps = append(s.Steps, ui.Step{State: ui.Unknown, Text: "Further groups", Notes: []string{"The app has more groups than the " + ui.Number(whyGroups) + " that were read"}})
	}
	return s, names
}
