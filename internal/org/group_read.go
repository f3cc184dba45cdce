package org

import (
	"slices"
	"strings"

	"gatehouse/internal/db"
	"gatehouse/internal/okta"
)

type groupLinks struct {
	Logo   []logoLink `json:"logo"`
	Owners link       `json:"owners"`
	Users  link       `json:"users"`
	Apps   link       `json:"apps"`
}

type logoLink struct {
	Name string `json:"name"`
	Href string `json:"href"`
	Type string `json:"type"`
}

// renderGroup adds the links, in the recorded order.
func (o *Org) renderGroup(doc okta.Object) okta.Object {
	at := o.baseURL + "/api/v1/groups/" + doc.Text("id")
	logo := o.baseURL + "/assets/img/logos/groups/okta-"
	return doc.With("_links", groupLinks{
		Logo: []logoLink{
			{"medium", logo + "medium.png", "image/png"},
			{"large", logo + "large.png", "image/png"},
		},
		Owners: link{Href: at + "/owners"}, Users: link{Href: at + "/users"}, Apps: link{Href: at + "/apps"},
	})
}

func getGroup(o *Org, r *Request) (Reply, error) {
	s := o.reads(r.ctx)
	doc, err := s.get(groups, r.Args["groupId"])
	if err != nil {
		return Reply{}, err
	}
	doc, err = o.groupPresenter(s, r)(doc)
	if err != nil {
		return Reply{}, err
	}
	return ok(doc)
}

// groupPresenter renders groups for a request: links, the time of the last membership
// change of Everyone, and the counts of expand=stats.
func (o *Org) groupPresenter(s store, r *Request) func(okta.Object) (okta.Object, error) {
	stats := expands(r, "stats")
	return func(doc okta.Object) (okta.Object, error) {
		var err error
		if doc.Text("id") == o.everyone() {
			if doc, err = s.lastJoined(doc); err != nil {
				return doc, err
			}
		}
		doc = o.renderGroup(doc)
		if !stats {
			return doc, nil
		}
		return s.withStats(doc)
	}
}

// expands tells whether the request asks for more of each object by this name.
func expands(r *Request, name string) bool {
	return slices.Contains(strings.Split(r.Query.Get("expand"), ","), name)
}

// lastJoined fills in when somebody last joined Everyone: when the newest person was created.
func (s store) lastJoined(doc okta.Object) (okta.Object, error) {
	var id string
	err := s.q.QueryRow(s.ctx, `SELECT id FROM attr WHERE kind = 'user' AND name = 'created' ORDER BY value DESC LIMIT 1`).Scan(&id)
	if db.IsNone(err) {
		return doc, nil
	}
	if err != nil {
		return doc, err
	}
	person, err := s.get(users, id)
	if err != nil {
		return doc, err
	}
	return doc.With("lastMembershipUpdated", person.Text("created")), nil
}

// withStats embeds the counts that expand=stats asks for. There are no push mappings.
func (s store) withStats(doc okta.Object) (okta.Object, error) {
	id := doc.Text("id")
	type counts struct {
		Users    int  `json:"usersCount"`
		Apps     int  `json:"appsCount"`
		Mappings int  `json:"groupPushMappingsCount"`
		Admin    bool `json:"hasAdminPrivilege"`
	}
	var c counts
	err := s.q.QueryRow(s.ctx, `SELECT count(*) FROM edge WHERE kind = $1 AND dst = $2`, member, id).Scan(&c.Users)
	if err != nil {
		return doc, err
	}
	err = s.q.QueryRow(s.ctx, `SELECT count(*) FROM app_group WHERE grp = $1`, id).Scan(&c.Apps)
	if err != nil {
		return doc, err
	}
	if c.Admin, err = s.hasRoles(id); err != nil {
		return doc, err
	}
	return doc.With("_embedded", map[string]counts{"stats": c}), nil
}
