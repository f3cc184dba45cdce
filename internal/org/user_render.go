package org

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"gatehouse/internal/okta"
)

// userLinks are the links of a person in the recorded order. path is what stands behind
// the person's own address; those with an op are there when userMoves says so. They
// are written as they are: ids and the base URL hold nothing that JSON escapes.
var userLinks = []struct{ name, op, path, method string }{
	{"suspend", opSuspend, "/lifecycle/suspend", "POST"},
	{"unsuspend", opUnsuspend, "/lifecycle/unsuspend", "POST"},
	{"schema", "", "", ""},
	{"activate", opActivate, "/lifecycle/activate", "POST"},
	{"resetPassword", opResetPassword, "/lifecycle/reset_password", "POST"},
	{"reactivate", opReactivate, "/lifecycle/reactivate", "POST"},
	{"expirePassword", opExpirePassword, "/lifecycle/expire_password", "POST"},
	{"forgotPassword", opForgotPassword, "/credentials/forgot_password", "POST"},
	{"changeRecoveryQuestion", opChangeQuestion, "/credentials/change_recovery_question", "POST"},
	{"unlock", opUnlock, "/lifecycle/unlock", "POST"},
	{"self", "", "", ""},
	{"resetFactors", opResetFactors, "/lifecycle/reset_factors", "POST"},
	{"type", "", "", ""},
	{"changePassword", opChangePassword, "/credentials/change_password", "POST"},
	{"deactivate", opDeactivate, "/lifecycle/deactivate", "POST"},
	{"delete", opDelete, "", "DELETE"},
}

// userURL is a person's own address.
func (o *Org) userURL(id string) string { return o.baseURL + "/api/v1/users/" + id }

// renderUser is a person as a single answer: with the links of the state.
func (o *Org) renderUser(doc okta.Object) okta.Object {
	rendered, err := okta.Trusted(o.appendUser(nil, doc))
	if err != nil {
		panic("org: a person and links make no document: " + err.Error())
	}
	return rendered
}

// answerUser answers 200 with renderUser.
func (o *Org) answerUser(doc okta.Object) (Reply, error) {
	return Reply{Status: http.StatusOK, Body: o.appendUser(nil, doc)}, nil
}

// appendUser appends renderUser to b. A stored person has no links yet.
func (o *Org) appendUser(b []byte, doc okta.Object) []byte {
	id, state, typeID := doc.Text("id"), doc.Text("status"), doc.Text("type", "id")
	self, stored := o.userURL(id), doc.Bytes()
	b = slices.Grow(b, len(stored)+2048)
	b = append(append(b, stored[:len(stored)-1]...), `,"_links":{`...)
	first := true
	for _, l := range userLinks {
		if l.op != "" && !moveFor(l.op, state).linked {
			continue
		}
		if !first {
			b = append(b, ',')
		}
		first = false
		b = append(b, '"')
		b = append(b, l.name...)
		b = append(b, `":{"href":"`...)
		switch l.name {
		case "schema":
			b = append(b, o.schemaURL(schemaID(typeID))...)
		case "type":
			b = append(b, o.typeURL(typeID)...)
		default:
			b = append(append(b, self...), l.path...)
		}
		b = append(b, '"')
		if l.method != "" {
			b = append(append(append(b, `,"method":"`...), l.method...), '"')
		}
		b = append(b, '}')
	}
	return append(b, '}', '}')
}

// renderListedUser is a person in a collection: with the self link only ("recorded").
func (o *Org) renderListedUser(doc okta.Object) okta.Object {
	return doc.WithTrusted("_links", json.RawMessage(`{"self":{"href":"`+o.userURL(doc.Text("id"))+`"}}`))
}

// userETag is the weak validator of a person. A sign-in leaves it as it is: it is no
// edit that somebody could overwrite [assumed].
func userETag(doc okta.Object) string {
	sum := sha256.Sum256(doc.Without("lastLogin").Bytes())
	return `W/"` + hex.EncodeToString(sum[:]) + `"`
}

// ifMatch refuses a write to a person who is no longer as the caller read them.
func ifMatch(r *Request, doc okta.Object) error {
	header := strings.TrimSpace(strings.Join(r.Header.Values("If-Match"), ","))
	if header == "" || header == "*" {
		return nil
	}
	now := opaque(userETag(doc))
	matched := false
	for _, tag := range strings.Split(header, ",") {
		tag = opaque(strings.TrimSpace(tag))
		if len(tag) < 2 || tag[0] != '"' || tag[len(tag)-1] != '"' || strings.Contains(tag[1:len(tag)-1], `"`) {
			return fail("E0000242", "")
		}
		matched = matched || tag == now
	}
	if !matched {
		return fail("E0000231", "")
	}
	return nil
}

// opaque is an entity tag without the mark of a weak one, which Okta accepts in If-Match.
func opaque(tag string) string { return strings.TrimPrefix(tag, "W/") }
