package handlers

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/okta"
	"gatehouse/web/templates/authserver"
	"gatehouse/web/templates/ui"
)

// ruleGrants are the words for the grant types that a rule can name (API reference).
var ruleGrants = []ui.Option{
	{Value: "authorization_code", Label: "Authorization code"},
	{Value: "client_credentials", Label: "Client credentials"},
	{Value: "urn:ietf:params:oauth:grant-type:device_code", Label: "Device code"},
	{Value: "implicit", Label: "Implicit (hybrid)"},
	{Value: "password", Label: "Resource owner password"},
	{Value: "urn:ietf:params:oauth:grant-type:token-exchange", Label: "Token exchange"},
	{Value: "urn:ietf:params:oauth:grant-type:saml2-bearer", Label: "SAML 2.0 assertion"},
	{Value: "urn:openid:params:grant-type:ciba", Label: "Client-initiated backchannel (CIBA)"},
	{Value: "interaction_code", Label: "Interaction code"},
}

const (
	// everyGroup is how a rule names everybody whom the app is assigned to, anyScope every scope.
	everyGroup = "EVERYONE"
	anyScope   = "*"
)

var serverRulePart = &serverPart{
	noun: "rule", plural: "rules", tab: "policies", arg: "ruleId",
	list: "listAuthorizationServerPolicyRules", get: "getAuthorizationServerPolicyRule", add: "createAuthorizationServerPolicyRule", update: "updateAuthorizationServerPolicyRule",
	remove: "deleteAuthorizationServerPolicyRule", activate: "activateAuthorizationServerPolicyRule", deactivate: "deactivateAuthorizationServerPolicyRule",
	keys: []string{"name", "conditions", "actions"}, ordered: true,
	columns: []ui.Column{{Label: "Order"}, {Label: "Name"}, {Label: "Status"}, {Label: "Grant types"}, {Label: "People"}, {Label: "Scopes"}, {Label: "Access token"}, {Label: "Move", Hidden: true}},
	row: func(_ *console, b *partBook, d okta.Object) []ui.Cell {
		kind, status := ui.RuleStatus(d.Text("status"))
		grants := textsAt(d, "conditions", "grantTypes", "include")
		for i, g := range grants {
			grants[i] = labelOf(ruleGrants, g)
		}
		return []ui.Cell{
			{Pill: kind, Text: status},
			{Text: strings.Join(grants, ", ")},
			{Text: b.peopleWords(d)},
			{Text: scopeWords(d)},
			{Text: minutesWords(numberAt(d, "actions", "token", "accessTokenLifetimeMinutes"))},
		}
	},
	book: func(h *console, ctx context.Context, docs []okta.Object) (*partBook, error) {
		var ids []string
		for _, d := range docs {
			ids = append(ids, idsIn(append(ruleGroups(d, "include"), ruleGroups(d, "exclude")...), groupID.MatchString)...)
		}
		book := &partBook{groups: map[string]string{}}
		if !h.may(ctx, "listGroups") {
			return book, nil
		}
		found, err := h.byID(ctx, "listGroups", idsIn(ids, groupID.MatchString))
		for id, g := range found {
			book.groups[id] = groupName(g)
		}
		return book, err
	},
	form: serverRuleForm, body: serverRuleBody,
	newNote:  "Which requests of the policy's clients are given tokens, and for how long.",
	listNote: "Looked at from the top: the first rule that fits grant type, person and scopes decides.",
	none:     ui.Nothing{Title: "No rules", Text: "A policy without a rule that fits gives way to the next policy."},
	deleted:  []string{"Requests that it decided are decided by the next rule or policy that fits, or refused."},
	off:      "Requests that it decided are decided by the next rule or policy that fits, or refused.",
}

func ruleGroups(d okta.Object, which string) []string {
	return textsAt(d, "conditions", "people", "groups", which)
}

func ruleUsers(d okta.Object, which string) []string {
	return textsAt(d, "conditions", "people", "users", which)
}

