package org

import (
	"gatehouse/internal/okta"
)

// userInput is the body of a request that creates or changes a person.
type userInput struct {
	Profile     okta.Object       `json:"profile"`
	Credentials *credentialsInput `json:"credentials"`
	GroupIDs    []string          `json:"groupIds"`
	Type        *struct {
		ID string `json:"id"`
	} `json:"type"`
}

// maxGroups is how many groups a new person may be put into at once (API reference).
const maxGroups = 20

func createUser(o *Org, r *Request) (Reply, error) {
	var in userInput
	if err := r.decode(&in); err != nil {
		return Reply{}, err
	}
	n, err := o.planUser(r, in)
	if err != nil {
		return Reply{}, err
	}
	var doc okta.Object
	err = o.update(r, func(tx *Tx) error {
		doc, err = tx.createUser(n)
		return err
	})
	if err != nil {
		return Reply{}, err
	}
	return o.answerUser(doc)
}

// userPlan is a new person, checked, with secrets hashed.
type userPlan struct {
	newUser
	secrets preparedCredentials
	groups  []string
}

// planUser checks what needs no transaction and hashes secrets.
func (o *Org) planUser(r *Request, in userInput) (userPlan, error) {
	s := o.reads(r.ctx)
	n := userPlan{groups: in.GroupIDs, newUser: newUser{
		id: o.ids.mint(users.prefix), typeID: o.defaultType(), realmID: o.realm(), profile: in.Profile, created: r.Now,
	}}
	if in.Type != nil && in.Type.ID != "" && in.Type.ID != "default" {
		n.typeID = in.Type.ID
	}
	if len(in.GroupIDs) > maxGroups {
		return n, fail("E0000093", "", "The number of group targets is too large")
	}
	if err := r.mayCreateIn(in.GroupIDs); err != nil {
		return n, err
	}
	if n.profile.IsZero() {
		n.profile, _ = okta.Trusted([]byte("{}")) // an empty object is one
	}
	if err := o.checkProfile(s, n.typeID, okta.Object{}, n.profile); err != nil {
		return n, err
	}
	var err error
	if n.secrets, err = o.prepareCredentials(s, okta.Object{}.With("profile", n.profile), in.Credentials, secretRules{importable: true, groups: in.GroupIDs, from: r.Client}); err != nil {
		return n, err
	}
	n.password, n.question, n.provider = n.secrets.hash != "", n.secrets.question, n.secrets.provider
	activate := r.flag("activate", true)
	expire := r.Query.Get("nextLogin") == "changePassword"
	switch {
	case expire && !activate:
		return n, failWithCause("E0000125")
	case expire && !n.password:
		return n, failWithCause("E0000124")
	case !activate:
		n.status = staged
	case expire:
		n.status = passwordExpired
	case n.password || n.federated():
		n.status = active
	default:
		n.status = provisioned
	}
	return n, nil
}

// failWithCause is an error whose cause repeats its summary ("recorded" in the API reference's examples).
func failWithCause(code string) error {
	e := fail(code, "")
	e.Causes = []okta.Cause{{Summary: e.Summary}}
	return e
}

// federated tells whether somebody else checks this person's password.
func (u newUser) federated() bool { return u.provider == "FEDERATION" || u.provider == "SOCIAL" }

// checkProfile refuses a whole profile that its type's schema does not allow, or a
// change of what it does not let change. before is zero for a new person.
func (o *Org) checkProfile(s store, typeID string, before, profile okta.Object) error {
	causes, err := o.validateProfile(s, typeID, profile)
	if err != nil {
		return err
	}
	if err := profileFault(causes); err != nil {
		return err
	}
	return o.checkMutability(s, typeID, before, profile)
}

// createUser stores a planned person with credentials, groups and the welcome message.
func (tx *Tx) createUser(n userPlan) (okta.Object, error) {
	doc, err := newUserDocument(n.newUser)
	if err != nil {
		return doc, err
	}
	if err := tx.addUser(doc); err != nil {
		return doc, err
	}
	if err := tx.claimUnique(n.typeID, n.id, okta.Object{}, doc.Object("profile")); err != nil {
		return doc, err
	}
	tx.log(userEvent(doc, "user.lifecycle.create", "Create Okta user"))
	if n.status != staged {
		tx.log(userEvent(doc, "user.lifecycle.activate", "Activate Okta user"))
	}
	if n.status == provisioned {
		if _, err := tx.welcome(doc, true); err != nil {
			return doc, err
		}
	}
	if err := joinEveryone(tx, n.id); err != nil {
		return doc, err
	}
	for _, id := range n.groups {
		group, err := tx.ownGroup(id)
		if err != nil {
			return doc, err
		}
		if err := tx.addMember(group, doc); err != nil {
			return doc, err
		}
	}
	return doc, tx.storeSecrets(n.id, n.secrets) // the groups lead to the password policy
}

// userEvent is an event whose target is a person.
func userEvent(doc okta.Object, event, message string) Event {
	return Event{Type: event, Message: message, Targets: []Target{userTarget(doc)}}
}
