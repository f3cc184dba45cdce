package org

import (
	"slices"
	"strings"
	"unicode/utf8"

	"gatehouse/internal/okta"
)

// The claims of a server go into access tokens (RESOURCE) or ID tokens (IDENTITY). Their value
// is an expression, the groups that a filter leaves, or of the system.
const (
	claimResource   = "RESOURCE"
	claimIdentity   = "IDENTITY"
	valueExpression = "EXPRESSION"
	valueGroups     = "GROUPS"
	valueSystem     = "SYSTEM"
)

// reservedClaims are the names of claims that tokens have anyway (RFC 7519 section 4.1,
// OpenID Connect Core section 2, okta-semantics C9): no admin sets them.
var reservedClaims = strings.Fields(`acr active aid amr app_id app_type at_hash aud auth_time azp c_hash cid client_id cnf
	exp iat idp idp_iss iss jti nonce rt_hash s_hash scope scopes scp sid sub token_type typ uid ver`)

// claimInput is what a request says of a claim.
type claimInput struct {
	Name        string `json:"name"`
	Status      string `json:"status"`
	ClaimType   string `json:"claimType"`
	ValueType   string `json:"valueType"`
	Value       string `json:"value"`
	GroupFilter string `json:"group_filter_type"`
	Always      *bool  `json:"alwaysIncludeInToken"`
	Conditions  struct {
		Scopes []string `json:"scopes"`
	} `json:"conditions"`
}

// readClaim reads a claim's body. The expression is not looked at: neither does the cloud ("recorded").
func readClaim(r *Request) (okta.Object, claimInput, error) {
	in := claimInput{Status: active}
	body, err := r.object()
	if err != nil {
		return body, in, err
	}
	if body.Decode(&in) != nil {
		return body, in, fail("E0000003", "")
	}
	filters := []string{"STARTS_WITH", "EQUALS", "CONTAINS", "REGEX"}
	switch {
	case in.Name == "":
		return body, in, invalid("claim", "name: The field cannot be left blank")
	case len(in.Name) > maxScopeName || !isScopeName(in.Name):
		return body, in, invalid("claim", "name: The name of a claim is up to 128 printable ASCII characters without spaces, quotes and backslashes")
	case in.Status != active && in.Status != serverInactive:
		return body, in, invalid("claim", "status: The status must be ACTIVE or INACTIVE")
	case in.ClaimType != claimResource && in.ClaimType != claimIdentity:
		return body, in, invalid("claim", "claimType: The value must be one of RESOURCE, IDENTITY")
	case !slices.Contains([]string{valueExpression, valueGroups, valueSystem}, in.ValueType):
		return body, in, invalid("claim", "valueType: The value must be one of EXPRESSION, GROUPS")
	case strings.TrimSpace(in.Value) == "" && in.ValueType != valueSystem:
		return body, in, invalid("claim", "value: The field cannot be left blank")
	case utf8.RuneCountInString(in.Value) > 4*1024:
		return body, in, invalid("claim", "value: The field is too long")
	case in.ValueType == valueGroups && !slices.Contains(filters, in.GroupFilter):
		return body, in, invalid("claim", "group_filter_type: The value must be one of "+strings.Join(filters, ", "))
	}
	return body, in, nil
}

// always tells whether the claim is in each token: those of access tokens are (published).
func (in claimInput) always() bool {
	return in.ClaimType == claimResource || in.Always == nil || *in.Always
}

// document is a claim as it is stored, keys in the recorded order.
func (in claimInput) document(body okta.Object, server, id string, system bool) okta.Object {
	conditions := in.Conditions.Scopes
	if conditions == nil {
		conditions = []string{}
	}
	doc := okta.Object{}.With("serverId", server).With("id", id).With("name", in.Name).With("status", in.Status).
		With("claimType", in.ClaimType).With("valueType", in.ValueType).With("value", in.Value)
	if in.ValueType == valueGroups {
		doc = doc.With("group_filter_type", in.GroupFilter)
	}
	doc = doc.With("conditions", map[string][]string{"scopes": conditions}).With("system", system).
		With("alwaysIncludeInToken", in.always()).With("apiResourceId", nil)
	return withOthers(doc, body.Without("group_filter_type"))
}

