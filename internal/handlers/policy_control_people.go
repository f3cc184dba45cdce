package handlers

import (
	"net/url"

	"gatehouse/internal/okta"
	pages "gatehouse/web/templates/policy"
	"gatehouse/web/templates/ui"
)

// peopleControl is whom a policy or rule is for.
var peopleControl = policyControl{
	read: func(_ policyEntry, c policyConditions, v url.Values) {
		v["group_in"], v["group_out"] = c.People.Groups.Include, c.People.Groups.Exclude
		v["user_in"], v["user_out"] = c.People.Users.Include, c.People.Users.Exclude
	},
	write: func(doc okta.Object, v url.Values) okta.Object {
		for _, f := range peopleFields {
			doc = withIDs(doc, v[f.name], "conditions", "people", f.kind, f.list)
		}
		return doc
	},
	draw: func(d *policyDrawing) []pages.Part {
		parts := make([]pages.Part, len(peopleFields))
		for i, f := range peopleFields {
			parts[i] = d.pick(f.name, f.label)
			parts[i].Rare = i > 0
		}
		return parts
	},
	causes: map[string]string{"conditions.people": "group_in", "people": "group_in", "groups": "group_in", "conditions.people.groups.include": "group_in"},
}

var peopleFields = []struct{ name, kind, list, label string }{
	{"group_in", "groups", "include", "Members of one of these groups"},
	{"user_in", "users", "include", "Only these people"},
	{"group_out", "groups", "exclude", "But nobody of these groups"},
	{"user_out", "users", "exclude", "And none of these people"},
}

// userTypeControl is which user types a rule is for.
var userTypeControl = policyControl{
	read: func(_ policyEntry, c policyConditions, v url.Values) {
		v["type_in"], v["type_out"] = c.UserType.Include, c.UserType.Exclude
	},
	write: func(doc okta.Object, v url.Values) okta.Object {
		return doc.WithPath(noneIDs(v["type_in"]), "conditions", "userType", "include").WithPath(noneIDs(v["type_out"]), "conditions", "userType", "exclude")
	},
	draw: func(d *policyDrawing) []pages.Part {
		none := func(okta.Object) string { return "" }
		return []pages.Part{
			d.checks("type_in", "Only of these user types", "No user types that you may see.", namedOptions(d.types, none)),
			d.checks("type_out", "Not of these user types", "No user types that you may see.", namedOptions(d.types, none)),
		}
	},
	rare: true,
}

// noneIDs are ids that JSON writes as [], not null.
func noneIDs(ids []string) []string {
	if ids = filledIn(ids); ids == nil {
		return []string{}
	}
	return ids
}

// expressionControl is a condition in the expression language.
var expressionControl = policyControl{
	read: func(_ policyEntry, c policyConditions, v url.Values) {
		v.Set("expression", c.Expression.Condition)
	},
	write: func(doc okta.Object, v url.Values) okta.Object {
		if text := v.Get("expression"); text != "" {
			return doc.WithPath(text, "conditions", "elCondition", "condition")
		}
		return withoutPath(doc, "conditions", "elCondition")
	},
	draw: func(d *policyDrawing) []pages.Part {
		return []pages.Part{d.area("expression", "Expression", `In the expression language, such as user.profile.department == "Engineering". Empty: not asked.`)}
	},
	rare:   true,
	causes: map[string]string{"conditions.elCondition": "expression", "elCondition.condition": "expression"},
}

// authProviderControl is who holds the passwords that a policy is for.
var authProviderControl = policyControl{
	read: func(_ policyEntry, c policyConditions, v url.Values) {
		v.Set("auth_provider", c.AuthProvider.Provider)
		if c.AuthProvider.Provider == "" {
			v.Set("auth_provider", "OKTA")
		}
		v["auth_provider_id"] = c.AuthProvider.Include
		v.Set("auth_provider_id", joinLines(c.AuthProvider.Include))
	},
	write: func(doc okta.Object, v url.Values) okta.Object {
		doc = doc.WithPath(v.Get("auth_provider"), "conditions", "authProvider", "provider")
		ids := textLines(v.Get("auth_provider_id"))
		if v.Get("auth_provider") != "ACTIVE_DIRECTORY" {
			ids = nil
		}
		return withIDs(doc, ids, "conditions", "authProvider", "include")
	},
	draw: func(d *policyDrawing) []pages.Part {
		f := d.field(ui.Field{Name: "auth_provider", Label: "Passwords are held by", Type: "select", Options: []ui.Option{
			{Value: "OKTA", Label: "This org"}, {Value: "ACTIVE_DIRECTORY", Label: "Active Directory"}, {Value: "LDAP", Label: "LDAP"}, {Value: anything, Label: "Any of these"},
		}})
		return []pages.Part{
			{Field: &f},
			when("auth_provider=ACTIVE_DIRECTORY", d.area("auth_provider_id", "Directory integrations", "Ids, one a line. Empty: all.")),
		}
	},
	causes: map[string]string{"conditions.authProvider": "auth_provider"},
}
