package org

import (
	"slices"

	"gatehouse/internal/okta"
)

func getApplicationUser(o *Org, r *Request) (Reply, error) {
	s := o.reads(r.ctx)
	app, err := s.argumentApp(r)
	if err != nil {
		return Reply{}, err
	}
	a, err := s.appUser(app, r.Args["userId"])
	if err != nil {
		return Reply{}, err
	}
	doc, err := o.renderAppUser(r, a)
	if err != nil {
		return Reply{}, err
	}
	return ok(doc)
}

// listApplicationUsers answers the people of an application, 50 unless asked for up to
// 500. q matches the beginning of the first name, last name or e-mail address.
func listApplicationUsers(o *Org, r *Request) (Reply, error) {
	s := o.reads(r.ctx)
	app, err := s.argumentApp(r)
	if err != nil {
		return Reply{}, err
	}
	limits := listing{defaultLimit: 50, maxLimit: 500}
	render := func(id string) (okta.Object, error) {
		a, err := s.appUser(app, id)
		if err != nil {
			return okta.Object{}, err
		}
		return o.renderAppUser(r, a)
	}
	if r.Query.Get("q") != "" { // by the index of people, which is rarer than the assignments
		limits.collection, limits.q = users, userList.q
		return o.answerFound(r, limits, func(id string) (bool, error) { return s.assigned(app.Text("id"), id) }, render)
	}
	members, err := s.appMembers(app.Text("id"))
	if err != nil {
		return Reply{}, err
	}
	return o.answerPages(r, pages{limits: limits, of: "users of " + app.Text("id"), ids: members, render: render})
}

// appMembers reads the people of an application in order: those assigned directly and
// the members of its groups, each once. A page costs a short read of each group,
// however many members it has.
func (s store) appMembers(app string) (func(after string, n int) ([]string, error), error) {
	assigned, err := s.ids(`SELECT grp FROM app_group WHERE app = $1 ORDER BY grp`, app)
	if err != nil {
		return nil, err
	}
	return func(after string, n int) ([]string, error) {
		all, err := s.ids(`SELECT user_id FROM app_user WHERE app = $1 AND direct = 1 AND user_id > $2 ORDER BY user_id LIMIT $3`, app, after, n)
		if err != nil {
			return nil, err
		}
		for _, group := range assigned {
			more, err := s.ids(`SELECT src FROM edge WHERE kind = 'member' AND dst = $1 AND src > $2 ORDER BY src LIMIT $3`, group, after, n)
			if err != nil {
				return nil, err
			}
			all = append(all, more...)
			slices.Sort(all)
			all = slices.Compact(all)
			all = all[:min(n, len(all))]
		}
		return all, nil
	}, nil
}

// answerFound answers the documents of a search that are kept, in order of their ids.
func (o *Org) answerFound(r *Request, l listing, keep func(id string) (bool, error), render func(id string) (okta.Object, error)) (Reply, error) {
	q, err := l.read(r, o.db.Dialect)
	if err != nil {
		return Reply{}, err
	}
	f := newFinder(q, o.reads(r.ctx))
	if err := f.choose(); err != nil {
		return Reply{}, err
	}
	hits := map[string]hit{}
	return o.answerPages(r, pages{
		limits: l, of: "found " + r.Args["appId"],
		ids: func(after string, n int) ([]string, error) {
			batch, err := f.batch(position{id: after}, n)
			ids := make([]string, len(batch))
			for i, h := range batch {
				ids[i], hits[h.at.id] = h.at.id, h
			}
			return ids, err
		},
		keep: func(id string) (bool, error) {
			if shown, err := f.shows(hits[id]); err != nil || !shown {
				return false, err
			}
			return keep(id)
		},
		render: render,
	})
}
