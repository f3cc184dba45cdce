package handlers

import (
	"context"
	"strings"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/okta"
	"gatehouse/web/templates/authserver"
	"gatehouse/web/templates/ui"
)

// The words for what a claim is (API reference).
var (
	claimTokens = []ui.Option{{Value: "RESOURCE", Label: "Access token"}, {Value: "IDENTITY", Label: "ID token"}}
	claimValues = []ui.Option{{Value: "EXPRESSION", Label: "Expression"}, {Value: "GROUPS", Label: "Groups of the person"}}
	claimAlways = []ui.Option{{Value: "true", Label: "Always"}, {Value: "false", Label: "At userinfo, and where no access token goes along"}}
	groupFilter = []ui.Option{{Value: "STARTS_WITH", Label: "Starts with"}, {Value: "EQUALS", Label: "Equals"}, {Value: "CONTAINS", Label: "Contains"}, {Value: "REGEX", Label: "Matches the regular expression"}}
	statuses    = []ui.Option{{Value: "ACTIVE", Label: "Active"}, {Value: "INACTIVE", Label: "Inactive: in no token"}}
)

var claimPart = &serverPart{
	noun: "claim", plural: "claims", tab: "claims", arg: "claimId",
	list: "listOAuth2Claims", get: "getOAuth2Claim", add: "createOAuth2Claim", update: "updateOAuth2Claim", remove: "deleteOAuth2Claim",
	keys:    []string{"name", "status", "claimType", "valueType", "value", "group_filter_type", "alwaysIncludeInToken", "conditions"},
	columns: []ui.Column{{Label: "Name"}, {Label: "Status"}, {Label: "In"}, {Label: "Value"}, {Label: "With scopes"}},
	row: func(_ *console, _ *partBook, d okta.Object) []ui.Cell {
		kind, status := ui.RuleStatus(d.Text("status"))
		in := labelOf(claimTokens, d.Text("claimType"))
		if d.Text("claimType") == "IDENTITY" && !isTrue(d, "alwaysIncludeInToken") {
			in += ", or userinfo"
		}
		value := ui.Cell{Text: d.Text("value"), Code: true}
		switch d.Text("valueType") {
		case "GROUPS":
			value.Text = "groups: " + strings.ToLower(labelOf(groupFilter, d.Text("group_filter_type"))) + " " + d.Text("value")
		case "SYSTEM":
			value = ui.Cell{Text: "Of the org"}
		}
		scopes := strings.Join(textsAt(d, "conditions", "scopes"), ", ")
		if scopes == "" {
			scopes = "Any"
		}
		return []ui.Cell{{Pill: kind, Text: status}, {Text: in}, value, {Text: scopes}}
	},
	form: claimForm, body: claimBody,
	newNote:  "What a token says besides the standard claims.",
	listNote: "What tokens say besides the standard claims. Token preview shows them for a person.",
	none:     ui.Nothing{Title: "No claims", Text: "Tokens hold the standard claims only."},
	deleted:  []string{"Tokens are issued without it from now on. Whatever reads it there finds nothing."},
}