// peopleWords are whom a rule is for.
func (b *partBook) peopleWords(d okta.Object) string {
	var words []string
	groups, users := ruleGroups(d, "include"), ruleUsers(d, "include")
	switch {
	case slices.Contains(groups, everyGroup) || len(groups)+len(users) == 0:
		words = append(words, "Anybody with the app")
	case len(groups) > 0:
		words = append(words, namesOf(b.groups, groups)...)
	}
	if n := len(users); n > 0 {
		words = append(words, counted(n, "person", "people"))
	}
	if n := len(ruleGroups(d, "exclude")) + len(ruleUsers(d, "exclude")); n > 0 {
		words = append(words, "but "+strconv.Itoa(n)+" excepted")
	}
	return strings.Join(words, ", ")
}

func scopeWords(d okta.Object) string {
	scopes := textsAt(d, "conditions", "scopes", "include")
	if slices.Contains(scopes, anyScope) {
		return "Any"
	}
	return strings.Join(scopes, ", ")
}

// minutesWords is a time in minutes as people say it; 0 is no limit.
func minutesWords(n int) string {
	switch {
	case n == 0:
		return "unlimited"
	case n%1440 == 0:
		return counted(n/1440, "day", "days")
	case n%60 == 0:
		return counted(n/60, "hour", "hours")
	}
	return counted(n, "minute", "minutes")
}

// lifetimes are the times of a rule, in minutes: fresh is what a new rule has, least and most the bounds
// (API reference; a refresh token of 0 minutes has no end).
var lifetimes = []struct {
	key, label, help string
	fresh            int
}{
	{"accessTokenLifetimeMinutes", "Access token, minutes", "5 to 1,440 (a day)", 60},
	{"refreshTokenLifetimeMinutes", "Refresh token, minutes", "0 is unlimited, else at least as long as the access token", 0},
	{"refreshTokenWindowMinutes", "Unless used for, minutes", "10 to 2,628,000 (five years): a refresh token that nobody uses for so long ends; 10,080 is a week", 10080},
}

func serverRuleForm(h *console, c *gin.Context, at partPlace, doc okta.Object, sent sentForm) (authserver.Form, error) {
	ctx, typed := c.Request.Context(), sent.typed
	name := typedFields([]ui.Field{{Name: "name", Label: "Name", Required: true, MaxLength: 50, Value: doc.Text("name")}}, sent)
	list := func(field string, stored []string) []string {
		if typed.Has("people") {
			return typed[field]
		}
		return stored
	}
	grants := list("grant", textsAt(doc, "conditions", "grantTypes", "include"))
	if doc.IsZero() && !typed.Has("people") {
		grants = []string{"authorization_code"}
	}
	groups, users := list("groups_include", ruleGroups(doc, "include")), list("users_include", ruleUsers(doc, "include"))
	every := slices.Contains(groups, everyGroup) || len(groups)+len(users) == 0
	if typed.Has("people") {
		every = typed.Get("people") == "all"
	}
	scopes := list("scope", textsAt(doc, "conditions", "scopes", "include"))
	any := doc.IsZero() || slices.Contains(scopes, anyScope)
	if typed.Has("scopes") {
		any = typed.Get("scopes") == "any"
	}
	picks := []ui.Pick{
		{Name: "groups_include", Label: "Members of these groups"},
		{Name: "users_include", Label: "These people"},
		{Name: "groups_exclude", Label: "But not members of these groups"},
		{Name: "users_exclude", Label: "But not these people"},
	}
	picked := [][]string{groups, users, list("groups_exclude", ruleGroups(doc, "exclude")), list("users_exclude", ruleUsers(doc, "exclude"))}
	var options []ui.Option
	reads := []func(context.Context) error{func(ctx context.Context) (err error) {
		options, err = h.scopeOptions(ctx, at.server.Text("id"))
		return err
	}}
	for i := range picks {
		p := &picks[i]
		op, kind, is := "listUsers", "people", userID.MatchString
		if strings.HasPrefix(p.Name, "groups") {
			op, kind, is = "listGroups", "groups", groupID.MatchString
		}
		p.Many, p.FindName = true, "find_"+p.Name
		p.Find, p.Live = searchable(typed.Get(p.FindName)), serversPath+"/pick/"+kind+"?name="+p.Name
		reads = append(reads, func(ctx context.Context) (err error) {
			if h.may(ctx, op) {
				p.Options, p.Empty, err = h.pickMany(ctx, op, idsIn(picked[i], is), p.Find)
			}
			return err
		})
	}
	if err := together(ctx, reads...); err != nil {
		return authserver.Form{}, err
	}
	var times []ui.Field
	for _, l := range lifetimes {
		n := l.fresh
		if !doc.IsZero() {
			n = numberAt(doc, "actions", "token", l.key)
		}
		times = append(times, ui.Field{Name: l.key, Label: l.label, Type: "number", Value: strconv.Itoa(n), Help: l.help})
	}
	times = append(times, ui.Field{Name: "inlineHook", Label: "Token inline hook, id", Value: doc.Text("actions", "token", "inlineHook", "id"), Help: "Empty: none. It may change the tokens before they are issued", MaxLength: 64})
	times = typedFields(times, sent)
	return authserver.Form{Problem: otherProblem(sent.why, append(name, times...)), Sections: []authserver.Section{
		{Fields: name},
		{Title: "If the grant type is", Boxes: boxesOf("grant", ruleGrants, grants)},
		{Title: "and the person is", Note: "Client credentials have no person: this is passed over for them.", Boxes: []authserver.Box{
			{Name: "people", Value: "all", Label: "Anybody whom the app is assigned to", One: true, On: every},
			{Name: "people", Value: "some", Label: "Among those picked below", One: true, On: !every},
		}, Picks: picks},
		{Title: "and the scopes asked for are", Boxes: append([]authserver.Box{
			{Name: "scopes", Value: "any", Label: "Any", One: true, On: any},
			{Name: "scopes", Value: "some", Label: "Among those ticked below", One: true, On: !any},
		}, boxesOf("scope", options, slices.DeleteFunc(slices.Clone(scopes), func(s string) bool { return s == anyScope }))...)},
		{Title: "then tokens live for", Fields: times},
	}}, nil
}

