package org

// listGroups answers groups by search, filter or the beginning of the name. An answer
// to q carries no Link when it is the whole ("recorded").
func listGroups(o *Org, r *Request) (Reply, error) {
	l := groupList
	if r.Actor.hidesEveryone(r.Op.ID) {
		l.without = o.everyone()
	}
	reply, err := o.answerList(r, l, o.groupPresenter(o.reads(r.ctx), r))
	if err == nil && r.Query.Get("q") != "" && len(reply.Header["Link"]) == 1 {
		reply.Header.Del("Link")
	}
	return reply, err
}

// listGroupUsers answers the members of a group.
func listGroupUsers(o *Org, r *Request) (Reply, error) {
	if _, err := o.reads(r.ctx).get(groups, r.Args["groupId"]); err != nil {
		return Reply{}, err
	}
	return o.answerBytes(r, memberList(r.Args["groupId"]), o.appendListedUser)
}

// listUserGroups answers the groups of a person, Everyone among them.
func listUserGroups(o *Org, r *Request) (Reply, error) {
	s := o.reads(r.ctx)
	id := r.Args["userId"]
	if r.reach == nil { // else it was found already
		person, err := s.argumentUser(r)
		if err != nil {
			return Reply{}, err
		}
		id = person.Text("id")
	}
	return o.answerList(r, groupsOfUser(id), o.groupPresenter(s, r))
}
