package org

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/okta"
)

const serversPath = "/api/v1/authorizationServers"

// newAuthServer makes a server and returns its document.
func (x *testOrg) newAuthServer(name string) okta.Object {
	x.t.Helper()
	return x.call("POST", serversPath, `{"name":"`+name+`","description":"Parcels","audiences":["api://`+name+`"],"issuerMode":"ORG_URL"}`).want(201).doc()
}

// names are the names of the documents of a list, in its order.
func (a answer) names() (names []string) {
	a.t.Helper()
	for _, doc := range a.want(200).docs() {
		names = append(names, doc.Text("name"))
	}
	return names
}

func TestAuthorizationServer(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *testOrg) {
		doc := x.newAuthServer("parcels")
		id := doc.Text("id")
		self := "http://org.example" + serversPath + "/" + id
		for path, want := range map[string]string{
			"name": "parcels", "description": "Parcels", "issuer": "http://org.example/oauth2/" + id, "issuerMode": "ORG_URL", "status": "ACTIVE",
			"created": "2026-03-02T09:00:00.000Z", "credentials.signing.rotationMode": "AUTO", "credentials.signing.lastRotated": "2026-03-02T09:00:00.000Z",
			"credentials.signing.nextRotation": "2026-05-31T09:00:00.000Z", "_links.self.href": self, "_links.deactivate.href": self + "/lifecycle/deactivate",
			"_links.rotateKey.href": self + "/credentials/lifecycle/keyRotate", "_links.claims.href": self + "/claims",
		} {
			if got := doc.Text(strings.Split(path, ".")...); got != want {
				t.Errorf("%s is %q, want %q", path, got, want)
			}
		}
		if !strings.HasPrefix(id, "aus") || doc.Text("credentials", "signing", "kid") == "" || string(doc.Get("default")) != "false" || string(doc.Get("audiences")) != `["api://parcels"]` {
			t.Errorf("created: %s", doc.Bytes())
		}
		if got := x.call("GET", serversPath+"/"+id, "").want(200); string(got.body) != string(doc.Bytes()) {
			t.Errorf("read\n%s\ncreated\n%s", got.body, doc.Bytes())
		}

		x.clock.forward(time.Minute)
		got := x.call("PUT", serversPath+"/"+id, `{"id":"other","name":"Parcels","audiences":["api://new"],"status":"INACTIVE","issuerMode":"DYNAMIC",
			"credentials":{"signing":{"kid":"x","rotationMode":"MANUAL"}},"accessTokenEncryptedResponseAlgorithm":"RSA-OAEP-256","_links":{}}`).want(200).doc()
		if got.Text("id") != id || got.Text("name") != "Parcels" || got.Text("status") != "ACTIVE" || got.Text("issuerMode") != "DYNAMIC" ||
			got.Get("credentials", "signing", "nextRotation") != nil || got.Text("credentials", "signing", "kid") != doc.Text("credentials", "signing", "kid") ||
			got.Text("lastUpdated") != "2026-03-02T09:01:00.000Z" || got.Text("accessTokenEncryptedResponseAlgorithm") != "RSA-OAEP-256" {
			t.Errorf("updated: %s", got.Bytes())
		}

		for range 2 { // the second time nothing changes
			x.call("POST", serversPath+"/"+id+"/lifecycle/deactivate", "").want(204)
		}
		if got := x.call("GET", serversPath+"/"+id, "").want(200).doc(); got.Text("status") != "INACTIVE" || got.Text("_links", "activate", "href") == "" || got.Get("_links", "deactivate") != nil {
			t.Errorf("deactivated: %s", got.Bytes())
		}
		x.call("POST", serversPath+"/"+id+"/lifecycle/activate", "").want(204)
		x.call("DELETE", serversPath+"/"+id, "").want(204)
		for _, gone := range []answer{
			x.call("GET", serversPath+"/"+id, ""), x.call("DELETE", serversPath+"/"+id, ""), x.call("GET", serversPath+"/"+id+"/scopes", ""),
			x.call("POST", serversPath+"/"+id+"/lifecycle/activate", ""), x.call("GET", serversPath+"/"+id+"/credentials/keys", ""),
		} {
			gone.refused(404, "E0000007", "")
		}
		for _, event := range []string{"created", "updated", "deactivated", "activated", "deleted"} {
			if n := x.events("oauth2.as." + event); n != 1 {
				t.Errorf("%d events of oauth2.as.%s, want 1", n, event)
			}
		}
	})
}

