package org

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strings"

	"gatehouse/internal/okta"
)

// userLinks are the links of a person in the recorded order. path is what stands behind
// the person's own address; those with an op are there when userMoves says so.
var userLinks = []struct{ name, op, path string }{
	{"suspend", opSuspend, "/lifecycle/suspend"},
	{"unsuspend", opUnsuspend, "/lifecycle/unsuspend"},
	{"schema", "", ""},
	{"activate", opActivate, "/lifecycle/activate"},
	{"resetPassword", opResetPassword, "/lifecycle/reset_password"},
	{"reactivate", opReactivate, "/lifecycle/reactivate"},
	{"expirePassword", opExpirePassword, "/lifecycle/expire_password"},
	{"forgotPassword", opForgotPassword, "/credentials/forgot_password"},
	{"changeRecoveryQuestion", opChangeQuestion, "/credentials/change_recovery_question"},
	{"unlock", opUnlock, "/lifecycle/unlock"},
	{"self", "", ""},
	{"resetFactors", opResetFactors, "/lifecycle/reset_factors"},
	{"type", "", ""},
	{"changePassword", opChangePassword, "/credentials/change_password"},
	{"deactivate", opDeactivate, "/lifecycle/deactivate"},
	{"delete", opDelete, ""},
}

// userURL is a person's own address.
func (o *Org) userURL(id string) string { return o.baseURL + "/api/v1/users/" + id }

// renderUser is a person as a single answer: with the links of the state.
func (o *Org) renderUser(doc okta.Object) okta.Object {
	self, state := o.userURL(doc.Text("id")), doc.Text("status")
	var b bytes.Buffer
	for _, l := range userLinks {
		out := link{Href: self + l.path}
		switch l.name {
		case "self":
		case "schema":
			out.Href = o.schemaURL(schemaID(doc.Text("type", "id")))
		case "type":
			out.Href = o.typeURL(doc.Text("type", "id"))
		case "delete":
			out.Method = http.MethodDelete
		default:
			out.Method = http.MethodPost
		}
		if l.op != "" && !moveFor(l.op, state).linked {
			continue
		}
		writeLink(&b, l.name, out)
	}
	return doc.With("_links", json.RawMessage("{"+b.String()+"}"))
}

func writeLink(b *bytes.Buffer, name string, l link) {
	if b.Len() > 0 {
		b.WriteByte(',')
	}
	v, err := json.Marshal(l)
	if err != nil {
		panic("org: " + err.Error()) // strings only
	}
	b.WriteString(`"` + name + `":`)
	b.Write(v)
}

// renderListedUser is a person in a collection: with the self link only ("recorded").
func (o *Org) renderListedUser(doc okta.Object) okta.Object {
	return doc.With("_links", map[string]link{"self": {Href: o.userURL(doc.Text("id"))}})
}

// userETag is the weak validator of a person. A sign-in leaves it as it is: it is no
// edit that somebody could overwrite [assumed].
func userETag(doc okta.Object) string {
	sum := sha256.Sum256(doc.With("lastLogin", nil).Bytes())
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
