package handlers

import (
	"context"
	"net/http"
	"path"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/okta"
	"gatehouse/web/templates/ui"
	"gatehouse/web/templates/user"
)

const (
	// mostDefinitions bounds the relationships of one page: the org tells who is linked
	// for one side of one definition at a time only, so each costs two calls, made at once.
	mostDefinitions = 12
	// mostLinked is how many people of one side are shown.
	mostLinked = 50
)

// linkedSide is one side of a definition for a person, as read.
type linkedSide struct {
	definition okta.Object
	side       string
	ids        []string
	more       bool
	problem    string
}

// linkedOf is how a person stands to others, and what a search for somebody found.
type linkedOf struct {
	sides   []linkedSide
	people  map[string]okta.Object
	partial string
	// link and side say for which box was searched.
	link, side, find string
	found            []okta.Object
	problem          string
}

// readLinkedTab reads the definitions, then who is linked on both sides of each at once,
// then all their names, 50 people a call.
func readLinkedTab(h *console, c *gin.Context, ctx context.Context, id string) (tabDrawer, error) {
	var l linkedOf
	definitions, err := h.readDefinitions(ctx)
	if err != nil {
		return nil, err
	}
	if len(definitions) > mostDefinitions {
		definitions = definitions[:mostDefinitions]
		l.partial = "More than " + ui.Number(mostDefinitions) + " relationships are defined: only the first are shown."
	}
	for _, d := range definitions {
		l.sides = append(l.sides, linkedSide{definition: d, side: "primary"}, linkedSide{definition: d, side: "associated"})
	}
	var reads []func(context.Context) error
	for i := range l.sides {
		reads = append(reads, func(ctx context.Context) error { return h.readLinked(ctx, id, &l.sides[i]) })
	}
	if c.Request.Method == http.MethodGet {
		l.link, l.side, l.find = c.Query("link"), c.Query("side"), searchable(c.Query("find"))
	}
	if l.find != "" {
		reads = append(reads, func(ctx context.Context) (err error) {
			l.found, l.problem, err = h.findPeople(ctx, l.find)
			return err
		})
	}
	if err := together(ctx, reads...); err != nil {
		return nil, err
	}
	var ids []string
	for _, s := range l.sides {
		ids = append(ids, s.ids...)
	}
	slices.Sort(ids)
	if l.people, err = h.byID(ctx, "listUsers", slices.Compact(ids)); err != nil {
		return nil, err
	}
	return func(p person) (Screen, error) { return h.linkedScreen(c, p, l), nil }, nil
}

// readLinked reads who is linked to a person on one side. The org tells ids only.
func (h *console) readLinked(ctx context.Context, id string, s *linkedSide) error {
	links, err := h.objects(ctx, okta.Call{Op: okta.Find("getLinkedObjectsForUser"), Args: map[string]string{"userId": id, "relationshipName": s.definition.Text(s.side, "name")}})
	if refusal, is := asOrgProblem(err); is {
		s.problem = "Who is linked cannot be read: " + refusal.Title + "."
		return nil
	}
	if err != nil {
		return err
	}
	for _, d := range links {
		if len(s.ids) == mostLinked {
			s.more = true
			break
		}
		s.ids = append(s.ids, path.Base(d.Text("_links", "self", "href")))
	}
	return nil
}

// linkedScreen is the tab Linked objects.
func (h *console) linkedScreen(c *gin.Context, p person, in linkedOf) Screen {
	ctx := c.Request.Context()
	l := user.Linked{
		Person: "/people/" + p.id(), Name: personName(p.doc), Partial: in.partial, Definitions: "/linked-objects",
		MaySet: p.status() != "DEPROVISIONED" && h.mayOn(ctx, "setLinkedObjectForUser", p.id()),
	}
	type linkedDocument struct {
		Definition okta.Object   `json:"definition"`
		Side       string        `json:"side"`
		IDs        []string      `json:"ids"`
		People     []okta.Object `json:"people"`
	}
	docs := []linkedDocument{}
	for _, s := range in.sides {
		other := map[string]string{"primary": "associated", "associated": "primary"}[s.side]
		row := user.LinkedSide{
			Name: s.definition.Text("primary", "name"), Own: s.definition.Text(s.side, "name"), Side: s.side, Title: s.definition.Text(s.side, "title"), Other: s.definition.Text(other, "title"),
			Description: s.definition.Text(s.side, "description"), More: s.more, Problem: s.problem,
		}
		doc := linkedDocument{s.definition, s.side, append([]string{}, s.ids...), []okta.Object{}}
		for _, id := range s.ids {
			who := user.LinkedPerson{ID: id, Name: "Somebody you may not see", Login: id}
			if d, found := in.people[id]; found {
				who = linkedPerson(d)
				doc.People = append(doc.People, d)
			}
			row.People = append(row.People, who)
		}
		slices.SortStableFunc(row.People, func(a, b user.LinkedPerson) int { return strings.Compare(a.Name, b.Name) })
		if in.find != "" && in.link == row.Name && in.side == row.Side {
			row.Find, row.Finding = in.find, true
			if in.problem != "" {
				row.Problem = in.problem
			}
			for _, d := range in.found {
				who := linkedPerson(d)
				who.On = slices.Contains(s.ids, who.ID)
				if who.ID != p.id() {
					row.Found = append(row.Found, who)
				}
			}
		}
		l.Sides, docs = append(l.Sides, row), append(docs, doc)
	}
	v := h.personScreen(c, p, "linked", user.LinkedTab(l))
	if c.Request.Method == http.MethodGet {
		v.Data = listOf(docs, "")
	}
	return v
}

func linkedPerson(d okta.Object) user.LinkedPerson {
	return user.LinkedPerson{ID: d.Text("id"), Name: personName(d), Login: d.Text("profile", "login")}
}

// linkPerson and unlinkPerson change one link of a person, from either side of it.
func (h *console) linkPerson(c *gin.Context) (View, error) { return h.changeLink(c, true) }

func (h *console) unlinkPerson(c *gin.Context) (View, error) { return h.changeLink(c, false) }

func (h *console) changeLink(c *gin.Context, set bool) (View, error) {
	ctx, name := c.Request.Context(), c.Param("link")
	other := c.PostForm("person")
	if !userID.MatchString(other) {
		return nil, problem{Status: http.StatusUnprocessableEntity, Code: "person", Title: "Choose somebody first", Message: "Find them in the box, then press the button beside the name."}
	}
	var them okta.Object
	p, err := h.readPerson(ctx, c.Param("id"), func(ctx context.Context) error {
		resp, err := h.config.Org.Do(ctx, okta.Call{Op: okta.Find("getUser"), Args: userArg(other)})
		if err == nil {
			them, err = resp.Object()
		}
		return err
	})
	if err != nil {
		return nil, personError(err)
	}
	associated, primary := p.id(), them.Text("id")
	if c.PostForm("side") == "associated" {
		associated, primary = primary, associated
	}
	call := okta.Call{Op: okta.Find("setLinkedObjectForUser"), Before: them, Reason: reason(c), Args: map[string]string{
		"associatedUserId": associated, "primaryRelationshipName": name, "primaryUserId": primary,
	}}
	done := personName(them) + " is linked."
	if !set {
		call.Op, call.Args = okta.Find("removeLinkedObjectForUser"), map[string]string{"userId": associated, "relationshipName": name}
		done = personName(them) + " is not linked any more."
	}
	if _, err := h.config.Org.Do(ctx, call); err != nil {
		return nil, err
	}
	return h.tabAfter(c, p, "linked", ui.Message{Kind: "ok", Title: done})
}
