package org

import (
	"slices"

	"gatehouse/internal/okta"
)

// The collections of an authorization server: itself, its scopes, claims, policies and
// the rules of these. A stored scope, claim or policy names its server in serverId, a rule
// its policy in policyId, which no answer shows. What a server's document says of itself is
// stored; issuer, keys and links are made when it is shown.
var (
	authServers = &collection{
		kind: "authServer", noun: "AuthorizationServer", prefix: "aus",
		attrs: func(doc okta.Object) []attr {
			return appendAttrs(appendAttrs(nil, "name", valueAt(doc, "name")), "audiences", valueAt(doc, "audiences"))
		},
	}
	authScopes = &collection{
		kind: "authScope", noun: "OAuth2Scope", prefix: "scp", attrs: attrsOfServer,
		unique: func(doc okta.Object) []attr {
			return []attr{{"authScope.name", doc.Text("serverId") + "/" + doc.Text("name")}}
		},
	}
	authClaims = &collection{
		kind: "authClaim", noun: "OAuth2Claim", prefix: "ocl", attrs: attrsOfServer,
		unique: func(doc okta.Object) []attr {
			return []attr{{"authClaim.name", doc.Text("serverId") + "/" + doc.Text("claimType") + "/" + doc.Text("name")}}
		},
	}
	authPolicies = &collection{
		kind: "authPolicy", noun: "Policy", prefix: "00p", attrs: attrsOfServer,
		unique: func(doc okta.Object) []attr {
			return []attr{{"authPolicy.name", doc.Text("serverId") + "/" + fold(doc.Text("name"))}}
		},
	}
	authRules = &collection{
		kind: "authRule", noun: "PolicyRule", prefix: "0pr",
		attrs: func(doc okta.Object) []attr { return []attr{{"policyId", fold(doc.Text("policyId"))}} },
		unique: func(doc okta.Object) []attr {
			return []attr{{"authRule.name", doc.Text("policyId") + "/" + fold(doc.Text("name"))}}
		},
	}
)

func attrsOfServer(doc okta.Object) []attr { return []attr{{"serverId", fold(doc.Text("serverId"))}} }

// The statuses of a server, a claim, a policy and a rule.
const serverInactive = "INACTIVE"

// defaultServer is the name by which the server that a new org holds is also known, in
// paths and in its issuer.
const defaultServer = "default"

// serverID is the id of the server that a path names by id, or by its name "default".
func (o *Org) serverID(named string) string {
	if named == defaultServer {
		return o.ids.fixedID(authServers.prefix, defaultServer)
	}
	return named
}

// serverName is what a server is called in paths, in its issuer and in the rows of keys and
// grants: its id, or "default".
func (o *Org) serverName(id string) string {
	if id == o.serverID(defaultServer) {
		return defaultServer
	}
	return id
}

// argumentServer finds the server that a request names.
func (s store) argumentServer(o *Org, r *Request) (okta.Object, error) {
	doc, err := s.get(authServers, o.serverID(r.Args["authServerId"]))
	if isCode(err, "E0000007") {
		err = notFound(printable(r.Args["authServerId"]), authServers.noun)
	}
	return doc, err
}

// ofServer finds the scope, claim or policy of a server that a request names.
func (s store) ofServer(o *Org, r *Request, c *collection, parameter string) (server, doc okta.Object, err error) {
	if server, err = s.argumentServer(o, r); err != nil {
		return server, doc, err
	}
	doc, err = s.get(c, r.Args[parameter])
	if err == nil && doc.Text("serverId") != server.Text("id") {
		err = notFound(printable(r.Args[parameter]), c.noun)
	}
	return server, doc, err
}

// allOfServer lists the scopes, claims or policies of a server, policies by priority. There are few.
func (s store) allOfServer(c *collection, id string) ([]okta.Object, error) {
	return s.inOrder(c, "serverId", id, func(doc okta.Object) bool { return doc.Text("serverId") == id })
}

func (o *Org) serverURL(id string) string {
	return o.baseURL + "/api/v1/authorizationServers/" + o.serverName(id)
}

