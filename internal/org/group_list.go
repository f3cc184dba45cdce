package org

// listGroups answers groups by search, filter or the beginning of the name. An answer
// to q carries no Link when it is the whole ("recorded").
func listGroups(o *Org, r *Request) (Reply, error) {
	reply, err := o.answerList(r, groupList, o.groupPresenter(o.reads(r.ctx), r))
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
	person, err := s.argumentUser(r)
	if err != nil {
		return Reply{}, err
	}
	return o.answerList(r, groupsOfUser(person.Text("id")), o.groupPresenter(s, r))
}