// The server that every org holds is reached by its name and by its id.
func TestTheDefaultAuthorizationServer(t *testing.T) {
	x := newTestOrg(t)
	doc := x.call("GET", serversPath+"/default", "").want(200).doc()
	if doc.Text("issuer") != "http://org.example/oauth2/default" || string(doc.Get("default")) != "true" || string(doc.Get("audiences")) != `["api://default"]` ||
		doc.Text("_links", "self", "href") != "http://org.example"+serversPath+"/default" || !strings.HasPrefix(doc.Text("id"), "aus") {
		t.Errorf("default: %s", doc.Bytes())
	}
	if byID := x.call("GET", serversPath+"/"+doc.Text("id"), "").want(200); string(byID.body) != string(doc.Bytes()) {
		t.Errorf("by its id: %s", byID.body)
	}
	if scopes := x.call("GET", serversPath+"/default/scopes", "").names(); !slices.Equal(scopes, standardScopes) {
		t.Errorf("scopes: %v", scopes)
	}
	policies := x.call("GET", serversPath+"/default/policies", "").want(200).docs()
	if len(policies) != 1 || string(policies[0].Get("conditions")) != `{"clients":{"include":["ALL_CLIENTS"]}}` {
		t.Fatalf("policies: %v", policies)
	}
	rules := x.call("GET", serversPath+"/default/policies/"+policies[0].Text("id")+"/rules", "").want(200).docs()
	if len(rules) != 1 || rules[0].Text("type") != "RESOURCE_ACCESS" || string(rules[0].Get("actions", "token", "accessTokenLifetimeMinutes")) != "60" {
		t.Errorf("rules: %v", rules)
	}
	claims := x.call("GET", serversPath+"/default/claims", "").want(200).docs()
	if len(claims) < 10 || claims[0].Text("name") != "sub" || claims[0].Text("value") != SubjectExpression || string(claims[0].Get("system")) != "true" {
		t.Errorf("claims: %v", claims)
	}
	x.newAuthServer("parcels")
	if names := x.call("GET", serversPath+"?q=PARC", "").names(); !slices.Equal(names, []string{"parcels"}) {
		t.Errorf("q: %v", names)
	}
	if names := x.call("GET", serversPath+"?q=api://def", "").names(); !slices.Equal(names, []string{"default"}) {
		t.Errorf("q of an audience: %v", names)
	}
	if names := x.call("GET", serversPath, "").names(); len(names) != 2 {
		t.Errorf("all: %v", names)
	}
	// Deleted, it stays away: a start does not write it again.
	x.call("DELETE", serversPath+"/default", "").want(204)
	x.write(ensureDefaults)
	x.call("GET", serversPath+"/default", "").refused(404, "E0000007", "")
}