// renderServer is a server with its issuer, its keys and its links, in the recorded order.
func (o *Org) renderServer(r *Request, s store, doc okta.Object) (okta.Object, error) {
	id := doc.Text("id")
	key, err := o.currentKey(r, s, o.serverName(id))
	if err != nil {
		return doc, err
	}
	type signing struct {
		Kid          string `json:"kid"`
		RotationMode string `json:"rotationMode"`
		LastRotated  string `json:"lastRotated"`
		NextRotation string `json:"nextRotation,omitempty"`
	}
	signs := signing{Kid: key.kid, RotationMode: doc.Text("credentials", "signing", "rotationMode"), LastRotated: stamp(key.created)}
	if signs.RotationMode == rotationAuto {
		signs.NextRotation = stamp(key.created.Add(keyLife))
	}
	issuer := o.Issuer(o.serverName(id))
	self := o.serverURL(id)
	type metadata struct {
		Name string `json:"name"`
		hintedLink
	}
	var published []metadata
	for _, name := range []string{"oauth-authorization-server", "openid-configuration"} {
		published = append(published, metadata{name, sessionLink(issuer+"/.well-known/"+name, "GET")})
	}
	links := okta.Object{}.With("rotateKey", sessionLink(self+"/credentials/lifecycle/keyRotate", "POST")).With("metadata", published).
		With("keys", sessionLink(self+"/credentials/keys", "GET")).With("claims", sessionLink(self+"/claims", "GET", "POST")).
		With("policies", sessionLink(self+"/policies", "GET", "POST")).With("self", sessionLink(self, "GET", "DELETE", "PUT")).
		With("scopes", sessionLink(self+"/scopes", "GET", "POST"))
	move := "deactivate"
	if doc.Text("status") != active {
		move = "activate"
	}
	links = links.With(move, sessionLink(self+"/lifecycle/"+move, "POST"))
	shown := okta.Object{}.With("id", id).With("name", doc.Get("name")).With("description", doc.Get("description")).
		With("audiences", doc.Get("audiences")).With("issuer", issuer).With("issuerMode", doc.Get("issuerMode")).
		With("status", doc.Get("status")).With("created", doc.Get("created")).With("lastUpdated", doc.Get("lastUpdated")).
		With("credentials", map[string]signing{"signing": signs}).With("default", id == o.serverID(defaultServer))
	return withOthers(shown, doc).With("_links", links), nil
}

// serverList offers what the API reference says: a search for names and audiences.
var serverList = listing{collection: authServers, defaultLimit: 200, maxLimit: 200, q: []string{"name", "audiences"}}

func listAuthorizationServers(o *Org, r *Request) (Reply, error) {
	s := o.reads(r.ctx)
	return o.answerList(r, serverList, func(doc okta.Object) (okta.Object, error) { return o.renderServer(r, s, doc) })
}

func getAuthorizationServer(o *Org, r *Request) (Reply, error) {
	s := o.reads(r.ctx)
	doc, err := s.argumentServer(o, r)
	if err != nil {
		return Reply{}, err
	}
	if doc, err = o.renderServer(r, s, doc); err != nil {
		return Reply{}, err
	}
	return ok(doc)
}

func serverTarget(doc okta.Object) Target {
	return Target{ID: doc.Text("id"), Type: "AuthorizationServer", AlternateID: "unknown", DisplayName: doc.Text("name")}
}

// logServer tells what happened to a server, or to a part of it.
func (tx *Tx) logServer(event, message string, server okta.Object, parts ...Target) {
	tx.log(Event{Type: event, Message: message, Targets: append(parts, serverTarget(server))})
	tx.changed = true
}

// byName sorts the parts of a server: what the system made first, in its order, then by name.
func byName(docs []okta.Object, first []string) {
	place := func(doc okta.Object) int {
		if i := slices.Index(first, doc.Text("name")); i >= 0 && isSystem(doc) {
			return i
		}
		return len(first)
	}
	slices.SortStableFunc(docs, func(a, b okta.Object) int {
		if d := place(a) - place(b); d != 0 {
			return d
		}
		switch x, y := a.Text("name"), b.Text("name"); {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	})
}
