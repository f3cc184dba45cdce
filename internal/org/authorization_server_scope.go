package org

import (
	"encoding/json"
	"slices"
	"strings"

	"gatehouse/internal/okta"
)

// maxScopeName bounds the name of a scope and of a claim in bytes [assumed].
const maxScopeName = 128

// authPart is what a scope or a claim of a server is shown as: its path and its links.
func (o *Org) authPart(doc okta.Object, kind string) okta.Object {
	self := o.serverURL(doc.Text("serverId")) + "/" + kind + "/" + doc.Text("id")
	return doc.Without("serverId").With("_links", okta.Object{}.With("self", sessionLink(self, "GET", "PUT", "DELETE")))
}

// listOAuth2Scopes answers all scopes, the system's first; q narrows by the beginning of the name.
func listOAuth2Scopes(o *Org, r *Request) (Reply, error) {
	s := o.reads(r.ctx)
	server, err := s.argumentServer(o, r)
	if err != nil {
		return Reply{}, err
	}
	docs, err := s.allOfServer(authScopes, server.Text("id"))
	if err != nil {
		return Reply{}, err
	}
	byName(docs, standardScopes)
	return o.answerAll(r, docs, func(doc okta.Object) (okta.Object, bool, error) {
		return o.authPart(doc, "scopes"), begins(doc.Text("name"), r.Query.Get("q")), nil
	})
}

func getOAuth2Scope(o *Org, r *Request) (Reply, error) {
	_, doc, err := o.reads(r.ctx).ofServer(o, r, authScopes, "scopeId")
	if err != nil {
		return Reply{}, err
	}
	return ok(o.authPart(doc, "scopes"))
}

// scopeInput is what a request says of a scope.
type scopeInput struct {
	Name            string `json:"name"`
	DisplayName     string `json:"displayName"`
	Description     string `json:"description"`
	Consent         string `json:"consent"`
	MetadataPublish string `json:"metadataPublish"`
	Optional        bool   `json:"optional"`
	Default         bool   `json:"default"`
}

func readScope(r *Request) (okta.Object, scopeInput, error) {
	in := scopeInput{Consent: "IMPLICIT", MetadataPublish: "NO_CLIENTS"} // published defaults
	body, err := r.object()
	if err != nil {
		return body, in, err
	}
	if body.Decode(&in) != nil {
		return body, in, fail("E0000003", "")
	}
	switch {
	case in.Name == "":
		return body, in, invalid("scope", "name: The field cannot be left blank")
	case len(in.Name) > maxScopeName || !isScopeName(in.Name):
		return body, in, invalid("scope", "name: A scope is up to 128 printable ASCII characters without spaces, quotes and backslashes")
	case in.Name == "*" || strings.HasPrefix(in.Name, "okta."):
		return body, in, invalid("scope", "name: The name is reserved")
	case len(in.DisplayName) > 4*maxServerText || len(in.Description) > 16*maxServerText:
		return body, in, invalid("scope", "description: The field is too long")
	case !slices.Contains([]string{"REQUIRED", "IMPLICIT", "FLEXIBLE"}, in.Consent):
		return body, in, invalid("scope", "consent: The value must be one of REQUIRED, IMPLICIT, FLEXIBLE")
	case in.MetadataPublish != "ALL_CLIENTS" && in.MetadataPublish != "NO_CLIENTS":
		return body, in, invalid("scope", "metadataPublish: The value must be one of ALL_CLIENTS, NO_CLIENTS")
	}
	return body, in, nil
}

// isScopeName tells whether a text is a scope-token of RFC 6749 section 3.3.
func isScopeName(name string) bool {
	return strings.IndexFunc(name, func(r rune) bool { return r < '!' || r > '~' || r == '"' || r == '\\' }) < 0
}

// document is a scope as it is stored, keys in the recorded order.
func (in scopeInput) document(body okta.Object, server, id string, system bool) okta.Object {
	doc := okta.Object{}.With("serverId", server).With("id", id).With("name", in.Name).With("displayName", in.DisplayName).
		With("description", in.Description).With("system", system).With("metadataPublish", in.MetadataPublish).With("consent", in.Consent).
		With("optional", in.Optional).With("apiResourceId", nil).With("default", in.Default)
	return withOthers(doc, body)
}

