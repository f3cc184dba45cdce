package handlers

import (
	"context"
	"net/url"
	"strings"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/okta"
	"gatehouse/web/templates/authserver"
	"gatehouse/web/templates/ui"
)

// consents are the words for the consent of a scope (API reference, help page on scopes).
var consents = []ui.Option{
	{Value: "IMPLICIT", Label: "Implicit: people are not asked"},
	{Value: "REQUIRED", Label: "Required: people are asked, services cannot request it"},
	{Value: "FLEXIBLE", Label: "Required for people, open to services"},
}

var scopePart = &serverPart{
	noun: "scope", plural: "scopes", tab: "scopes", arg: "scopeId",
	list: "listOAuth2Scopes", get: "getOAuth2Scope", add: "createOAuth2Scope", update: "updateOAuth2Scope", remove: "deleteOAuth2Scope",
	keys:    []string{"name", "displayName", "description", "consent", "optional", "default", "metadataPublish"},
	columns: []ui.Column{{Label: "Name"}, {Label: "Display phrase"}, {Label: "Consent"}, {Label: "Default"}, {Label: "Metadata"}},
	row: func(_ *console, _ *partBook, d okta.Object) []ui.Cell {
		consent := labelOf(consents, d.Text("consent"))
		if isTrue(d, "optional") {
			consent = "Optional: people may skip it"
		}
		return []ui.Cell{{Text: d.Text("displayName")}, {Text: consent}, {Text: yesWord(isTrue(d, "default"))}, {Text: yesWord(d.Text("metadataPublish") == "ALL_CLIENTS")}}
	},
	form: scopeForm, body: scopeBody,
	newNote:  "What an app asks for, and an API checks: orders:read.",
	listNote: "What apps can ask for. Which of them a request is given, the access policies decide.",
	none:     ui.Nothing{Title: "No scopes", Text: "Without a scope of its own the server gives tokens for signing in only."},
	deleted: []string{
		"Apps that ask for it are refused. Tokens that hold it work until they expire.",
		"Claims and rules that name it go on naming it, and no request can meet that any more.",
	},
}

func yesWord(yes bool) string {
	if yes {
		return "Yes"
	}
	return ""
}

// labelOf are the words of a value.
func labelOf(options []ui.Option, value string) string {
	for _, o := range options {
		if o.Value == value {
			return o.Label
		}
	}
	return value
}

func scopeForm(_ *console, _ *gin.Context, _ partPlace, doc okta.Object, sent sentForm) (authserver.Form, error) {
	consent := doc.Text("consent")
	if consent == "" {
		consent = "IMPLICIT"
	}
	fields := typedFields([]ui.Field{
		{Name: "name", Label: "Name", Required: true, MaxLength: 255, Value: doc.Text("name"), ReadOnly: isTrue(doc, "system"), Help: "As apps ask for it, without spaces"},
		{Name: "displayName", Label: "Display phrase", MaxLength: 255, Value: doc.Text("displayName"), Help: "What people read when they are asked"},
		{Name: "description", Label: "Description", Type: "textarea", MaxLength: 1000, Value: doc.Text("description"), Wide: true},
		{Name: "consent", Label: "Consent", Type: "select", Options: consents, Value: consent, Wide: true},
	}, sent)
	on := func(name string, stored bool) bool {
		if sent.typed.Has("consent") {
			return sent.typed.Get(name) == "true"
		}
		return stored
	}
	boxes := []authserver.Box{
		{Name: "optional", Value: "true", Label: "People may skip it", Note: "On the consent page, where consent is required", On: on("optional", isTrue(doc, "optional"))},
		{Name: "default", Value: "true", Label: "Default scope", Note: "Given to requests that name no scope, as far as a rule allows", On: on("default", isTrue(doc, "default"))},
		{Name: "metadataPublish", Value: "true", Label: "In the public metadata", Note: "Anybody can read its name in scopes_supported", On: on("metadataPublish", doc.Text("metadataPublish") == "ALL_CLIENTS")},
	}
	return authserver.Form{Problem: otherProblem(sent.why, fields), Sections: []authserver.Section{{Fields: fields}, {Boxes: boxes}}}, nil
}

func scopeBody(c *gin.Context, doc okta.Object) okta.Object {
	publish := "NO_CLIENTS"
	if c.PostForm("metadataPublish") == "true" {
		publish = "ALL_CLIENTS"
	}
	return doc.With("name", strings.TrimSpace(c.PostForm("name"))).With("displayName", strings.TrimSpace(c.PostForm("displayName"))).
		With("description", strings.TrimSpace(c.PostForm("description"))).With("consent", c.PostForm("consent")).
		With("optional", c.PostForm("optional") == "true").With("default", c.PostForm("default") == "true").With("metadataPublish", publish)
}

// scopeOptions are the scopes of a server by name, for the forms that name some.
func (h *console) scopeOptions(ctx context.Context, server string) ([]ui.Option, error) {
	docs, err := h.objects(ctx, okta.Call{Op: okta.Find("listOAuth2Scopes"), Args: serverArg(server), Query: url.Values{}})
	var options []ui.Option
	for _, d := range docs {
		options = append(options, ui.Option{Value: d.Text("name"), Label: d.Text("name")})
	}
	return options, err
}