func claimForm(h *console, c *gin.Context, at partPlace, doc okta.Object, sent sentForm) (authserver.Form, error) {
	ctx, typed, system := c.Request.Context(), sent.typed, isTrue(doc, "system")
	stored := func(key, fresh string) string {
		if v := doc.Text(key); v != "" {
			return v
		}
		return fresh
	}
	always := "true"
	if !doc.IsZero() && !isTrue(doc, "alwaysIncludeInToken") {
		always = "false"
	}
	values := claimValues
	if doc.Text("valueType") == "SYSTEM" {
		values = []ui.Option{{Value: "SYSTEM", Label: "Of the org"}}
	}
	what := typedFields([]ui.Field{
		{Name: "name", Label: "Name", Required: true, MaxLength: 128, Value: doc.Text("name"), ReadOnly: system},
		{Name: "status", Label: "Status", Type: "select", Options: statuses, Value: stored("status", "ACTIVE")},
		{Name: "claimType", Label: "In", Type: "select", Options: claimTokens, Value: stored("claimType", "RESOURCE"), Help: "Access tokens are for the API, ID tokens for the app"},
		{Name: "always", Label: "In ID tokens", Type: "select", Options: claimAlways, Value: always},
	}, sent)
	filter := typedFields([]ui.Field{
		{Name: "valueType", Label: "Value", Type: "select", Options: values, Value: stored("valueType", "EXPRESSION")},
		{Name: "filter", Label: "Groups whose name", Type: "select", Options: groupFilter, Value: stored("group_filter_type", "STARTS_WITH"), Help: "For groups only; what the name is compared with stands below"},
	}, sent)
	e := authserver.Editor{Value: doc.Text("value"), Error: sent.why.Fields["value"], Live: at.path + "/check"}
	if typed.Has("value") {
		e.Value = typed.Get("value")
	}
	trial := authserver.ClaimTrial{Live: e.Live, Person: searchable(typed.Get("person")), App: typed.Get("app")}
	var scopes []ui.Option
	var check authserver.ClaimCheck
	err := together(ctx, func(ctx context.Context) (err error) {
		scopes, err = h.scopeOptions(ctx, at.server.Text("id"))
		return err
	}, func(ctx context.Context) (err error) {
		e.Words, err = h.claimWords(ctx)
		return err
	}, func(ctx context.Context) error {
		apps, err := h.clientApps(ctx)
		if err != nil {
			return err
		}
		trial.Apps = clientOptions(apps)
		check, err = h.tryClaim(ctx, apps, claimTrial{valueType: filter[0].Value, value: expressionText(e.Value), filter: filter[1].Value, person: trial.Person, client: trial.App})
		return err
	})
	if err != nil {
		return authserver.Form{}, err
	}
	with := textsAt(doc, "conditions", "scopes")
	if typed.Has("value") {
		with = typed["scope"]
	}
	any := len(with) == 0
	if typed.Has("scopes") {
		any = typed.Get("scopes") == "any"
	}
	f := authserver.Form{Problem: otherProblem(sent.why, append(append(what, filter...), ui.Field{Name: "value"})), Live: authserver.ClaimLive(trial, check)}
	f.Sections = []authserver.Section{
		{Fields: what},
		{Title: "Value", Fields: filter, Below: authserver.ExpressionEditor(e)},
		{Title: "With these scopes", Boxes: append([]authserver.Box{
			{Name: "scopes", Value: "any", Label: "Any", One: true, On: any},
			{Name: "scopes", Value: "some", Label: "Only where one of those ticked below is granted", One: true, On: !any},
		}, boxesOf("scope", scopes, with)...)},
	}
	return f, nil
}

func claimBody(c *gin.Context, doc okta.Object) okta.Object {
	scopes := []string{}
	if c.PostForm("scopes") != "any" {
		scopes = uniqueTexts(c.PostFormArray("scope"))
	}
	kind := c.PostForm("valueType")
	doc = doc.With("name", strings.TrimSpace(c.PostForm("name"))).With("status", c.PostForm("status")).With("claimType", c.PostForm("claimType")).
		With("valueType", kind).With("value", expressionText(c.PostForm("value"))).
		With("alwaysIncludeInToken", c.PostForm("claimType") == "RESOURCE" || c.PostForm("always") == "true").
		WithPath(scopes, "conditions", "scopes").Without("group_filter_type")
	if kind == "GROUPS" {
		doc = doc.With("group_filter_type", c.PostForm("filter"))
	}
	return doc
}

// expressionText is what was typed into an editor, with the line ends of a document.
func expressionText(typed string) string {
	return strings.ReplaceAll(strings.TrimSpace(typed), "\r\n", "\n")
}
