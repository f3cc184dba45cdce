package handlers

import (
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"gatehouse/internal/okta"
	pages "gatehouse/web/templates/policy"
	"gatehouse/web/templates/ui"
)

func decodeJSON(raw json.RawMessage, v any) error { return json.Unmarshal(raw, v) }

// appControl is which apps a rule is for. What names a kind of app, not one, stays.
var appControl = policyControl{
	read: func(_ policyEntry, c policyConditions, v url.Values) {
		v["app_in"], v["app_out"] = instances(c.App.Include), instances(c.App.Exclude)
	},
	write: func(doc okta.Object, v url.Values) okta.Object {
		for list, field := range map[string]string{"include": "app_in", "exclude": "app_out"} {
			doc = doc.WithPath(appList(doc.Get("conditions", "app", list), v[field]), "conditions", "app", list)
		}
		return doc
	},
	draw: func(d *policyDrawing) []pages.Part {
		return []pages.Part{d.pick("app_in", "Only these apps"), d.pick("app_out", "But none of these apps")}
	},
	rare:   true,
	causes: map[string]string{"conditions.app": "app_in"},
}

func instances(refs []appRef) []string {
	var ids []string
	for _, r := range refs {
		if r.ID != "" {
			ids = append(ids, r.ID)
		}
	}
	return ids
}

// appList is a list of apps with these instances, and the kinds that it held.
func appList(held json.RawMessage, ids []string) []okta.Object {
	out := []okta.Object{}
	var refs []okta.Object
	if held != nil && decodeJSON(held, &refs) != nil {
		refs = nil
	}
	ids = filledIn(ids)
	for _, r := range refs {
		id := r.Text("id")
		if id == "" || slices.Contains(ids, id) {
			out = append(out, r)
			ids = withoutID(ids, id)
		}
	}
	for _, id := range ids {
		out = append(out, okta.Object{}.With("type", "APP").With("id", id))
	}
	return out
}

// patternRows is how many empty rows a form offers for more patterns or attributes.
const patternRows = 2

// maxPatterns bounds how many a form takes.
const maxPatterns = 50

// rowsIn is how many numbered rows of a field the form holds.
func rowsIn(v url.Values, prefix string) int {
	n := 0
	for n < maxPatterns && v.Has(prefix+strconv.Itoa(n)) {
		n++
	}
	return n
}

