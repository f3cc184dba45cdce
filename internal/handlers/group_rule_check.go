package handlers

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/expr"
	"gatehouse/internal/okta"
	"gatehouse/web/templates/group"
	"gatehouse/web/templates/ui"
)

const (
	// sampleSize is how many people an expression is tried on at once: one call.
	sampleSize = 200
	// sampleShown is how many of each outcome are shown.
	sampleShown = 3
	// personsTried is how many people a name may mean: their groups cost a call each.
	personsTried = 3
	// effectGroups and effectNames bound what is read and shown of who would join.
	effectGroups = 3
	effectNames  = 10
)

// sample are people that an expression is tried on.
type sample struct {
	// rule is nil where the expression cannot be read, and fault says why.
	rule  *expr.Rule
	fault *expr.Error
	// person is who was asked for; people who there is, and groups theirs where they were read.
	person string
	people []okta.Object
	groups map[string][]okta.Object
	// more: the org has more people than were read. problem says why none were.
	more    bool
	problem string
	// members are the people of the groups, by id, where they were asked for; wholly: all of them.
	members map[string]map[string]bool
	wholly  bool
}

// checkRule says what an expression means, while it is written.
func (h *console) checkRule(c *gin.Context) (View, error) {
	ctx := c.Request.Context()
	if !h.may(ctx, "listGroupRules") {
		return nil, h.notPermitted(ctx, "listGroupRules")
	}
	check, err := h.check(ctx, c.PostForm("expression"), searchable(c.PostForm("person")), c.PostFormArray("except"))
	if err != nil {
		return nil, err
	}
	part := group.CheckResult(check)
	return Screen{Around: About{Section: "group-rules", Title: ""}, Body: part, Part: part, Data: itemOf(check, nil)}, nil
}

func (h *console) check(ctx context.Context, text, person string, excepted []string) (group.Check, error) {
	crowd, err := h.readSample(ctx, text, person, false, nil)
	if err != nil {
		return group.Check{}, err
	}
	return h.checkOf(ctx, text, crowd, excepted), nil
}

// readSample reads the people that an expression is tried on: those that a name means,
// with their groups where the expression asks for them, else the first of the org. With
// joining, the members of the groups are read, too.
func (h *console) readSample(ctx context.Context, text, person string, joining bool, groups []string) (sample, error) {
	s := sample{person: person, groups: map[string][]okta.Object{}}
	if strings.TrimSpace(text) == "" {
		return s, nil
	}
	var err error
	if s.rule, err = expr.ParseRule(text); err != nil {
		if !errors.As(err, &s.fault) {
			return s, err
		}
		return s, nil
	}
	if !h.may(ctx, "listUsers") {
		s.problem = "Whom it is true for is not shown: this sign-in may not read people."
		return s, nil
	}
	q := url.Values{"limit": {strconv.Itoa(sampleSize)}}
	if person != "" {
		search, fault := peopleBox.search(person)
		if fault != nil {
			s.problem = unreadable(fault)
			return s, nil
		}
		q = url.Values{"limit": {strconv.Itoa(personsTried)}, "search": {search}}
	}
	reads := []func(context.Context) error{func(ctx context.Context) error {
		resp, err := h.config.Org.Do(ctx, okta.Call{Op: okta.Find("listUsers"), Query: q})
		if err != nil {
			return err
		}
		s.more = resp.Next != ""
		s.people, err = resp.Objects()
		return err
	}}
	if joining && len(groups) <= effectGroups && h.may(ctx, "listGroupUsers") {
		s.members, s.wholly = map[string]map[string]bool{}, true
		lists := make([][]okta.Object, len(groups))
		whole := make([]bool, len(groups))
		for i, id := range groups {
			reads = append(reads, func(ctx context.Context) (err error) {
				lists[i], whole[i], err = h.firstMembers(ctx, id, exportPage)
				return err
			})
		}
		err = together(ctx, reads...)
		for i, id := range groups {
			s.members[id], s.wholly = map[string]bool{}, s.wholly && whole[i]
			for _, d := range lists[i] {
				s.members[id][d.Text("id")] = true
			}
		}
	} else {
		err = together(ctx, reads...)
	}
	if s.problem = unsearchable(err); s.problem != "" {
		return s, nil
	}
	if err != nil {
		return s, err
	}
	if person == "" || !s.rule.AsksGroups() {
		return s, nil
	}
	return s, h.readGroups(ctx, &s)
}

// readGroups reads the groups of the few people of a sample.
func (h *console) readGroups(ctx context.Context, s *sample) error {
	found := make([][]okta.Object, len(s.people))
	var reads []func(context.Context) error
	for i, d := range s.people {
		reads = append(reads, func(ctx context.Context) (err error) {
			found[i], err = h.objects(ctx, okta.Call{Op: okta.Find("listUserGroups"), Args: userArg(d.Text("id"))})
			return err
		})
	}
	err := together(ctx, reads...)
	for i, d := range s.people {
		s.groups[d.Text("id")] = noneNil(found[i])
	}
	return err
}

// firstMembers are the first members of a group, and whether they are all.
func (h *console) firstMembers(ctx context.Context, id, limit string) (docs []okta.Object, whole bool, err error) {
	resp, err := h.config.Org.Do(ctx, okta.Call{Op: okta.Find("listGroupUsers"), Args: groupArg(id), Query: url.Values{"limit": {limit}}})
	if p, is := asOrgProblem(err); is && (p.Status == http.StatusNotFound || p.Status == http.StatusForbidden) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	docs, err = resp.Objects()
	return docs, resp.Next == "", err
}

