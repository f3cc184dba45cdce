package handlers

import (
	"cmp"
	"context"
	"net/http"
	"net/url"

	"gatehouse/internal/expr"
	"gatehouse/internal/okta"
	"gatehouse/internal/policy"
)

// policiesPreviewed bounds the policies whose rules are read for a preview: a call each.
const policiesPreviewed = 50

// tokenBook is all that decides on the tokens of a server, as the org answers it.
type tokenBook struct {
	doc                      okta.Object
	scopes, claims, policies []okta.Object
	rules                    map[string][]okta.Object
	// unread says what was left out; "" where nothing was.
	unread string
	server *policy.TokenServer
}

// readTokenBook reads what a preview needs of a server: three calls, and one a policy.
func (h *console) readTokenBook(ctx context.Context, doc okta.Object) (*tokenBook, error) {
	b := &tokenBook{doc: doc, rules: map[string][]okta.Object{}}
	args := serverArg(doc.Text("id"))
	list := func(op string, into *[]okta.Object) func(context.Context) error {
		return func(ctx context.Context) (err error) {
			*into, err = h.objects(ctx, okta.Call{Op: okta.Find(op), Args: args, Query: url.Values{}})
			return err
		}
	}
	err := together(ctx, list("listOAuth2Scopes", &b.scopes), list("listOAuth2Claims", &b.claims), list("listAuthorizationServerPolicies", &b.policies))
	if err != nil {
		return nil, err
	}
	byPriority(b.policies)
	if len(b.policies) > policiesPreviewed {
		b.policies, b.unread = b.policies[:policiesPreviewed], "Only the first 50 policies were looked at."
	}
	found := make([][]okta.Object, len(b.policies))
	var reads []func(context.Context) error
	for i, p := range b.policies {
		reads = append(reads, func(ctx context.Context) (err error) {
			found[i], err = h.objects(ctx, okta.Call{
				Op: okta.Find("listAuthorizationServerPolicyRules"), Args: map[string]string{"authServerId": doc.Text("id"), "policyId": p.Text("id")}, Query: url.Values{},
			})
			return err
		})
	}
	if err := together(ctx, reads...); err != nil {
		return nil, err
	}
	var policies []policy.PolicyDocuments
	for i, p := range b.policies {
		b.rules[p.Text("id")] = found[i]
		policies = append(policies, policy.PolicyDocuments{Policy: p.Bytes(), Rules: bytesOf(found[i])})
	}
	b.server, err = policy.ParseTokenServer(doc.Bytes(), bytesOf(b.scopes), bytesOf(b.claims), policies)
	return b, err
}

func bytesOf(docs []okta.Object) [][]byte {
	out := make([][]byte, len(docs))
	for i, d := range docs {
		out[i] = d.Bytes()
	}
	return out
}

// tokenParty is the client and the person that tokens are made for. What is zero was not
// named, or is not there.
type tokenParty struct {
	app, person, appUser okta.Object
	groups               []okta.Object
	assigned             bool
	// choices are people that a name may mean, where it means several; problem says why nobody was found.
	choices []okta.Object
	problem string
}

// readTokenParty finds the app among apps by its client id, the person by what was typed,
// and what stands between them.
func (h *console) readTokenParty(ctx context.Context, apps []okta.Object, client, person string) (p tokenParty, err error) {
	for _, a := range apps {
		if clientID(a) == client && client != "" {
			p.app = a
		}
	}
	if person == "" {
		return p, nil
	}
	if !h.may(ctx, "listUsers") {
		p.problem = "This sign-in may not read people."
		return p, nil
	}
	if p.choices, p.problem, err = h.findPeople(ctx, person); err != nil || p.problem != "" {
		return p, err
	}
	for _, d := range p.choices {
		if d.Text("id") == person || d.Text("profile", "login") == person {
			p.choices = []okta.Object{d}
			break
		}
	}
	switch len(p.choices) {
	case 0:
		p.problem = "Nobody that you may see matches “" + person + "”."
		return p, nil
	case 1:
		p.person = p.choices[0]
	default:
		return p, nil
	}
	id := p.person.Text("id")
	return p, together(ctx, func(ctx context.Context) (err error) {
		p.groups, err = h.objects(ctx, okta.Call{Op: okta.Find("listUserGroups"), Args: userArg(id)})
		return err
	}, func(ctx context.Context) error {
		if p.app.IsZero() || !h.may(ctx, "getApplicationUser") {
			return nil
		}
		resp, err := h.config.Org.Do(ctx, okta.Call{Op: okta.Find("getApplicationUser"), Args: map[string]string{"appId": p.app.Text("id"), "userId": id}})
		if refusal, is := asOrgProblem(err); is && refusal.Status == http.StatusNotFound {
			return nil
		}
		if err != nil {
			return err
		}
		p.assigned = true
		p.appUser, err = resp.Object()
		return err
	})
}