func scopeTarget(doc okta.Object) Target {
	return Target{ID: doc.Text("id"), Type: "OAuth2Scope", AlternateID: "unknown", DisplayName: doc.Text("name")}
}

func createOAuth2Scope(o *Org, r *Request) (Reply, error) {
	body, in, err := readScope(r)
	if err != nil {
		return Reply{}, err
	}
	var doc okta.Object
	err = o.update(r, func(tx *Tx) error {
		server, err := tx.argumentServer(o, r)
		if err != nil {
			return err
		}
		held, err := tx.allOfServer(authScopes, server.Text("id"))
		if err != nil {
			return err
		}
		if err := full(held, "scope"); err != nil {
			return err
		}
		doc = in.document(body, server.Text("id"), o.ids.mint(authScopes.prefix), false)
		tx.logServer("oauth2.scope.created", "OAuth2 scope is created", server, scopeTarget(doc))
		return uniqueFault(tx.put(authScopes, doc.Text("id"), doc))
	})
	if err != nil {
		return Reply{}, err
	}
	return created(o.authPart(doc, "scopes"))
}

// updateOAuth2Scope replaces a scope. The name of one that the system made stays [assumed].
func updateOAuth2Scope(o *Org, r *Request) (Reply, error) {
	body, in, err := readScope(r)
	if err != nil {
		return Reply{}, err
	}
	var doc okta.Object
	err = o.update(r, func(tx *Tx) error {
		server, old, err := tx.ofServer(o, r, authScopes, "scopeId")
		if err != nil {
			return err
		}
		if isSystem(old) && in.Name != old.Text("name") {
			return fail("E0000111", "scope")
		}
		doc = in.document(body, server.Text("id"), old.Text("id"), isSystem(old))
		tx.logServer("oauth2.scope.updated", "OAuth2 scope is updated", server, scopeTarget(doc))
		if err := uniqueFault(tx.put(authScopes, doc.Text("id"), doc)); err != nil || in.Name == old.Text("name") {
			return err
		}
		// What people allowed was the scope of that name: the next scope that gets it asks anew.
		if err := tx.dropConsentsTo(o.serverName(server.Text("id")), old.Text("name")); err != nil {
			return err
		}
		return tx.renameScope(server.Text("id"), old.Text("name"), in.Name)
	})
	if err != nil {
		return Reply{}, err
	}
	return ok(o.authPart(doc, "scopes"))
}

// renameScope lets claims and rules name a scope by its new name.
func (tx *Tx) renameScope(server, old, name string) error {
	renamed := func(doc okta.Object, path ...string) (okta.Object, bool) {
		var names []string
		if json.Unmarshal(doc.Get(path...), &names) != nil || !slices.Contains(names, old) {
			return doc, false
		}
		names[slices.Index(names, old)] = name
		return doc.WithPath(names, path...), true
	}
	claims, err := tx.allOfServer(authClaims, server)
	if err != nil {
		return err
	}
	for _, claim := range claims {
		if claim, found := renamed(claim, "conditions", "scopes"); found {
			if err := tx.put(authClaims, claim.Text("id"), claim); err != nil {
				return err
			}
		}
	}
	held, err := tx.allOfServer(authPolicies, server)
	if err != nil {
		return err
	}
	for _, p := range held {
		rules, err := tx.rulesOfAuthPolicy(p.Text("id"))
		if err != nil {
			return err
		}
		for _, rule := range rules {
			if rule, found := renamed(rule, "conditions", "scopes", "include"); found {
				if err := tx.put(authRules, rule.Text("id"), rule); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// deleteOAuth2Scope removes a scope. Claims and rules go on naming it: a claim that was for
// this scope only must not become one for all.
func deleteOAuth2Scope(o *Org, r *Request) (Reply, error) {
	err := o.update(r, func(tx *Tx) error {
		server, doc, err := tx.ofServer(o, r, authScopes, "scopeId")
		if err != nil {
			return err
		}
		if isSystem(doc) {
			return fail("E0000111", "scope")
		}
		tx.logServer("oauth2.scope.deleted", "OAuth2 scope is deleted", server, scopeTarget(doc))
		if err := tx.dropConsentsTo(o.serverName(server.Text("id")), doc.Text("name")); err != nil {
			return err
		}
		return tx.remove(authScopes, doc.Text("id"))
	})
	if err != nil {
		return Reply{}, err
	}
	return noContent()
}
