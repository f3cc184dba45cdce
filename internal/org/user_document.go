package org

import (
	"bytes"
	"encoding/json"
	"strings"
	"time"

	"gatehouse/internal/okta"
)

// newUser is what a new person's document is made of.
type newUser struct {
	id, typeID, realmID, status string
	profile                     okta.Object
	// question is the recovery question, empty for none.
	question string
	// provider is the type of authentication provider, empty for OKTA.
	provider string
	// password says that a password is set.
	password bool
	// created is also the time of activation and of the password, where there are any.
	created time.Time
}

// newUserDocument is the stored form of a person: the answer's keys in the recorded
// order, without the links, which depend on who asks for what.
func newUserDocument(u newUser) (okta.Object, error) {
	type id struct {
		ID string `json:"id"`
	}
	doc := struct {
		ID              string          `json:"id"`
		Status          string          `json:"status"`
		Created         string          `json:"created"`
		Activated       *string         `json:"activated"`
		StatusChanged   *string         `json:"statusChanged"`
		LastLogin       *string         `json:"lastLogin"`
		LastUpdated     string          `json:"lastUpdated"`
		PasswordChanged *string         `json:"passwordChanged"`
		RealmID         string          `json:"realmId"`
		Type            id              `json:"type"`
		Profile         json.RawMessage `json:"profile"`
		Credentials     credentialsPart `json:"credentials"`
	}{
		ID: u.id, Status: u.status, Created: stamp(u.created), LastUpdated: stamp(u.created), RealmID: u.realmID, Type: id{u.typeID},
		Profile: orderedProfile(u.profile), Credentials: credentialsPart{Provider: provider{"OKTA", "OKTA"}},
	}
	if u.status != staged {
		doc.Activated, doc.StatusChanged = &doc.Created, &doc.Created
	}
	if u.password {
		doc.PasswordChanged, doc.Credentials.Password = &doc.Created, &struct{}{}
	}
	if u.provider != "" {
		doc.Credentials.Provider = provider{u.provider, u.provider}
	}
	if u.question != "" {
		doc.Credentials.Question = &question{u.question}
	}
	return encodeDocument(doc)
}

// credentialsPart is what an answer tells of credentials: never a secret.
type credentialsPart struct {
	Password *struct{} `json:"password,omitempty"`
	Question *question `json:"recovery_question,omitempty"`
	Provider provider  `json:"provider"`
}

type question struct {
	Question string `json:"question"`
}

type provider struct {
	Type string `json:"type"`
	Name string `json:"name"`
}

// orderedProfile has the properties of every profile, null or not, in the recorded
// order, with the others between them as they came, nulls left out.
func orderedProfile(profile okta.Object) json.RawMessage {
	var b bytes.Buffer
	put := func(name string, v json.RawMessage) {
		if len(v) == 0 {
			v = json.RawMessage("null")
		}
		sep := byte(',')
		if b.Len() == 0 {
			sep = '{'
		}
		b.WriteByte(sep)
		quoted, _ := json.Marshal(name) // a string always encodes
		b.Write(quoted)
		b.WriteByte(':')
		b.Write(v)
	}
	for _, name := range []string{"firstName", "lastName", "mobilePhone", "secondEmail"} {
		put(name, profile.Get(name))
	}
	for _, name := range profile.Keys() {
		if v := profile.Get(name); !inEveryProfile(name) && !isNull(v) {
			put(name, v)
		}
	}
	put("login", profile.Get("login"))
	put("email", profile.Get("email"))
	b.WriteByte('}')
	return b.Bytes()
}

func inEveryProfile(name string) bool {
	switch name {
	case "firstName", "lastName", "mobilePhone", "secondEmail", "login", "email":
		return true
	}
	return false
}

func isNull(v []byte) bool { return len(v) == 0 || string(v) == "null" }

// withStatus moves a person to a status; the same status leaves the time of the change.
func withStatus(doc okta.Object, status string, now time.Time) okta.Object {
	if doc.Text("status") == status {
		return doc
	}
	return doc.With("status", status).With("statusChanged", stamp(now)).With("lastUpdated", stamp(now))
}

// withCredentials changes what the document tells of credentials.
func withCredentials(doc okta.Object, change func(*credentialsPart)) (okta.Object, error) {
	var c credentialsPart
	if part := doc.Object("credentials"); !part.IsZero() {
		if err := part.Decode(&c); err != nil {
			return okta.Object{}, err
		}
	}
	change(&c)
	return doc.With("credentials", c), nil
}

// nameOf is the person's display name.
func nameOf(doc okta.Object) string {
	return strings.TrimSpace(doc.Text("profile", "firstName") + " " + doc.Text("profile", "lastName"))
}

// userTarget is a person as the System Log names one.
func userTarget(doc okta.Object) Target {
	return Target{ID: doc.Text("id"), Type: "User", AlternateID: doc.Text("profile", "login"), DisplayName: nameOf(doc)}
}

// actorOf is a person who acts for themselves, as at a sign-in.
func actorOf(doc okta.Object) *Target {
	t := userTarget(doc)
	return &t
}
