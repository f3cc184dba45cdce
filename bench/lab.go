package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
)

// labPolicies and labRules are the sign-on policies that the lab decides by, and the rules of each.
const labPolicies, labRules = 10, 2

// lab compares a draft for everybody, before and after: which of 20 rules decides for whom,
// and whom the draft keeps out.
func (b *bench) lab() (err error) {
	b.report.how("`console serve` on `console org` with %d people, through a proxy on loopback that counts the calls. %d sign-on policies for a group each, with %d rules each that look at network zones; the draft denies everybody of the first group. Each request reads policies, zones, names and the members of the groups anew, and decides for each person twice. %d requests, one at a time.",
		b.people, labPolicies, labRules, b.times()/3)
	d, err := b.desk()
	if err != nil {
		return err
	}
	defer func() { d.stop(&err) }()
	first, err := b.makeLab(d.proxy.url)
	if err != nil {
		return err
	}
	page, at, err := d.browser.follow("GET", d.url+"/policies/lab", "")
	if err != nil {
		return err
	}
	sent, _, err := formOf(page, at)
	if err != nil {
		return err
	}
	form := url.Values{
		"form_token": {sent.Get("form_token")}, "type": {"OKTA_SIGN_ON"}, "group": {"everybody"}, "address": {"203.0.113.7"},
		"draft_of": {"rule"}, "draft_policy": {first}, "draft_document": {`{"name":"Nobody","priority":1,"actions":{"signon":{"access":"DENY"}}}`},
	}
	var took []float64
	for range b.times() / 3 {
		before := d.proxy.calls.Load()
		r, err := d.browser.do(http.StatusOK, "POST", d.url+"/policies/lab", "application/x-www-form-urlencoded", form.Encode(), "Origin", d.url, "Accept", "application/json", "Gatehouse-Request", "1")
		if err != nil {
			return err
		}
		var out struct {
			Item struct{ Crowd struct{ Title string } }
		}
		if err := json.Unmarshal(r.body, &out); err != nil {
			return err
		}
		if len(took) == 0 {
			b.report.note("people, and whom the draft changes", out.Item.Crowd.Title, "")
			b.report.note("calls to the org", number(float64(d.proxy.calls.Load()-before)), "")
		}
		took = append(took, r.took.Seconds())
	}
	b.report.atMost("lab: a draft for everybody, p95", percentile(took, 95), 2, " s", fmt.Sprintf("p50 %s s", number(median(took))))
	return nil
}

// makeLab makes the policies, and returns the id of the first one.
func (b *bench) makeLab(org string) (first string, err error) {
	api := b.client("SSWS " + apiToken)
	r, err := api.get(org + "/api/v1/groups?limit=100&" + url.Values{"search": {`type eq "OKTA_GROUP"`}}.Encode())
	if err != nil {
		return "", err
	}
	var groups []struct{ ID string }
	if err := json.Unmarshal(r.body, &groups); err != nil || len(groups) < labPolicies {
		return "", fmt.Errorf("%d groups: %w", len(groups), err)
	}
	for i := range labPolicies {
		id, err := create(api, org+"/api/v1/policies", map[string]any{
			"type": "OKTA_SIGN_ON", "name": fmt.Sprintf("Lab %d", i), "priority": i + 1,
			"conditions": map[string]any{"people": map[string]any{"groups": map[string]any{"include": []string{groups[i].ID}}}},
		})
		if err != nil {
			return "", err
		}
		if first == "" {
			first = id
		}
		for j := range labRules {
			zones := map[string]any{"connection": "ZONE", "include": []string{"ALL_ZONES"}}
			if j > 0 {
				zones = map[string]any{"connection": "ANYWHERE"}
			}
			_, err := create(api, org+"/api/v1/policies/"+id+"/rules", map[string]any{
				"name": fmt.Sprintf("Rule %d", j), "conditions": map[string]any{"network": zones},
				"actions": map[string]any{"signon": map[string]any{"access": "ALLOW", "requireFactor": j > 0, "factorPromptMode": "ALWAYS"}},
			})
			if err != nil {
				return "", err
			}
		}
	}
	return first, nil
}

// create makes an object and returns its id.
func create(api *client, address string, v any) (id string, err error) {
	r, err := api.json(http.StatusOK, "POST", address, v)
	if err != nil {
		return "", err
	}
	var doc struct{ ID string }
	return doc.ID, json.Unmarshal(r.body, &doc)
}