// checkOf is the check of an expression on a sample.
func (h *console) checkOf(ctx context.Context, text string, s sample, excepted []string) group.Check {
	c := group.Check{Action: "/group-rules/check", Person: s.person, Empty: strings.TrimSpace(text) == "", Problem: s.problem}
	if s.fault != nil {
		c.Fault, c.Mend = upper(s.fault.Problem), "Mend: "+s.fault.Mend+"."
		c.Before, c.There, c.After, c.At = aroundFault(text, s.fault.Pos)
		return c
	}
	if s.rule == nil {
		return c
	}
	c.Unknown = h.unknownAttributes(ctx, s.rule)
	counts := map[string]int{}
	var shown []group.Tried
	for _, d := range s.people {
		t := triedOf(s.rule, d, s.groups[d.Text("id")], excepted)
		counts[t.Outcome]++
		if s.person != "" || counts[t.Outcome] <= sampleShown {
			shown = append(shown, t)
		}
	}
	slices.SortStableFunc(shown, func(a, b group.Tried) int { return outcomeOrder(a) - outcomeOrder(b) })
	if s.person == "" { // the first of each outcome explains itself, the others on a click
		last := ""
		for i, t := range shown {
			if t.Outcome == last {
				shown[i].Folded = true
			}
			last = t.Outcome
		}
	}
	c.Tried = shown
	c.Says = s.summary(counts)
	if s.person != "" && len(s.people) == 0 && s.problem == "" {
		c.Problem = "Nobody that you may see matches “" + s.person + "”."
	}
	return c
}

// aroundFault parts an expression at the byte of a fault: what stands before, the word there, what
// follows, and which character it is, from 1.
func aroundFault(text string, pos int) (before, there, after string, character int) {
	at := min(pos, len(text))
	end := at
	for i, r := range text[at:] {
		if i > 0 && (unicode.IsSpace(r) || strings.ContainsRune("()\"',", r)) {
			break
		}
		end = at + i + utf8.RuneLen(r)
	}
	end = min(max(end, at), len(text))
	if there = text[at:end]; there == "" {
		there = " "
	}
	return text[:at], there, text[end:], utf8.RuneCountInString(text[:at]) + 1
}

func outcomeOrder(t group.Tried) int {
	return slices.Index([]string{"Matches", "Depends on groups", "Cannot be told", "Excepted", "Does not match"}, t.Outcome)
}

func (s sample) summary(counts map[string]int) string {
	if s.person != "" || len(s.people) == 0 {
		return ""
	}
	of := "Of all " + counted(len(s.people), "person", "people")
	if s.more {
		of = "Of the first " + ui.Number(len(s.people)) + " people"
	}
	words := of + " that you may see, " + ui.Number(counts["Matches"]) + " match"
	if n := counts["Depends on groups"]; n > 0 {
		words += " and " + ui.Number(n) + " depend on their groups"
	}
	if n := counts["Cannot be told"]; n > 0 {
		words += ", for " + ui.Number(n) + " it cannot be told"
	}
	return words + "."
}

// unknownAttributes are those that the default user schema lacks, where it may be read.
func (h *console) unknownAttributes(ctx context.Context, rule *expr.Rule) []string {
	schema, err := h.readSchema(ctx, "default")
	if err != nil || len(schema.attributes) == 0 {
		return nil
	}
	var out []string
	for _, a := range rule.Attributes() {
		if _, known := schema.find(a.Name); !known {
			out = append(out, "user."+a.Name)
		}
	}
	return out
}

// effect says who of the sample would join; nil where it was not asked for.
func (s sample) effect(excepted []string, groups []group.Link) *group.Effect {
	if s.rule == nil || s.members == nil {
		return nil
	}
	e := &group.Effect{}
	joins, unknown := 0, 0
	for _, d := range s.people {
		id := d.Text("id")
		if slices.Contains(excepted, id) || !ruleMoves(d) {
			continue
		}
		switch s.rule.Evaluate(rulePerson(d, nil)).Outcome {
		case expr.Unknown:
			unknown++
		case expr.True:
			for _, in := range s.members {
				if !in[id] {
					if joins++; len(e.Names) < effectNames {
						e.Names = append(e.Names, group.Link{Name: personName(d), Href: "/people/" + id})
					}
					break
				}
			}
		}
	}
	var names []string
	for _, g := range groups {
		names = append(names, g.Name)
	}
	least := ""
	if s.more {
		least = "At least "
	}
	e.Says = least + counted(joins, "person joins", "people join") + " " + joinWords(names) + ". Nobody leaves."
	switch {
	case joins == 0 && s.more:
		e.Says = "Of the first " + ui.Number(len(s.people)) + " people nobody joins: who matches is a member already. Nobody leaves."
	case joins == 0:
		e.Says = "Nobody joins: who matches is a member already. Nobody leaves."
	}
	var notes []string
	if joins > len(e.Names) {
		notes = append(notes, "These are the first "+strconv.Itoa(len(e.Names))+".")
	}
	if s.more && joins > 0 {
		notes = append(notes, "Looked at: the first "+ui.Number(len(s.people))+" people.")
	}
	if !s.wholly {
		notes = append(notes, "A group has more members than were read, so some of these may be in it already.")
	}
	if unknown > 0 {
		notes = append(notes, "For "+ui.Number(unknown)+" it depends on their groups.")
	}
	e.Note = strings.Join(notes, " ")
	return e
}
