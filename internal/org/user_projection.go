package org

import (
	"slices"
	"strings"

	"gatehouse/internal/okta"
)

// fields is what the parameter fields asks of each person of a list:
// "status,profile:(firstName,city)". The id always comes along (API reference).
type fields struct {
	top, profile []string
}

// parseFields reads the parameter; without it ok is false. A broken one is E0000001.
func parseFields(text string) (f fields, ok bool, err error) {
	if strings.TrimSpace(text) == "" {
		return f, false, nil
	}
	rest := text
	if before, inner, has := strings.Cut(text, "profile:("); has {
		names, after, closed := strings.Cut(inner, ")")
		if !closed {
			return f, false, invalid("fields", "fields: The list behind profile: is not closed")
		}
		f.profile = nonBlank(names)
		rest = before + "," + after
	}
	f.top = nonBlank(rest)
	for _, name := range append(f.top, f.profile...) {
		if strings.ContainsAny(name, ":()") {
			return f, false, invalid("fields", "fields: Only names and profile:(names) are possible")
		}
	}
	return f, true, nil
}

// nonBlank splits a list at its commas.
func nonBlank(list string) []string {
	var out []string
	for _, name := range strings.Split(list, ",") {
		if name = strings.TrimSpace(name); name != "" {
			out = append(out, name)
		}
	}
	return out
}

// of is what was asked of one person.
func (f fields) of(doc okta.Object) okta.Object {
	out := okta.Object{}.With("id", doc.Text("id"))
	for _, name := range doc.Keys() {
		if name != "id" && slices.Contains(f.top, name) {
			out = out.With(name, doc.Get(name))
		}
	}
	if len(f.profile) == 0 || slices.Contains(f.top, "profile") {
		return out
	}
	profile := doc.Object("profile")
	for _, name := range profile.Keys() {
		if !slices.Contains(f.profile, name) {
			profile = profile.Without(name)
		}
	}
	return out.With("profile", profile)
}

// credentialLinks are what okta-response=omitCredentialsLinks leaves out.
var credentialLinks = []string{"changePassword", "changeRecoveryQuestion", "forgotPassword", "resetPassword", "resetFactors", "unlock"}

// asksLess tells whether a read says that it does not need all of a person.
func asksLess(r *Request) bool {
	return strings.Contains(r.Header.Get("Content-Type"), "okta-response=")
}

// omitting leaves out what the Content-Type of a read says is not needed:
// "application/json; okta-response=omitCredentials,omitCredentialsLinks".
func omitting(r *Request, doc okta.Object) okta.Object {
	_, wanted, has := strings.Cut(r.Header.Get("Content-Type"), "okta-response=")
	if !has {
		return doc
	}
	for _, what := range nonBlank(strings.Trim(wanted, `" `)) {
		switch what {
		case "omitCredentials":
			doc = doc.Without("credentials")
		case "omitCredentialsLinks":
			doc = doc.With("_links", doc.Object("_links").Without(credentialLinks...))
		}
	}
	return doc
}
