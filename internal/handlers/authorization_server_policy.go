package handlers

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"
	"github.com/gin-gonic/gin"

	"gatehouse/internal/okta"
	"gatehouse/web/templates/authserver"
	"gatehouse/web/templates/ui"
)

// allClients is how a policy names every client.
const allClients = "ALL_CLIENTS"

var serverPolicyPart = &serverPart{
	noun: "access policy", plural: "access policies", tab: "policies", arg: "policyId",
	list: "listAuthorizationServerPolicies", get: "getAuthorizationServerPolicy", add: "createAuthorizationServerPolicy", update: "updateAuthorizationServerPolicy",
	remove: "deleteAuthorizationServerPolicy", activate: "activateAuthorizationServerPolicy", deactivate: "deactivateAuthorizationServerPolicy",
	keys: []string{"name", "description", "conditions"}, ordered: true,
	columns: []ui.Column{{Label: "Order"}, {Label: "Name"}, {Label: "Status"}, {Label: "Clients"}, {Label: "Description"}, {Label: "Move", Hidden: true}},
	row: func(_ *console, b *partBook, d okta.Object) []ui.Cell {
		kind, status := ui.RuleStatus(d.Text("status"))
		return []ui.Cell{{Pill: kind, Text: status}, {Text: b.clientWords(policyClients(d))}, {Text: d.Text("description")}}
	},
	book: func(h *console, ctx context.Context, docs []okta.Object) (*partBook, error) {
		if !slices.ContainsFunc(docs, func(d okta.Object) bool { return !slices.Contains(policyClients(d), allClients) }) {
			return &partBook{}, nil
		}
		apps, err := h.clientApps(ctx)
		return &partBook{clients: clientNames(apps)}, err
	},
	form: serverPolicyForm, body: serverPolicyBody,
	newNote:  "For which clients its rules count. The first policy whose client and rule fit decides.",
	listNote: "Looked at from the top: the first policy that is for the client, and has a rule that fits, decides what a request is given. Where none does, it is refused.",
	none:     ui.Nothing{Title: "No access policies", Text: "Without a policy and a rule in it this server refuses every request."},
	deleted:  []string{"Its rules go with it. Requests that it decided are decided by the next policy that fits, or refused."},
	off:      "Requests that it decided are decided by the next policy that fits, or refused.",
}

func policyClients(d okta.Object) []string { return textsAt(d, "conditions", "clients", "include") }

// clientWords are the clients of a policy by name.
func (b *partBook) clientWords(ids []string) string {
	if slices.Contains(ids, allClients) {
		return "All clients"
	}
	if len(ids) == 0 {
		return "None"
	}
	return strings.Join(namesOf(b.clients, ids), ", ")
}

// namesOf are the names of ids where they are known, else the ids.
func namesOf(names map[string]string, ids []string) []string {
	out := make([]string, len(ids))
	for i, id := range ids {
		if out[i] = names[id]; out[i] == "" {
			out[i] = id
		}
	}
	return out
}

// clientsRead is how many apps are read for the names of clients: the API finds no app by
// the id of its client, so this is one call.
const clientsRead = "200"

// clientApps are the OpenID Connect apps of the org, as far as one call reads them; none
// where the reader may not see apps.
func (h *console) clientApps(ctx context.Context) ([]okta.Object, error) {
	if !h.may(ctx, "listApplications") {
		return nil, nil
	}
	return h.objects(ctx, okta.Call{Op: okta.Find("listApplications"), Query: url.Values{"filter": {`name eq "oidc_client"`}, "limit": {clientsRead}}})
}

func clientNames(apps []okta.Object) map[string]string {
	names := map[string]string{}
	for _, a := range apps {
		names[clientID(a)] = a.Text("label")
	}
	return names
}

