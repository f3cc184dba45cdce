package ui

import "strings"

// userStatus is the kind and the words of a status of a user.
func userStatus(status string) (kind, text string) {
	switch status {
	case "ACTIVE":
		return "ok", "Active"
	case "LOCKED_OUT":
		return "bad", "Locked out"
	case "PASSWORD_EXPIRED":
		return "warn", "Password expired"
	case "RECOVERY":
		return "warn", "Recovery"
	case "SUSPENDED":
		return "warn", "Suspended"
	case "STAGED":
		return "info", "Staged"
	case "PROVISIONED":
		return "info", "Provisioned"
	case "DEPROVISIONED":
		return "off", "Deprovisioned"
	}
	return "off", sentence(status)
}

// sentence writes a word of the API, such as GROUP_ADMIN, as people do: "Group admin".
func sentence(word string) string {
	s := strings.ToLower(strings.ReplaceAll(word, "_", " "))
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

func statusKind(status string) string { kind, _ := userStatus(status); return kind }
func statusText(status string) string { _, text := userStatus(status); return text }

// GroupType is the kind of the pill and the words of a type of group.
func GroupType(kind string) (colour, text string) {
	switch kind {
	case "OKTA_GROUP":
		return "info", "Okta group"
	case "BUILT_IN":
		return "off", "Built in"
	case "APP_GROUP":
		return "off", "App group"
	}
	return "off", kind
}

// RuleStatus is the kind of the pill and the words of the status of a group rule.
func RuleStatus(status string) (colour, text string) {
	switch status {
	case "ACTIVE":
		return "ok", "Active"
	case "INACTIVE":
		return "off", "Inactive"
	case "INVALID":
		return "bad", "Invalid"
	}
	return "off", sentence(status)
}