func serverRuleBody(c *gin.Context, doc okta.Object) okta.Object {
	if doc.IsZero() {
		doc = doc.With("type", "RESOURCE_ACCESS").With("status", "ACTIVE")
	}
	groups, users := idsIn(c.PostFormArray("groups_include"), groupID.MatchString), idsIn(c.PostFormArray("users_include"), userID.MatchString)
	if c.PostForm("people") == "all" {
		groups, users = []string{everyGroup}, []string{}
	}
	scopes := []string{anyScope}
	if c.PostForm("scopes") != "any" {
		scopes = uniqueTexts(c.PostFormArray("scope"))
	}
	doc = doc.With("name", strings.TrimSpace(c.PostForm("name"))).
		WithPath(uniqueTexts(c.PostFormArray("grant")), "conditions", "grantTypes", "include").
		WithPath(groups, "conditions", "people", "groups", "include").WithPath(users, "conditions", "people", "users", "include").
		WithPath(scopes, "conditions", "scopes", "include")
	for _, e := range []struct {
		ids  []string
		kind string
	}{{idsIn(c.PostFormArray("groups_exclude"), groupID.MatchString), "groups"}, {idsIn(c.PostFormArray("users_exclude"), userID.MatchString), "users"}} {
		if len(e.ids) > 0 || doc.Get("conditions", "people", e.kind, "exclude") != nil {
			doc = doc.WithPath(e.ids, "conditions", "people", e.kind, "exclude")
		}
	}
	for _, l := range lifetimes {
		var value any = strings.TrimSpace(c.PostForm(l.key))
		if n, err := strconv.Atoi(c.PostForm(l.key)); err == nil {
			value = n // anything else the org refuses at its field
		}
		doc = doc.WithPath(value, "actions", "token", l.key)
	}
	if hook := strings.TrimSpace(c.PostForm("inlineHook")); hook != "" || doc.Text("actions", "token", "inlineHook", "id") != "" {
		doc = doc.WithPath(inlineHook(hook), "actions", "token", "inlineHook")
	}
	return doc
}

// inlineHook is the hook of a rule; null where there is none.
func inlineHook(id string) json.RawMessage {
	if id == "" {
		return json.RawMessage("null")
	}
	return okta.Object{}.With("id", id).Bytes()
}
