package org

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"gatehouse/internal/okta"
)

// authorize checks the scope of the token, the roles of its owner, and whether what the
// request names is within their targets. A missing scope and a missing role are told
// apart by the header of the one, as the cloud does (security 36).
func (o *Org) authorize(h http.Header, r *Request) error {
	if !r.Actor.SSWS && !holds(r.Actor.Scopes, r.Op.Scope) {
		h.Set("WWW-Authenticate", fmt.Sprintf(
			`Bearer authorization_uri="%s/oauth2/v1/authorize", realm="%s", scope="%s", error="insufficient_scope", error_description="The access token provided does not contain the required scopes.", resource="%s"`,
			o.baseURL, o.baseURL, r.Op.Scope, r.Op.Path))
		return fail("E0000006", "")
	}
	if own(r) {
		return nil
	}
	var covered bool
	if r.reach, covered = reachOf(r.Actor.held, r.Op.ID); !covered {
		return fail("E0000006", "")
	}
	s := o.reads(r.ctx)
	if err := s.judge(r); err != nil {
		return err
	}
	return s.guardClient(r)
}

// holds tells whether the scopes contain want; manage includes read (okta-semantics C7).
func holds(scopes []string, want string) bool {
	if want == "" || slices.Contains(scopes, want) {
		return true
	}
	area, read := strings.CutSuffix(want, ".read")
	return read && slices.Contains(scopes, area+".manage")
}

// own tells whether somebody does to themselves what everybody may.
func own(r *Request) bool {
	id := r.Args["userId"]
	return r.Actor.UserID != "" && okta.Self(r.Op.ID) && (id == "me" || id == r.Actor.UserID)
}

// judge refuses what a request names outside of the caller's reach. To a reader it is
// not there; a write is denied, whether it is there or not, so that nothing is learnt.
func (s store) judge(r *Request) error {
	if r.reach == nil {
		return nil
	}
	judges := map[string]func(*Request, string) (bool, error){"appId": s.appWithin, "appInstanceId": s.appWithin}
	switch {
	case len(r.reach.groups) > 0 && slices.Contains(membershipChanges, r.Op.ID):
		judges = map[string]func(*Request, string) (bool, error){"groupId": s.membershipWithin}
	case len(r.reach.groups) > 0:
		judges = map[string]func(*Request, string) (bool, error){
			"groupId": func(r *Request, name string) (bool, error) { return r.reach.group(r.Args[name]), nil },
			"userId":  s.personWithin, "associatedUserId": s.personWithin, "primaryUserId": s.personWithin,
		}
	}
	for name, value := range r.Args {
		within := judges[name]
		if within == nil {
			continue
		}
		switch in, err := within(r, name); {
		case err != nil:
			return err
		case !in && r.Op.Safe():
			return notFound(printable(value), nounOf(name))
		case !in:
			return fail("E0000006", "")
		}
	}
	return nil
}

// membershipChanges are judged by the group and the person together.
var membershipChanges = []string{"addUserToGroup", "removeUserFromGroup"}

// membershipWithin tells whether one role reaches both the group and the person: a user
// admin moves people between own groups, a membership admin anybody into and out of them.
func (s store) membershipWithin(r *Request, name string) (bool, error) {
	for _, h := range r.reach.groups {
		if !h.covers(r.Args[name]) {
			continue
		}
		if h.role == okta.GroupMembershipAdmin {
			return true, nil
		}
		if in, err := s.reaches(&reach{groups: []holding{h}}, r.Args["userId"]); err != nil || in {
			return in, err
		}
	}
	return false, nil
}

// personWithin tells whether the person that a path parameter names is within the
// reach, and puts the id in the place of a login.
func (s store) personWithin(r *Request, name string) (bool, error) {
	who := r.Args[name]
	if who == "me" && r.Actor.UserID != "" {
		who = r.Actor.UserID
	}
	id, err := s.reached(r.reach, who)
	if err != nil || id != "" {
		r.Args[name] = id
		return id != "", err
	}
	doc, err := s.findUser(who) // by the part of a login before the @
	if isCode(err, "E0000007") {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	r.Args[name] = doc.Text("id")
	return s.reaches(r.reach, doc.Text("id"))
}

// mayCreateIn refuses to create somebody outside of the caller's groups: a user admin
// who is narrowed to groups puts new people into one of them, and into no other.
func (r *Request) mayCreateIn(groups []string) error {
	if r.reach == nil {
		return nil
	}
	for _, h := range r.reach.groups {
		if len(groups) > 0 && !slices.ContainsFunc(groups, func(g string) bool { return !h.covers(g) }) {
			return nil
		}
	}
	return fail("E0000006", "", "You may create users in your groups only: name one of them in groupIds")
}
