package org

import "net/http"

// getUser answers a person by id, login, short login or "me", with the ETag that no other answer has ("recorded").
func getUser(o *Org, r *Request) (Reply, error) {
	doc, err := o.reads(r.ctx).argumentUser(r)
	if err != nil {
		return Reply{}, err
	}
	return Reply{Status: http.StatusOK, Header: http.Header{"Etag": {userETag(doc)}}, Body: o.renderUser(doc).Bytes()}, nil
}
