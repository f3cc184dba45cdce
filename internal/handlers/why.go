package handlers

import (
	"context"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/okta"
	"gatehouse/web/templates/ui"
	"gatehouse/web/templates/why"
)

// whyMember explains somebody's membership of a group, or that there is none.
func (h *console) whyMember(c *gin.Context) (View, error) {
	if !userID.MatchString(c.Param("id")) {
		return h.byLogin(c)
	}
	id := c.Param("group")
	var g okta.Object
	var added addedBy
	p, err := h.readWhyPerson(c.Request.Context(), c.Param("id"), func(ctx context.Context) (err error) {
		g, err = h.readGroup(ctx, id)
		return err
	}, func(ctx context.Context) (err error) {
		added, err = h.readAdded(ctx, c.Param("id"), id)
		return err
	})
	if err != nil {
		return nil, err
	}
	return h.whyScreen(c, whyGroup(g), membership(p, g, added), p.doc), nil
}

// whyAssigned explains how somebody has an app, or that they have not.
func (h *console) whyAssigned(c *gin.Context) (View, error) {
	if !userID.MatchString(c.Param("id")) {
		return h.byLogin(c)
	}
	var a whyApp
	p, err := h.readWhyPerson(c.Request.Context(), c.Param("id"), h.readWhyApp(&a, c.Param("app"), c.Param("id"))...)
	if err != nil {
		return nil, err
	}
	return h.whyScreen(c, whyOfApp(a.doc), assignment(p, a), p.doc), nil
}

// byLogin leads from an address with a login to the one with the id, which all reads take.
func (h *console) byLogin(c *gin.Context) (View, error) {
	doc, err := h.readUser(c.Request.Context(), c.Param("id"))
	if err != nil {
		return nil, err
	}
	about := why.About{Part: "groups", ID: c.Param("group")}
	if app := c.Param("app"); app != "" {
		about = why.About{Part: "apps", ID: app}
	}
	return redirect(about.Of(doc.Text("id")), okta.Object{}), nil
}

// whyGroup and whyOfApp are what is asked about.
func whyGroup(g okta.Object) why.About {
	return why.About{
		Name: groupName(g), Href: groupPath(g), Ask: groupPath(g) + "/why", Part: "groups", ID: g.Text("id"), Section: "groups",
		Area: ui.Crumb{Label: "Groups", Href: "/groups"},
	}
}

func whyOfApp(doc okta.Object) why.About {
	return why.About{
		Name: doc.Text("label"), Href: appPath(doc), Ask: appTabPath(doc, "why"), Part: "apps", ID: doc.Text("id"), Section: "apps",
		Area: ui.Crumb{Label: "Apps", Href: appsPath},
	}
}

// askWhyMember and askWhyAssigned look for the person that is asked about: one is answered
// at once, of several somebody chooses.
func (h *console) askWhyMember(c *gin.Context) (View, error) {
	g, err := h.readGroup(c.Request.Context(), c.Param("id"))
	if err != nil {
		return nil, err
	}
	return h.askWhy(c, whyGroup(g))
}

func (h *console) askWhyAssigned(c *gin.Context) (View, error) {
	doc, err := h.readApp(c.Request.Context(), c.Param("id"))
	if err != nil {
		return nil, err
	}
	return h.askWhy(c, whyOfApp(doc))
}

func (h *console) askWhy(c *gin.Context, about why.About) (View, error) {
	ctx := c.Request.Context()
	if err := h.permitted(ctx, "listUsers"); err != nil {
		return nil, err
	}
	v := why.View{About: about, Find: searchable(c.Query("person"))}
	var found []okta.Object
	if v.Find != "" {
		var err error
		if found, v.Problem, err = h.findPeople(ctx, v.Find); err != nil {
			return nil, err
		}
	}
	if len(found) == 1 {
		return redirect(about.Of(found[0].Text("id")), okta.Object{}), nil
	}
	for _, d := range found {
		v.Found = append(v.Found, why.Person{Name: personName(d), Login: d.Text("profile", "login"), Status: d.Text("status"), Href: about.Of(d.Text("id"))})
	}
	return Screen{
		Around: About{Title: "Why? " + about.Name, Section: about.Section},
		Body:   why.Page(v), Data: listOf(noneNil(found), ""),
	}, nil
}

// whyScreen is a chain with a box that asks about somebody else.
func (h *console) whyScreen(c *gin.Context, about why.About, w ui.Why, person okta.Object) Screen {
	v := why.View{About: about, Person: why.Person{Name: personName(person), Href: "/people/" + person.Text("id") + "/" + about.Part}, Why: &w}
	v.NoBox = !h.may(c.Request.Context(), "listUsers")
	return Screen{
		Around: About{Title: w.Title, Section: about.Section},
		Body:   why.Page(v), Data: itemOf(w, nil),
	}
}