func TestScopesAndClaims(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *testOrg) {
		at := serversPath + "/" + x.newAuthServer("parcels").Text("id")
		scope := x.call("POST", at+"/scopes", `{"name":"parcels:read","description":"Read parcels","consent":"REQUIRED","metadataPublish":"ALL_CLIENTS","default":true,"displayName":""}`).want(201).doc()
		id := scope.Text("id")
		want := `{"id":"` + id + `","name":"parcels:read","displayName":"","description":"Read parcels","system":false,"metadataPublish":"ALL_CLIENTS","consent":"REQUIRED",` +
			`"optional":false,"apiResourceId":null,"default":true,"_links":{"self":{"href":"http://org.example` + at + `/scopes/` + id + `","hints":{"allow":["GET","PUT","DELETE"]}}}}`
		if string(scope.Bytes()) != want || !strings.HasPrefix(id, "scp") {
			t.Errorf("scope\n%s\nwant\n%s", scope.Bytes(), want)
		}
		if got := x.call("GET", at+"/scopes/"+id, "").want(200); string(got.body) != want {
			t.Errorf("read %s", got.body)
		}
		claim := x.call("POST", at+"/claims", `{"name":"role","claimType":"RESOURCE","valueType":"EXPRESSION","value":"user.title","alwaysIncludeInToken":false,"conditions":{"scopes":["parcels:read"]},"status":"ACTIVE"}`).want(201).doc()
		want = `{"id":"` + claim.Text("id") + `","name":"role","status":"ACTIVE","claimType":"RESOURCE","valueType":"EXPRESSION","value":"user.title","conditions":{"scopes":["parcels:read"]},` +
			`"system":false,"alwaysIncludeInToken":true,"apiResourceId":null,"_links":{"self":{"href":"http://org.example` + at + `/claims/` + claim.Text("id") + `","hints":{"allow":["GET","PUT","DELETE"]}}}}`
		if string(claim.Bytes()) != want {
			t.Errorf("claim\n%s\nwant\n%s", claim.Bytes(), want)
		}

		// A scope keeps its claims when it gets another name.
		x.call("PUT", at+"/scopes/"+id, `{"name":"parcels:view"}`).want(200)
		if got := x.call("GET", at+"/claims/"+claim.Text("id"), "").want(200).doc(); string(got.Get("conditions", "scopes")) != `["parcels:view"]` {
			t.Errorf("after the scope was renamed: %s", got.Bytes())
		}
		got := x.call("PUT", at+"/claims/"+claim.Text("id"), `{"name":"teams","claimType":"IDENTITY","valueType":"GROUPS","value":"Team","group_filter_type":"STARTS_WITH","alwaysIncludeInToken":false}`).want(200).doc()
		if got.Text("group_filter_type") != "STARTS_WITH" || string(got.Get("alwaysIncludeInToken")) != "false" || string(got.Get("conditions")) != `{"scopes":[]}` {
			t.Errorf("updated claim: %s", got.Bytes())
		}
		if names := x.call("GET", at+"/scopes?q=parcels", "").names(); !slices.Equal(names, []string{"parcels:view"}) {
			t.Errorf("q: %v", names)
		}

		for _, c := range []struct{ path, body, cause string }{
			{"/scopes", `{"name":"parcels:view"}`, "name: An object with this field already exists in the current organization"},
			{"/scopes", `{"name":""}`, "name: The field cannot be left blank"},
			{"/scopes", `{"name":"a b"}`, ""},
			{"/scopes", `{"name":"okta.users.read"}`, "name: The name is reserved"},
			{"/scopes", `{"name":"*"}`, "name: The name is reserved"},
			{"/scopes", `{"name":"n","consent":"MAYBE"}`, "consent: The value must be one of REQUIRED, IMPLICIT, FLEXIBLE"},
			{"/scopes", `{"name":"n","metadataPublish":"SOME"}`, ""},
			{"/claims", `{"name":"teams","claimType":"IDENTITY","valueType":"EXPRESSION","value":"user.id"}`, "name: An object with this field already exists in the current organization"},
			{"/claims", `{"name":"iss","claimType":"RESOURCE","valueType":"EXPRESSION","value":"user.id"}`, "name: The name is reserved"},
			{"/claims", `{"name":"x","claimType":"RESOURCE","valueType":"SYSTEM","value":"user.id"}`, ""},
			{"/claims", `{"name":"x","claimType":"BOTH","valueType":"EXPRESSION","value":"user.id"}`, ""},
			{"/claims", `{"name":"x","claimType":"RESOURCE","valueType":"EXPRESSION","value":" "}`, "value: The field cannot be left blank"},
			{"/claims", `{"name":"x","claimType":"RESOURCE","valueType":"GROUPS","value":"a","group_filter_type":"LIKE"}`, ""},
		} {
			x.call("POST", at+c.path, c.body).refused(400, "E0000001", c.cause)
		}
		// The same claim may go into both tokens.
		x.call("POST", at+"/claims", `{"name":"teams","claimType":"RESOURCE","valueType":"EXPRESSION","value":"cool"}`).want(201)

		x.call("DELETE", at+"/claims/"+claim.Text("id"), "").want(204)
		x.call("GET", at+"/claims/"+claim.Text("id"), "").refused(404, "E0000007", "")
		x.call("DELETE", at+"/scopes/"+id, "").want(204)
		x.call("GET", at+"/scopes/"+id, "").refused(404, "E0000007", "")
		for _, event := range []string{"scope.created", "scope.updated", "scope.deleted", "claim.updated", "claim.deleted"} {
			if n := x.events("oauth2." + event); n != 1 {
				t.Errorf("%d events of %s, want 1", n, event)
			}
		}
	})
}

