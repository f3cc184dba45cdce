package org

import (
	"net/http"
	"slices"
	"time"

	"gatehouse/internal/okta"
)

// owner is the kind of edge from a person or a group to the group that it owns.
const owner = "owner"

// groupOwnerRoutes are the operations on owners.
var groupOwnerRoutes = []extraRoute{
	{*okta.Find("listGroupOwners"), listGroupOwners},
	{*okta.Find("assignGroupOwner"), assignGroupOwner},
	{*okta.Find("deleteGroupOwner"), deleteGroupOwner},
}

// maxOwners is how many owners one list answers.
const maxOwners = 1000

// The forms in which recorded answers write when an owner was assigned.
const (
	ownerListed   = "2006-01-02 15:04:05.0"
	ownerAssigned = "Mon Jan 02 15:04:05 MST 2006"
)

type groupOwner struct {
	ID          string  `json:"id"`
	Type        string  `json:"type"`
	Resolved    bool    `json:"resolved"`
	OriginID    *string `json:"originId"`
	OriginType  string  `json:"originType"`
	DisplayName string  `json:"displayName"`
	LastUpdated string  `json:"lastUpdated"`
}

// ownerDocument is an owner as the API answers one.
func (s store) ownerDocument(id, assigned string) (okta.Object, error) {
	out := groupOwner{ID: id, Type: "USER", Resolved: true, OriginType: "OKTA_DIRECTORY", LastUpdated: assigned}
	kind := users
	if len(id) > len(groups.prefix) && id[:len(groups.prefix)] == groups.prefix {
		out.Type, kind = "GROUP", groups
	}
	doc, err := s.get(kind, id)
	if err != nil {
		return okta.Object{}, err
	}
	out.DisplayName = doc.Text("profile", "name")
	if kind == users {
		out.DisplayName = nameOf(doc)
	}
	return encodeDocument(out)
}

func listGroupOwners(o *Org, r *Request) (Reply, error) {
	s := o.reads(r.ctx)
	if _, err := s.get(groups, r.Args["groupId"]); err != nil {
		return Reply{}, err
	}
	owners, err := s.ownersOf(r.Args["groupId"])
	if err == nil && r.reach != nil {
		owners, err = s.ownersWithin(r, owners)
	}
	if err != nil {
		return Reply{}, err
	}
	docs := make([]okta.Object, len(owners))
	for i, e := range owners {
		if docs[i], err = s.ownerDocument(e.id, e.assigned.Format(ownerListed)); err != nil {
			return Reply{}, err
		}
	}
	return Reply{Status: http.StatusOK, Body: listBody(docs)}, nil
}

// ownership is an owner of a group and since when.
type ownership struct {
	id       string
	assigned time.Time
}

func (s store) ownersOf(group string) ([]ownership, error) {
	rows, err := s.q.Query(s.ctx, `SELECT src, created FROM edge WHERE kind = $1 AND dst = $2 ORDER BY src LIMIT $3`, owner, group, maxOwners)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []ownership
	for rows.Next() {
		var id string
		var created int64
		if err := rows.Scan(&id, &created); err != nil {
			return nil, err
		}
		out = append(out, ownership{id, time.UnixMilli(created).UTC()})
	}
	return out, rows.Err()
}

// ownersWithin leaves out who is outside of the caller's reach.
func (s store) ownersWithin(r *Request, owners []ownership) ([]ownership, error) {
	b := &builder{args: []any{owner, r.Args["groupId"]}}
	people, err := s.ids(`SELECT e.src FROM edge e JOIN role_reach s ON s.person = e.src
		WHERE e.kind = $1 AND e.dst = $2 AND `+r.reach.of(b, "s"), b.args...)
	outside := func(e ownership) bool { return !slices.Contains(people, e.id) && !r.reach.group(e.id) }
	return slices.DeleteFunc(owners, outside), err
}

func assignGroupOwner(o *Org, r *Request) (Reply, error) {
	var in struct{ ID, Type string }
	if err := r.decode(&in); err != nil {
		return Reply{}, err
	}
	kind := users
	switch in.Type {
	case "USER":
	case "GROUP":
		kind = groups
	default:
		return Reply{}, invalid("type", "type: The value must be USER or GROUP")
	}
	var doc okta.Object
	err := o.update(r, func(tx *Tx) error {
		if _, err := tx.ownGroup(r.Args["groupId"]); err != nil {
			return err
		}
		if _, err := tx.get(kind, in.ID); err != nil {
			return err
		}
		added, err := tx.link(owner, in.ID, r.Args["groupId"])
		if err != nil {
			return err
		}
		if !added {
			return invalid("id", "id: This owner is already assigned to the group")
		}
		doc, err = tx.ownerDocument(in.ID, tx.now.UTC().Format(ownerAssigned))
		return err
	})
	if err != nil {
		return Reply{}, err
	}
	return created(doc)
}

func deleteGroupOwner(o *Org, r *Request) (Reply, error) {
	err := o.update(r, func(tx *Tx) error {
		if _, err := tx.ownGroup(r.Args["groupId"]); err != nil {
			return err
		}
		gone, err := tx.unlink(owner, r.Args["ownerId"], r.Args["groupId"])
		if err == nil && !gone {
			err = notFound(printable(r.Args["ownerId"]), "GroupOwner")
		}
		return err
	})
	if err != nil {
		return Reply{}, err
	}
	return noContent()
}
