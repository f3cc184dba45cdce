package org

// baseProperties are the attributes that every user type has, as a new org of the
// cloud holds them ("recorded"). Sizes that a recorded schema leaves out but the
// published description of a profile names are in baseSizes.
func baseProperties() properties {
	const edit, read, hide = "READ_WRITE", "READ_ONLY", "HIDE"
	var out properties
	for _, b := range []struct {
		name, title, action, format string
		required                    bool
		min, max                    int
	}{
		{name: "login", title: "Username", action: read, required: true, min: 5, max: 100},
		{name: "firstName", title: "First name", action: edit, required: true, min: 1, max: 50},
		{name: "lastName", title: "Last name", action: edit, required: true, min: 1, max: 50},
		{name: "middleName", title: "Middle name", action: read},
		{name: "honorificPrefix", title: "Honorific prefix", action: read},
		{name: "honorificSuffix", title: "Honorific suffix", action: read},
		{name: "email", title: "Primary email", action: edit, format: "email", required: true},
		{name: "title", title: "Title", action: read},
		{name: "displayName", title: "Display name", action: read},
		{name: "nickName", title: "Nickname", action: read},
		{name: "profileUrl", title: "Profile Url", action: read, format: "uri"},
		{name: "secondEmail", title: "Secondary email", action: edit, format: "email"},
		{name: "mobilePhone", title: "Mobile phone", action: edit, max: 100},
		{name: "primaryPhone", title: "Primary phone", action: hide, max: 100},
		{name: "streetAddress", title: "Street address", action: hide},
		{name: "city", title: "City", action: hide},
		{name: "state", title: "State", action: hide},
		{name: "zipCode", title: "Zip code", action: hide},
		{name: "countryCode", title: "Country code", action: hide, format: "country-code"},
		{name: "postalAddress", title: "Postal Address", action: hide},
		{name: "preferredLanguage", title: "Preferred language", action: read, format: "language-code"},
		{name: "locale", title: "Locale", action: read, format: "locale"},
		{name: "timezone", title: "Time zone", action: read, format: "timezone"},
		{name: "userType", title: "User type", action: read},
		{name: "employeeNumber", title: "Employee number", action: read},
		{name: "costCenter", title: "Cost center", action: read},
		{name: "organization", title: "Organization", action: read},
		{name: "division", title: "Division", action: read},
		{name: "department", title: "Department", action: read},
		{name: "managerId", title: "ManagerId", action: read},
		{name: "manager", title: "Manager", action: read},
	} {
		p := property{
			Title: b.title, Type: "string", Required: b.required, Format: b.format, Mutability: "READ_WRITE", Scope: "NONE",
			Permissions: []permission{{"SELF", b.action}}, Master: master{Type: "PROFILE_MASTER"},
		}
		if b.min > 0 {
			p.MinLength = &b.min
		}
		if b.max > 0 {
			p.MaxLength = &b.max
		}
		out = append(out, namedProperty{b.name, p})
	}
	return out
}

// baseSizes bounds attributes whose schema names no length: the published description
// of a profile does (okta-semantics C3). Least and most characters.
var baseSizes = map[string][2]int{
	"email": {5, 100}, "secondEmail": {0, 100}, "city": {0, 128}, "state": {0, 128}, "streetAddress": {0, 1024},
	"postalAddress": {0, 4096}, "zipCode": {0, 50}, "countryCode": {2, 2},
}