// subject is the party as claims read it.
func (h *console) subject(p tokenParty, scopes []string) policy.Subject {
	at := policy.Subdomain(h.org.Host)
	x := policy.Subject{OrgName: at, OrgSubdomain: at, Scopes: scopes, AMR: []string{"pwd"}, Now: h.config.Now()}
	if !p.app.IsZero() {
		x.App = p.app.Bytes()
	}
	if !p.person.IsZero() {
		x.User = p.person.Bytes()
	}
	if !p.appUser.IsZero() {
		x.AppUser = p.appUser.Bytes()
	}
	for _, g := range p.groups {
		x.Groups = append(x.Groups, expr.Group{ID: g.Text("id"), Name: groupName(g), Type: g.Text("type")})
	}
	return x
}

// context is the party as conditions read it.
func (p tokenParty) context() policy.Context {
	if p.person.IsZero() {
		return policy.Context{}
	}
	who := &policy.Person{
		ID: p.person.Text("id"), Login: p.person.Text("profile", "login"), Status: p.person.Text("status"), TypeID: p.person.Text("type", "id"),
		Provider: p.person.Text("credentials", "provider", "type"),
	}
	for _, g := range p.groups {
		who.Groups = append(who.Groups, g.Text("id"))
	}
	return policy.Context{Person: who}
}

// bookNames are what the ids are called that the policies of a server name: one call for
// groups, one for people.
func (h *console) bookNames(ctx context.Context, b *tokenBook, apps []okta.Object, p tokenParty) (map[string]string, error) {
	names := clientNames(apps)
	for word, means := range map[string]string{allClients: "all clients", everyGroup: "anybody with the app", anyScope: "any scope"} {
		names[word] = means
	}
	for _, g := range ruleGrants {
		names[g.Value] = g.Label
	}
	var groups, people []string
	for _, rules := range b.rules {
		for _, r := range rules {
			groups = append(append(groups, ruleGroups(r, "include")...), ruleGroups(r, "exclude")...)
			people = append(append(people, ruleUsers(r, "include")...), ruleUsers(r, "exclude")...)
		}
	}
	var foundGroups, foundPeople map[string]okta.Object
	err := together(ctx, func(ctx context.Context) (err error) {
		if h.may(ctx, "listGroups") {
			foundGroups, err = h.byID(ctx, "listGroups", idsIn(groups, groupID.MatchString))
		}
		return err
	}, func(ctx context.Context) (err error) {
		if h.may(ctx, "listUsers") {
			foundPeople, err = h.byID(ctx, "listUsers", idsIn(people, userID.MatchString))
		}
		return err
	})
	for id, d := range foundGroups {
		names[id] = groupName(d)
	}
	for id, d := range foundPeople {
		names[id] = personName(d)
	}
	if !p.person.IsZero() {
		names[p.person.Text("id")] = personName(p.person)
	}
	return names, err
}

// tokenQuery is what is asked of a preview: the state of its address.
type tokenQuery struct {
	Client string   `json:"client"`
	Person string   `json:"person"`
	Grant  string   `json:"grant"`
	Scopes []string `json:"scopes"`
}

func queryOf(q url.Values) tokenQuery {
	return tokenQuery{Client: searchable(q.Get("client")), Person: searchable(q.Get("person")), Grant: cmp.Or(q.Get("grant"), "authorization_code"), Scopes: uniqueTexts(q["scope"])}
}

func (q tokenQuery) encode() string {
	v := url.Values{"client": {q.Client}, "grant": {q.Grant}}
	if q.Person != "" {
		v.Set("person", q.Person)
	}
	if len(q.Scopes) > 0 {
		v["scope"] = q.Scopes
	}
	return v.Encode()
}

// ownGrant tells whether the client acts for itself.
func (q tokenQuery) ownGrant() bool { return q.Grant == "client_credentials" }