// What the system made stays, but for what may be said otherwise of it.
func TestSystemScopesAndClaims(t *testing.T) {
	x := newTestOrg(t)
	at := serversPath + "/default"
	scope := x.call("GET", at+"/scopes?q=email", "").want(200).docs()[0]
	x.call("DELETE", at+"/scopes/"+scope.Text("id"), "").refused(403, "E0000111", "")
	x.call("PUT", at+"/scopes/"+scope.Text("id"), `{"name":"mail"}`).refused(403, "E0000111", "")
	if got := x.call("PUT", at+"/scopes/"+scope.Text("id"), `{"name":"email","consent":"REQUIRED","metadataPublish":"ALL_CLIENTS"}`).want(200).doc(); got.Text("consent") != "REQUIRED" || string(got.Get("system")) != "true" {
		t.Errorf("updated scope: %s", got.Bytes())
	}
	sub := x.call("GET", at+"/claims", "").want(200).docs()[0]
	x.call("DELETE", at+"/claims/"+sub.Text("id"), "").refused(403, "E0000111", "")
	x.call("PUT", at+"/claims/"+sub.Text("id"), `{"name":"subject","claimType":"RESOURCE","valueType":"EXPRESSION","value":"user.email"}`).refused(403, "E0000111", "")
	if got := x.call("PUT", at+"/claims/"+sub.Text("id"), `{"name":"sub","claimType":"RESOURCE","valueType":"EXPRESSION","value":"user.email"}`).want(200).doc(); got.Text("value") != "user.email" || string(got.Get("system")) != "true" {
		t.Errorf("updated claim: %s", got.Bytes())
	}
}

