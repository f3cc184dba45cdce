package org

import (
	"net/http"
	"slices"
	"strings"

	"gatehouse/internal/expr"
	"gatehouse/internal/okta"
)

// appList is what the list of applications offers (okta-semantics C3).
var appList = listing{
	collection: apps, defaultLimit: 20, maxLimit: 200,
	filter: &grammar{
		code: "E0000053", exact: true,
		fields: map[string][]expr.Op{
			"id": equalOps, "status": equalOps, "name": equalOps, "credentials.signing.kid": equalOps, "settings.slo.enabled": equalOps,
			"user.id": equalOps, "group.id": equalOps,
		},
	},
	q: []string{"name", "label"},
}

// holderTerms are the terms of an application filter that name who has the application.
var holderTerms = []string{"user.id", "group.id"}

func listApplications(o *Org, r *Request) (Reply, error) {
	s := o.reads(r.ctx)
	render := func(doc okta.Object) (okta.Object, error) { return o.withAppUser(s, r, o.renderApp(doc)) }
	driven, rest, err := s.appsOfHolder(r.Query.Get("filter"))
	if err != nil {
		return Reply{}, err
	}
	switch {
	case driven == nil && r.reach == nil:
		return o.answerList(r, appList, render)
	case driven == nil:
		if driven, err = s.appIDs(r.reach); err != nil {
			return Reply{}, err
		}
	}
	return o.answerChosen(r, s, chosenApps{ids: driven, node: rest, keep: r.reach.app, render: render})
}

// withAppUser embeds the assignment that expand=user/{id} asks for.
func (o *Org) withAppUser(s store, r *Request, app okta.Object) (okta.Object, error) {
	user, asked := strings.CutPrefix(r.Query.Get("expand"), "user/")
	if !asked {
		return app, nil
	}
	a, err := s.appUser(app, user)
	if isCode(err, "E0000007") {
		return app, nil
	}
	if err != nil {
		return app, err
	}
	doc, err := o.renderAppUser(r, a)
	return app.With("_embedded", map[string]okta.Object{"user": doc}), err
}

// appsOfHolder reads a filter that asks who has the application: the ids of those
// applications, and what else they must fulfil. ids is nil for a filter that does not.
func (s store) appsOfHolder(filter string) (ids []string, rest expr.Node, err error) {
	if filter == "" {
		return nil, nil, nil
	}
	node, err := appList.filter.parse(filter)
	if err != nil {
		return nil, nil, err
	}
	holder := func(t *expr.Term) bool { return slices.Contains(holderTerms, t.Attr) }
	if !slices.ContainsFunc(expr.Terms(node), holder) {
		return nil, node, nil
	}
	nodes := []expr.Node{node}
	if and, ok := node.(expr.And); ok {
		nodes = and
	}
	var others expr.And
	for _, n := range nodes {
		t, single := n.(*expr.Term)
		switch {
		case single && holder(t) && ids == nil:
			if ids, err = s.appsHeldBy(t); err != nil {
				return nil, nil, err
			}
		case slices.ContainsFunc(expr.Terms(n), holder):
			return nil, nil, fail("E0000053", printable(filter), "user.id and group.id may be named once, beside other terms with and")
		default:
			others = append(others, n)
		}
	}
	if others != nil {
		rest = others
	}
	return ids, rest, nil
}

func (s store) appsHeldBy(t *expr.Term) (ids []string, err error) {
	if t.Attr == "user.id" {
		ids, err = s.appsOf(t.Value.Text)
	} else {
		ids, err = s.appsOfGroup(t.Value.Text)
	}
	if ids == nil {
		ids = []string{}
	}
	return ids, err
}

// chosenApps is a list of applications that something else than their own index gives.
type chosenApps struct {
	ids    []string
	node   expr.Node
	keep   func(okta.Object) bool
	render func(okta.Object) (okta.Object, error)
}

// answerChosen answers a page of chosen applications that fulfil q and filter.
func (o *Org) answerChosen(r *Request, s store, c chosenApps) (Reply, error) {
	q := r.Query.Get("q")
	docs := map[string]okta.Object{}
	conditions := map[*expr.Term]*condition{}
	for _, t := range expr.Terms(c.node) {
		conditions[t] = newCondition(t, true)
	}
	return o.answerPages(r, pages{
		limits: listing{defaultLimit: appList.defaultLimit, maxLimit: appList.maxLimit}, of: "apps",
		ids: func(after string, n int) ([]string, error) {
			i, _ := slices.BinarySearch(c.ids, after+"\x00")
			return c.ids[i:min(i+n, len(c.ids))], nil
		},
		keep: func(id string) (bool, error) {
			doc, err := s.get(apps, id)
			if err != nil || !c.keep(doc) {
				return false, err
			}
			docs[id] = doc
			if q != "" && !begins(doc.Text("label"), q) && !begins(doc.Text("name"), q) {
				return false, nil
			}
			return c.node == nil || expr.Match(c.node, func(t *expr.Term) bool { return conditions[t].accepts(doc) }), nil
		},
		render: func(id string) (okta.Object, error) { return c.render(docs[id]) },
	})
}

func getApplication(o *Org, r *Request) (Reply, error) {
	s := o.reads(r.ctx)
	doc, err := s.argumentApp(r)
	if err != nil {
		return Reply{}, err
	}
	if doc, err = o.withAppUser(s, r, o.renderApp(doc)); err != nil {
		return Reply{}, err
	}
	return Reply{Status: http.StatusOK, Body: doc.Bytes()}, nil
}
