package org

import (
	"net/http"
	"strings"

	"gatehouse/internal/okta"
)

// listPolicies answers the policies of a type in their order. There are few: no pages.
func listPolicies(o *Org, r *Request) (Reply, error) {
	name := r.Query.Get("type")
	if name == "" {
		return Reply{}, fail("E0000028", "", "type: The type of policy is needed")
	}
	if policyKindOf(name) == nil && name != "OAUTH_AUTHORIZATION_POLICY" { // those belong to their servers: none here
		return Reply{}, invalid("type", "type: There is no such type of policy")
	}
	s := o.reads(r.ctx)
	docs, err := s.policiesOf(name)
	if err != nil {
		return Reply{}, err
	}
	status := r.Query.Get("status")
	return o.answerAll(r, docs, func(doc okta.Object) (okta.Object, bool, error) {
		if status != "" && doc.Text("status") != status {
			return doc, false, nil
		}
		doc, err := o.showPolicy(s, r, doc, true)
		return doc, true, err
	})
}

func getPolicy(o *Org, r *Request) (Reply, error) {
	s := o.reads(r.ctx)
	doc, err := s.get(policies, r.Args["policyId"])
	if err != nil {
		return Reply{}, err
	}
	if doc, err = o.showPolicy(s, r, doc, false); err != nil {
		return Reply{}, err
	}
	return ok(doc)
}

func listPolicyRules(o *Org, r *Request) (Reply, error) {
	s := o.reads(r.ctx)
	if _, err := s.get(policies, r.Args["policyId"]); err != nil {
		return Reply{}, err
	}
	docs, err := s.rulesOf(r.Args["policyId"])
	if err != nil {
		return Reply{}, err
	}
	return o.answerAll(r, docs, func(doc okta.Object) (okta.Object, bool, error) { return o.renderRule(doc), true, nil })
}

func getPolicyRule(o *Org, r *Request) (Reply, error) {
	_, rule, err := o.reads(r.ctx).argumentRule(r)
	if err != nil {
		return Reply{}, err
	}
	return ok(o.renderRule(rule))
}

// answerAll answers a whole list, of what show lets through.
func (o *Org) answerAll(r *Request, docs []okta.Object, show func(okta.Object) (okta.Object, bool, error)) (Reply, error) {
	body := []byte{'['}
	for _, doc := range docs {
		doc, shown, err := show(doc)
		if err != nil {
			return Reply{}, err
		}
		if !shown {
			continue
		}
		if len(body) > 1 {
			body = append(body, ',')
		}
		body = append(body, doc.Bytes()...)
	}
	return Reply{Status: http.StatusOK, Header: http.Header{"Link": {o.selfLink(r)}}, Body: append(body, ']')}, nil
}

func (o *Org) policyURL(id string) string { return o.baseURL + "/api/v1/policies/" + id }

// showPolicy is renderPolicy with the rules embedded where the request expands them.
// Policies of apps say so in lists ("recorded").
func (o *Org) showPolicy(s store, r *Request, doc okta.Object, listed bool) (okta.Object, error) {
	embedded := okta.Object{}
	if k := policyKindOf(doc.Text("type")); listed && k != nil && k.name == "ACCESS_POLICY" {
		embedded = embedded.With("resourceType", "APP")
	}
	if expands(r, "rules") {
		docs, err := s.rulesOf(doc.Text("id"))
		if err != nil {
			return doc, err
		}
		rules := make([]okta.Object, len(docs))
		for i, rule := range docs {
			rules[i] = o.renderRule(rule)
		}
		embedded = embedded.With("rules", rules)
	}
	doc = o.renderPolicy(doc)
	if len(embedded.Keys()) > 0 {
		kind := doc.Text("type")
		doc = doc.Without("type").With("_embedded", embedded).With("type", kind)
	}
	return doc, nil
}

// renderPolicy is a policy with its links, keys in the recorded order.
func (o *Org) renderPolicy(doc okta.Object) okta.Object {
	self := o.policyURL(doc.Text("id"))
	links := okta.Object{}
	if !isSystem(doc) {
		links = links.With("mappings", sessionLink(self+"/mappings", "GET", "POST"))
	}
	links = o.lifecycleLinks(links, doc, self).With("rules", sessionLink(self+"/rules", "GET", "POST"))
	return withLinks(doc, links)
}

func (o *Org) renderRule(doc okta.Object) okta.Object {
	self := o.policyURL(doc.Text("policyId")) + "/rules/" + doc.Text("id")
	return withLinks(doc.Without("policyId"), o.lifecycleLinks(okta.Object{}, doc, self))
}

// lifecycleLinks are the links that policies, rules and trusted origins have: what the system made is
// neither deleted nor deactivated.
func (o *Org) lifecycleLinks(links, doc okta.Object, self string) okta.Object {
	if isSystem(doc) {
		return links.With("self", sessionLink(self, "GET", "PUT"))
	}
	links = links.With("self", sessionLink(self, "GET", "PUT", "DELETE"))
	move := "deactivate"
	if doc.Text("status") != active {
		move = "activate"
	}
	return links.With(move, sessionLink(self+"/lifecycle/"+move, "POST"))
}

func withLinks(doc, links okta.Object) okta.Object {
	kind := doc.Text("type")
	return doc.Without("type").With("_links", links).With("type", kind)
}

func isSystem(doc okta.Object) bool { return strings.TrimSpace(string(doc.Get("system"))) == "true" }