func TestAuthorizationServerPolicies(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *testOrg) {
		at := serversPath + "/" + x.newAuthServer("parcels").Text("id") + "/policies"
		policy := func(name, more string) okta.Object {
			t.Helper()
			return x.call("POST", at, `{"type":"OAUTH_AUTHORIZATION_POLICY","name":"`+name+`","description":"d","conditions":{"clients":{"include":["ALL_CLIENTS"]}}`+more+`}`).want(201).doc()
		}
		a, b, c := policy("A", ""), policy("B", ""), policy("C", `,"priority":1`)
		if names := x.call("GET", at, "").names(); !slices.Equal(names, []string{"C", "A", "B"}) {
			t.Errorf("order: %v", names)
		}
		self := "http://org.example" + at + "/" + a.Text("id")
		want := `{"id":"` + a.Text("id") + `","status":"ACTIVE","name":"A","description":"d","priority":2,"system":false,"conditions":{"clients":{"include":["ALL_CLIENTS"]}},` +
			`"created":"2026-03-02T09:00:00.000Z","lastUpdated":"2026-03-02T09:00:00.000Z","_links":{"self":{"href":"` + self + `","hints":{"allow":["GET","PUT","DELETE"]}},` +
			`"deactivate":{"href":"` + self + `/lifecycle/deactivate","hints":{"allow":["POST"]}},"rules":{"href":"` + self + `/rules","hints":{"allow":["GET"]}}},"type":"OAUTH_AUTHORIZATION_POLICY"}`
		if got := x.call("GET", at+"/"+a.Text("id"), "").want(200); string(got.body) != want {
			t.Errorf("policy\n%s\nwant\n%s", got.body, want)
		}
		if got := x.call("PUT", at+"/"+b.Text("id"), `{"name":"B2","priority":1,"status":"INACTIVE","conditions":{"clients":{"include":["0oa1"]}}}`).want(200).doc(); string(got.Get("priority")) != "1" || got.Text("status") != "ACTIVE" || string(got.Get("conditions", "clients", "include")) != `["0oa1"]` {
			t.Errorf("updated: %s", got.Bytes())
		}
		x.call("POST", at+"/"+c.Text("id")+"/lifecycle/deactivate", "").want(204)
		if got := x.call("GET", at+"/"+c.Text("id"), "").want(200).doc(); got.Text("status") != "INACTIVE" || string(got.Get("priority")) != "2" || got.Text("_links", "activate", "href") == "" {
			t.Errorf("deactivated: %s", got.Bytes())
		}
		x.call("POST", at+"/"+c.Text("id")+"/lifecycle/activate", "").want(204)
		x.call("DELETE", at+"/"+b.Text("id"), "").want(204)
		for i, doc := range x.call("GET", at, "").want(200).docs() {
			if string(doc.Get("priority")) != fmt.Sprint(i+1) {
				t.Errorf("priority after the deletion: %s", doc.Bytes())
			}
		}
		x.call("POST", at, `{"name":"a","conditions":{"clients":{"include":["ALL_CLIENTS"]}}}`).refused(400, "E0000001", "name: Policy name already in use")
		x.call("POST", at, `{"name":"D","type":"PASSWORD"}`).refused(400, "E0000001", "")
		x.call("POST", at, `{"name":"D","conditions":{"clients":{"include":"ALL_CLIENTS"}}}`).refused(400, "E0000001", "")
		x.call("GET", serversPath+"/default/policies/"+a.Text("id"), "").refused(404, "E0000007", "")
		x.call("GET", "/api/v1/policies/"+a.Text("id"), "").refused(404, "E0000007", "")
		// Another server may have a policy of the same name.
		x.call("POST", serversPath+"/default/policies", `{"name":"A"}`).want(201)
		for event, want := range map[string]int{"create": 4, "update": 1, "deactivate": 1, "activate": 1, "delete": 1} {
			if n := x.events("policy.lifecycle." + event); n != want {
				t.Errorf("%d events of %s, want %d", n, event, want)
			}
		}
	})
}