// identifierControl is what somebody types as user name, or an attribute of theirs.
var identifierControl = policyControl{
	read: func(_ policyEntry, c policyConditions, v url.Values) {
		kind := c.UserIdentifier.Type
		if kind == "" {
			kind = "IDENTIFIER"
		}
		v.Set("identifier", kind)
		v.Set("identifier_attribute", c.UserIdentifier.Attribute)
		for i := range len(c.UserIdentifier.Patterns) + patternRows {
			p := userPattern{MatchType: "SUFFIX"}
			if i < len(c.UserIdentifier.Patterns) {
				p = c.UserIdentifier.Patterns[i]
			}
			v.Set("match_"+strconv.Itoa(i), p.MatchType)
			v.Set("pattern_"+strconv.Itoa(i), p.Value)
		}
	},
	write: func(doc okta.Object, v url.Values) okta.Object {
		var patterns []userPattern
		for i := range rowsIn(v, "pattern_") {
			if p := v.Get("pattern_" + strconv.Itoa(i)); p != "" {
				patterns = append(patterns, userPattern{v.Get("match_" + strconv.Itoa(i)), p})
			}
		}
		if len(patterns) == 0 {
			return withoutPath(doc, "conditions", "userIdentifier")
		}
		u := doc.Object("conditions", "userIdentifier").With("type", v.Get("identifier")).With("patterns", patterns)
		if v.Get("identifier") == "ATTRIBUTE" {
			u = u.With("attribute", v.Get("identifier_attribute"))
		} else {
			u = u.Without("attribute")
		}
		return doc.WithPath(u, "conditions", "userIdentifier")
	},
	draw: func(d *policyDrawing) []pages.Part {
		kind := d.field(ui.Field{Name: "identifier", Label: "Compare", Type: "select", Options: []ui.Option{
			{Value: "IDENTIFIER", Label: "What is typed as user name"}, {Value: "ATTRIBUTE", Label: "An attribute of the person"},
		}})
		parts := []pages.Part{{Field: &kind}, when("identifier=ATTRIBUTE", d.text("identifier_attribute", "Attribute", "Its variable name, such as department"))}
		var options []ui.Option
		for _, m := range matchWords {
			options = append(options, ui.Option{Value: m.key, Label: m.label})
		}
		for i := range rowsIn(d.v, "pattern_") {
			n := strconv.Itoa(i)
			parts = append(parts, d.line("Pattern "+strconv.Itoa(i+1), ui.Field{Name: "match_" + n, Label: "Match " + strconv.Itoa(i+1), Type: "select", Options: options}, ui.Field{Name: "pattern_" + n, Label: "Value " + strconv.Itoa(i+1)}))
		}
		return append(parts, pages.Part{Note: "One that fits is enough. Rows without a value do not count; saving offers more."})
	},
	check: func(v url.Values, wrong map[string]string) {
		if v.Get("identifier") == "ATTRIBUTE" && v.Get("identifier_attribute") == "" {
			wrong["identifier_attribute"] = "An attribute is needed."
		}
	},
	causes: map[string]string{"conditions.userIdentifier": "pattern_0"},
}

// discoveryControl is where a rule sends a sign-in.
var discoveryControl = policyControl{
	read: func(e policyEntry, _ policyConditions, v url.Values) {
		v.Set("send_to", "OKTA")
		v.Set("send_id", "")
		all, err := providersOf(e.Actions)
		switch {
		case err != nil || len(all) > 1:
			v.Set("send_to", "OTHER")
		case len(all) == 1 && all[0].Type != "OKTA":
			v.Set("send_to", "IDP")
			v.Set("send_id", all[0].Type+" "+all[0].ID)
		case len(all) == 0 && e.ID != "":
			v.Set("send_to", "OTHER")
		}
	},
	write: func(doc okta.Object, v url.Values) okta.Object {
		provider := okta.Object{}.With("type", "OKTA")
		switch v.Get("send_to") {
		case "OTHER":
			return doc
		case "IDP":
			kind, id, both := strings.Cut(v.Get("send_id"), " ")
			if !both {
				kind, id = "OIDC", kind
			}
			provider = okta.Object{}.With("type", kind).With("id", id)
		}
		return doc.WithPath([]okta.Object{provider}, "actions", "idp", "providers")
	},
	draw: func(d *policyDrawing) []pages.Part {
		options := []pages.ChoiceOption{
			{Value: "OKTA", Label: "This org"},
			{Value: "IDP", Label: "An identity provider", Help: "Its answer cannot be judged here: the lab says unknown, and the embedded org does not send anybody there"},
		}
		if d.v.Get("send_to") == "OTHER" {
			options = append(options, pages.ChoiceOption{Value: "OTHER", Label: "As it is: see JSON", Help: "Choose another to replace it"})
		}
		id := ui.Field{Name: "send_id", Label: "Identity provider"}
		if len(d.providers) > 0 {
			id.Type, id.Options = "select", []ui.Option{{Label: "–"}}
			for _, p := range d.providers {
				id.Options = append(id.Options, ui.Option{Value: p.Text("type") + " " + p.Text("id"), Label: p.Text("name")})
			}
			if now := d.v.Get("send_id"); now != "" && !slices.ContainsFunc(id.Options, func(o ui.Option) bool { return o.Value == now }) {
				id.Options = append(id.Options, ui.Option{Value: now, Label: now})
			}
		} else {
			id.Help = "Type and id, such as OIDC 0oa1b2c3: the org lists none that you may see"
		}
		f := d.field(id)
		return []pages.Part{d.choice("send_to", "Credentials are checked by", options...), when("send_to=IDP", pages.Part{Field: &f})}
	},
	check: func(v url.Values, wrong map[string]string) {
		if v.Get("send_to") == "IDP" && v.Get("send_id") == "" {
			wrong["send_id"] = "An identity provider is needed."
		}
	},
	causes: map[string]string{"actions.idp": "send_id"},
}