func claimTarget(doc okta.Object) Target {
	return Target{ID: doc.Text("id"), Type: "OAuth2Claim", AlternateID: "unknown", DisplayName: doc.Text("name")}
}

// listOAuth2Claims answers all claims, the system's first.
func listOAuth2Claims(o *Org, r *Request) (Reply, error) {
	s := o.reads(r.ctx)
	server, err := s.argumentServer(o, r)
	if err != nil {
		return Reply{}, err
	}
	docs, err := s.allOfServer(authClaims, server.Text("id"))
	if err != nil {
		return Reply{}, err
	}
	byName(docs, systemClaimNames())
	return o.answerAll(r, docs, func(doc okta.Object) (okta.Object, bool, error) { return o.authPart(doc, "claims"), true, nil })
}

func getOAuth2Claim(o *Org, r *Request) (Reply, error) {
	_, doc, err := o.reads(r.ctx).ofServer(o, r, authClaims, "claimId")
	if err != nil {
		return Reply{}, err
	}
	return ok(o.authPart(doc, "claims"))
}

func createOAuth2Claim(o *Org, r *Request) (Reply, error) {
	body, in, err := readClaim(r)
	if err == nil {
		err = in.free()
	}
	if err != nil {
		return Reply{}, err
	}
	var doc okta.Object
	err = o.update(r, func(tx *Tx) error {
		server, err := tx.argumentServer(o, r)
		if err != nil {
			return err
		}
		held, err := tx.allOfServer(authClaims, server.Text("id"))
		if err != nil {
			return err
		}
		if err := full(held, "claim"); err != nil {
			return err
		}
		doc = in.document(body, server.Text("id"), o.ids.mint(authClaims.prefix), false)
		tx.logServer("oauth2.claim.created", "OAuth2 claim is created", server, claimTarget(doc))
		return uniqueFault(tx.put(authClaims, doc.Text("id"), doc))
	})
	if err != nil {
		return Reply{}, err
	}
	return created(o.authPart(doc, "claims"))
}

// free refuses what only the system's claims may be.
func (in claimInput) free() error {
	switch {
	case slices.Contains(reservedClaims, in.Name):
		return invalid("claim", "name: The name is reserved")
	case in.ValueType == valueSystem:
		return invalid("claim", "valueType: The value must be one of EXPRESSION, GROUPS")
	}
	return nil
}

// updateOAuth2Claim replaces a claim. Of one that the system made only the value can be
// changed, and whether it is always in the token; a value of the system stays [assumed].
func updateOAuth2Claim(o *Org, r *Request) (Reply, error) {
	body, in, err := readClaim(r)
	if err != nil {
		return Reply{}, err
	}
	var doc okta.Object
	err = o.update(r, func(tx *Tx) error {
		server, old, err := tx.ofServer(o, r, authClaims, "claimId")
		if err != nil {
			return err
		}
		if isSystem(old) {
			if in.Name != old.Text("name") || in.ClaimType != old.Text("claimType") || in.ValueType != old.Text("valueType") {
				return fail("E0000111", "claim")
			}
			doc = old.With("alwaysIncludeInToken", in.always())
			if in.ValueType != valueSystem {
				doc = doc.With("value", in.Value)
			}
		} else {
			if err := in.free(); err != nil {
				return err
			}
			doc = in.document(body, server.Text("id"), old.Text("id"), false)
		}
		tx.logServer("oauth2.claim.updated", "OAuth2 claim is updated", server, claimTarget(doc))
		return uniqueFault(tx.put(authClaims, doc.Text("id"), doc))
	})
	if err != nil {
		return Reply{}, err
	}
	return ok(o.authPart(doc, "claims"))
}

func deleteOAuth2Claim(o *Org, r *Request) (Reply, error) {
	err := o.update(r, func(tx *Tx) error {
		server, doc, err := tx.ofServer(o, r, authClaims, "claimId")
		if err != nil {
			return err
		}
		if isSystem(doc) {
			return fail("E0000111", "claim")
		}
		tx.logServer("oauth2.claim.deleted", "OAuth2 claim is deleted", server, claimTarget(doc))
		return tx.remove(authClaims, doc.Text("id"))
	})
	if err != nil {
		return Reply{}, err
	}
	return noContent()
}