func TestAuthorizationServerRules(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *testOrg) {
		policies := serversPath + "/" + x.newAuthServer("parcels").Text("id") + "/policies"
		at := policies + "/" + x.call("POST", policies, `{"name":"A"}`).want(201).doc().Text("id") + "/rules"
		body := `{"type":"RESOURCE_ACCESS","name":"%s","conditions":{"people":{"users":{},"groups":{"include":["EVERYONE"]}},"grantTypes":{"include":["password","implicit"]},"scopes":{}}%s}`
		first := x.call("POST", at, fmt.Sprintf(body, "First", "")).want(201).doc()
		self := "http://org.example" + at + "/" + first.Text("id")
		want := `{"id":"` + first.Text("id") + `","status":"ACTIVE","name":"First","priority":1,"created":"2026-03-02T09:00:00.000Z","lastUpdated":"2026-03-02T09:00:00.000Z","system":false,` +
			`"conditions":{"people":{"users":{"exclude":[]},"groups":{"include":["EVERYONE"]}},"grantTypes":{"include":["implicit","password"]},"scopes":{"include":[]}},` +
			`"actions":{"token":{"accessTokenLifetimeMinutes":60,"refreshTokenLifetimeMinutes":0,"refreshTokenWindowMinutes":10080}},` +
			`"_links":{"self":{"href":"` + self + `","hints":{"allow":["GET","PUT","DELETE"]}},"deactivate":{"href":"` + self + `/lifecycle/deactivate","hints":{"allow":["POST"]}}},"type":"RESOURCE_ACCESS"}`
		if string(first.Bytes()) != want {
			t.Errorf("rule\n%s\nwant\n%s", first.Bytes(), want)
		}
		second := x.call("POST", at, fmt.Sprintf(body, "Second", `,"priority":1,"actions":{"token":{"accessTokenLifetimeMinutes":5,"inlineHook":{"id":"cal1"}}}`)).want(201).doc()
		if string(second.Get("priority")) != "1" || second.Text("actions", "token", "inlineHook", "id") != "cal1" || string(second.Get("actions", "token", "refreshTokenWindowMinutes")) != "10080" {
			t.Errorf("second: %s", second.Bytes())
		}
		x.call("PUT", at+"/"+first.Text("id"), fmt.Sprintf(body, "First", `,"priority":1`)).want(200)
		if names := x.call("GET", at, "").names(); !slices.Equal(names, []string{"First", "Second"}) {
			t.Errorf("order: %v", names)
		}
		x.call("POST", at+"/"+first.Text("id")+"/lifecycle/deactivate", "").want(204)
		x.call("POST", at+"/"+first.Text("id")+"/lifecycle/activate", "").want(204)
		for _, token := range []string{
			`"accessTokenLifetimeMinutes":4`, `"accessTokenLifetimeMinutes":1441`, `"refreshTokenWindowMinutes":9`, `"refreshTokenWindowMinutes":2628001`,
			`"refreshTokenLifetimeMinutes":59`, `"accessTokenLifetimeMinutes":"60"`, `"accessTokenLifetimeMinutes":120,"refreshTokenLifetimeMinutes":60`,
		} {
			x.call("POST", at, fmt.Sprintf(body, "Third", `,"actions":{"token":{`+token+`}}`)).refused(400, "E0000001", "")
		}
		x.call("POST", at, fmt.Sprintf(body, "first", "")).refused(400, "E0000001", "name: Policy rule name already in use")
		x.call("POST", at, strings.Replace(fmt.Sprintf(body, "Third", ""), `"password"`, `"magic"`, 1)).refused(400, "E0000001", "")
		// What differs by its case only is not kept beside what decides.
		odd := x.call("POST", at, fmt.Sprintf(body, "Odd", `,"Conditions":{},"STATUS":"INACTIVE","note":"kept"`)).want(201).doc()
		if odd.Get("Conditions") != nil || odd.Get("STATUS") != nil || odd.Text("note") != "kept" {
			t.Errorf("odd: %s", odd.Bytes())
		}
		x.call("DELETE", at+"/"+odd.Text("id"), "").want(204)
		x.call("DELETE", at+"/"+first.Text("id"), "").want(204)
		if docs := x.call("GET", at, "").want(200).docs(); len(docs) != 1 || string(docs[0].Get("priority")) != "1" {
			t.Errorf("after the deletion: %v", docs)
		}
		for event, want := range map[string]int{"add": 3, "update": 1, "deactivate": 1, "activate": 1, "delete": 2} {
			if n := x.events("policy.rule." + event); n != want {
				t.Errorf("%d events of %s, want %d", n, event, want)
			}
		}
	})
}