// profileControl is whether people may sign up, and what they fill in.
var profileControl = policyControl{
	read: func(e policyEntry, _ policyConditions, v url.Values) {
		a, err := profileActionsOf(e.Actions)
		if err != nil {
			a = profileActions{}
		}
		v.Set("sign_up", "DENY")
		switch {
		case a.Access == "ALLOW" && a.UnknownAction == "REGISTER":
			v.Set("sign_up", "REGISTER")
		case a.Access == "ALLOW":
			v.Set("sign_up", "ALLOW")
		}
		v.Set("verify_mail", flag(a.Activation.Email))
		v["join"] = a.Groups
		for i := range len(a.Attributes) + patternRows {
			n, p := strconv.Itoa(i), profileAttribute{}
			if i < len(a.Attributes) {
				p = a.Attributes[i]
			}
			v.Set("attribute_"+n, p.Name)
			v.Set("attribute_label_"+n, p.Label)
			v.Set("attribute_needed_"+n, flag(p.Required))
		}
	},
	write: func(doc okta.Object, v url.Values) okta.Object {
		p := doc.Object("actions", "profileEnrollment")
		access, unknown := "ALLOW", "DENY"
		switch v.Get("sign_up") {
		case "DENY":
			access = "DENY"
		case "REGISTER":
			unknown = "REGISTER"
		}
		attributes := []profileAttribute{}
		for i := range rowsIn(v, "attribute_") {
			n := strconv.Itoa(i)
			if name := v.Get("attribute_" + n); name != "" {
				attributes = append(attributes, profileAttribute{name, v.Get("attribute_label_" + n), v.Get("attribute_needed_"+n) == "true"})
			}
		}
		p = p.With("access", access).With("unknownUserAction", unknown).With("profileAttributes", attributes).
			WithPath(v.Get("verify_mail") == "true", "activationRequirements", "emailVerification")
		if groups := filledIn(v["join"]); len(groups) > 0 {
			p = p.With("targetGroupIds", groups)
		} else {
			p = p.With("targetGroupIds", nil)
		}
		return doc.WithPath(p, "actions", "profileEnrollment")
	},
	draw: func(d *policyDrawing) []pages.Part {
		parts := []pages.Part{
			d.choice("sign_up", "Signing up",
				pages.ChoiceOption{Value: "DENY", Label: "Nobody may sign up"}, pages.ChoiceOption{Value: "ALLOW", Label: "People may sign up"},
				pages.ChoiceOption{Value: "REGISTER", Label: "People who are not known are asked to sign up"}),
			when("sign_up=ALLOW|REGISTER", d.box("verify_mail", "The e-mail address is verified before the account counts", "")),
		}
		for i := range rowsIn(d.v, "attribute_") {
			n, nth := strconv.Itoa(i), strconv.Itoa(i+1)
			parts = append(parts, d.line("Attribute "+nth,
				ui.Field{Name: "attribute_" + n, Label: "Attribute " + nth}, ui.Field{Name: "attribute_label_" + n, Label: "Label " + nth},
				ui.Field{Name: "attribute_needed_" + n, Label: "Required", Type: "checkbox"}))
		}
		return append(parts, pages.Part{Note: "What people fill in. Rows without an attribute do not count; saving offers more."}, d.pick("join", "They join"))
	},
	causes: map[string]string{"actions.profileEnrollment": "sign_up"},
}