func serverPolicyForm(h *console, c *gin.Context, _ partPlace, doc okta.Object, sent sentForm) (authserver.Form, error) {
	fields := typedFields([]ui.Field{
		{Name: "name", Label: "Name", Required: true, MaxLength: 100, Value: doc.Text("name")},
		{Name: "description", Label: "Description", Required: true, MaxLength: 255, Value: doc.Text("description")},
	}, sent)
	chosen := policyClients(doc)
	every := doc.IsZero() || slices.Contains(chosen, allClients)
	if sent.typed.Has("clients") {
		every, chosen = sent.typed.Get("clients") == "all", sent.typed["client"]
	}
	pick := ui.Pick{Name: "client", Label: "Clients", Many: true, Find: searchable(sent.typed.Get("find_client")), FindName: "find_client", Live: serversPath + "/pick/clients", Error: sent.why.Fields["conditions.clients.include"]}
	var err error
	if pick.Options, pick.Empty, err = h.pickClients(c.Request.Context(), slices.DeleteFunc(slices.Clone(chosen), isAllClients), pick.Find); err != nil {
		return authserver.Form{}, err
	}
	return authserver.Form{Problem: otherProblem(sent.why, fields), Sections: []authserver.Section{{Fields: fields}, {
		Title: "For", Boxes: []authserver.Box{
			{Name: "clients", Value: "all", Label: "All clients", One: true, On: every},
			{Name: "clients", Value: "some", Label: "The clients picked below", One: true, On: !every},
		}, Picks: []ui.Pick{pick},
	}}}, nil
}

func isAllClients(id string) bool { return id == allClients }

// pickClients are the clients that are picked already, and below them what a search finds.
func (h *console) pickClients(ctx context.Context, picked []string, find string) (options []ui.PickOption, empty string, err error) {
	var apps []okta.Object
	if len(picked) > 0 || find != "" {
		if apps, err = h.clientApps(ctx); err != nil {
			return nil, "", err
		}
	}
	names := clientNames(apps)
	for i, name := range namesOf(names, picked) {
		options = append(options, ui.PickOption{Value: picked[i], Label: name, Note: picked[i], On: true})
	}
	if find == "" {
		return options, "", nil
	}
	if h.may(ctx, "listApplications") {
		found, err := h.objects(ctx, okta.Call{Op: okta.Find("listApplications"), Query: url.Values{"q": {find}, "filter": {`name eq "oidc_client"`}, "limit": {appChoices}}})
		if err != nil {
			return nil, "", err
		}
		for _, a := range found {
			if id := clientID(a); id != "" && !slices.Contains(picked, id) {
				options = append(options, ui.PickOption{Value: id, Label: a.Text("label"), Note: id})
			}
		}
	}
	return options, "No OpenID Connect app that you may see begins with this.", nil
}

func serverPolicyBody(c *gin.Context, doc okta.Object) okta.Object {
	include := []string{allClients}
	if c.PostForm("clients") != "all" {
		include = uniqueTexts(c.PostFormArray("client"))
	}
	if doc.IsZero() {
		doc = doc.With("type", "OAUTH_AUTHORIZATION_POLICY").With("status", "ACTIVE")
	}
	return doc.With("name", strings.TrimSpace(c.PostForm("name"))).With("description", strings.TrimSpace(c.PostForm("description"))).
		WithPath(include, "conditions", "clients", "include")
}

// uniqueTexts are the values of a form that are not empty, each once, within a bound.
func uniqueTexts(sent []string) []string {
	out := []string{}
	for _, v := range sent {
		if v = strings.TrimSpace(v); v != "" && !slices.Contains(out, v) && len(out) < bulkMost {
			out = append(out, v)
		}
	}
	return out
}

// policyRules is the table of a policy's rules, for its page.
func (h *console) policyRules(c *gin.Context, at partPlace, policy okta.Object) (templ.Component, error) {
	args := serverArg(at.server.Text("id"))
	args["policyId"] = policy.Text("id")
	in := partPlace{server: at.server, policy: policy, path: at.pathOf(policy) + "/rules", args: args}
	t, _, err := h.partTable(c, in, serverRulePart)
	return authserver.Listing(t), err
}

// pickServerPart is what a search in a form of the area finds while somebody types: clients,
// groups or people for the field that the address names.
func (h *console) pickServerPart(c *gin.Context) (View, error) {
	ctx, name := c.Request.Context(), c.DefaultQuery("name", "client")
	picked, find := uniqueTexts(c.PostFormArray(name)), searchable(c.PostForm("find_"+name))
	p := ui.Pick{Name: name, Many: true}
	var err error
	switch c.Param("kind") {
	case "clients":
		p.Options, p.Empty, err = h.pickClients(ctx, picked, find)
	case "groups":
		return h.pickPart(c, p, "listGroups", idsIn(picked, groupID.MatchString), find)
	case "people":
		return h.pickPart(c, p, "listUsers", idsIn(picked, userID.MatchString), find)
	default:
		return nil, notFound("Page")
	}
	if err != nil {
		return nil, err
	}
	part := ui.PickList(p)
	return Screen{Around: About{Section: serversSection}, Body: part, Part: part, Data: listOf(p.Options, "")}, nil
}