func TestKeysOfAnAuthorizationServer(t *testing.T) {
	x := newTestOrg(t)
	id := x.newAuthServer("parcels").Text("id")
	at := serversPath + "/" + id + "/credentials"
	states := func(a answer) (out map[string]string) {
		out = map[string]string{}
		for _, key := range a.want(200).docs() {
			out[key.Text("status")] = key.Text("kid")
			if key.Text("n") == "" || key.Text("e") != "AQAB" || key.Text("use") != "sig" || key.Get("d") != nil || !strings.HasSuffix(key.Text("_links", "self", "href"), "/keys/"+key.Text("kid")) {
				t.Errorf("key: %s", key.Bytes())
			}
		}
		return out
	}
	before := states(x.call("GET", at+"/keys", ""))
	if got := x.call("GET", at+"/keys/"+before["NEXT"], "").want(200).doc(); got.Text("status") != "NEXT" || got.Get("d") != nil {
		t.Errorf("one key: %s", got.Bytes())
	}
	x.call("GET", serversPath+"/default/credentials/keys/"+before["NEXT"], "").refused(404, "E0000007", "")
	x.clock.forward(time.Hour)
	after := states(x.call("POST", at+"/lifecycle/keyRotate", `{"use":"sig"}`))
	if after["ACTIVE"] != before["NEXT"] || after["EXPIRED"] != before["ACTIVE"] || after["NEXT"] == "" || len(after) != 3 {
		t.Errorf("rotated %v to %v", before, after)
	}
	if doc := x.call("GET", serversPath+"/"+id, "").want(200).doc(); doc.Text("credentials", "signing", "kid") != after["ACTIVE"] || doc.Text("credentials", "signing", "lastRotated") != "2026-03-02T10:00:00.000Z" {
		t.Errorf("after the rotation: %s", doc.Bytes())
	}
	x.call("POST", at+"/lifecycle/keyRotate", `{"use":"enc"}`).refused(400, "E0000001", "Invalid value specified for key 'use' parameter.")
	if n := x.events("app.oauth2.as.key.rollover"); n != 1 {
		t.Errorf("%d events, want 1", n)
	}

	// Every key that is published costs whoever verifies a token: there is an end to them, until the old ones are gone.
	keys, err := x.signingKeys(x.reads(t.Context()), id)
	if err != nil {
		t.Fatal(err)
	}
	x.write(func(tx *Tx) error {
		for i := range maxPublishedKeys {
			kid := fmt.Sprintf("retired%d", i)
			if _, err := tx.q.Exec(tx.ctx, `INSERT INTO signing_key (kid, server, state, sealed, created, expires) VALUES ($1, $2, 'retired', $3, 1, $4)`,
				kid, id, x.sealKey(kid, keys[0].private), millis(tx.now.Add(keyOverlap))); err != nil {
				return err
			}
		}
		return nil
	})
	x.call("POST", at+"/lifecycle/keyRotate", `{"use":"sig"}`).refused(400, "E0000001", "The keys were rotated too often: the old ones are published for a day, and there can be at most 50")
	x.clock.forward(keyOverlap + time.Second)
	x.call("POST", at+"/lifecycle/keyRotate", `{"use":"sig"}`).want(200)
}

func TestAuthorizationServerRefusals(t *testing.T) {
	x := newTestOrg(t)
	for _, c := range []struct{ body, cause string }{
		{`{"audiences":["a"]}`, "name: The field cannot be left blank"},
		{`{"name":"n"}`, "audiences: Name one audience"},
		{`{"name":"n","audiences":["a","b"]}`, "audiences: Name one audience"},
		{`{"name":"n","audiences":["a"],"issuerMode":"CUSTOM_URL"}`, "issuerMode: The org has no custom URL domain"},
		{`{"name":"n","audiences":["a"],"issuerMode":"MINE"}`, ""},
		{`{"name":"n","audiences":["a"],"credentials":{"signing":{"rotationMode":"NEVER"}}}`, ""},
		{`{"name":"` + strings.Repeat("n", 256) + `","audiences":["a"]}`, "name: The field is too long"},
	} {
		x.call("POST", serversPath, c.body).refused(400, "E0000001", c.cause)
	}
	x.call("POST", serversPath, `{"name":3}`).refused(400, "E0000003", "")
	if n := x.events("oauth2.as.created"); n != 0 {
		t.Errorf("%d servers were created", n)
	}
	var names []string
	if json.Unmarshal(x.call("GET", serversPath+"/default", "").want(200).doc().Get("audiences"), &names) != nil || len(names) != 1 {
		t.Errorf("audiences: %v", names)
	}
}
