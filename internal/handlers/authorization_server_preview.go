package handlers

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/okta"
	"gatehouse/internal/policy"
	"gatehouse/web/templates/authserver"
	"gatehouse/web/templates/ui"
)

// tokenOutcome is what a request for tokens comes to, by the functions that the org decides with.
type tokenOutcome struct {
	Query    tokenQuery           `json:"query"`
	decision policy.TokenDecision `json:"-"`
	claims   policy.TokenClaims   `json:"-"`
	// Refused is the error that the client reads; nil where tokens are given.
	Refused *policy.Refusal `json:"refused,omitempty"`
	Policy  string          `json:"policy,omitempty"`
	Rule    string          `json:"rule,omitempty"`
	Scopes  []string        `json:"scopes"`
	// Lives are in seconds; Refresh 0 has no end.
	AccessLife  int                        `json:"accessTokenLifetime,omitempty"`
	RefreshLife int                        `json:"refreshTokenLifetime,omitempty"`
	Access      map[string]json.RawMessage `json:"accessToken,omitempty"`
	ID          map[string]json.RawMessage `json:"idToken,omitempty"`
	Userinfo    map[string]json.RawMessage `json:"userinfo,omitempty"`
}

// decideTokens is what the org would give to a request.
func (h *console) decideTokens(b *tokenBook, p tokenParty, q tokenQuery) (o tokenOutcome, err error) {
	o.Query = q
	request := policy.TokenRequest{Client: q.Client, GrantType: q.Grant, Scopes: q.Scopes, Assigned: p.assigned}
	if grants := textsAt(p.app, "settings", "oauthClient", "grant_types"); grants != nil {
		request.ClientGrants = grants
	}
	if q.ownGrant() {
		p.person, p.appUser, p.groups = okta.Object{}, okta.Object{}, nil
	}
	if o.decision, err = b.server.Decide(request, p.context()); err != nil {
		return o, err
	}
	o.Scopes, o.Refused = o.decision.Scopes, o.decision.Refused
	if o.Refused != nil {
		return o, nil
	}
	o.Policy, o.Rule = o.decision.Policy.Name, o.decision.Rule.Name
	o.AccessLife, o.RefreshLife = int(o.decision.Lives.Access.Seconds()), int(o.decision.Lives.Refresh.Seconds())
	o.claims = b.server.Evaluate(h.subject(p, o.Scopes))
	if o.Refused = o.claims.Refused; o.Refused != nil {
		return o, nil
	}
	o.Access, o.ID, o.Userinfo = claimsIn(o.claims.Access), claimsIn(o.claims.ID), claimsIn(o.claims.Userinfo)
	return o, nil
}

func claimsIn(outcomes []policy.ClaimOutcome) map[string]json.RawMessage {
	in := map[string]json.RawMessage{}
	for _, c := range outcomes {
		if c.In {
			in[c.Claim.Name] = c.Value
		}
	}
	return in
}

// serverPreview is the tab of the token preview: the address says for whom.
func (h *console) serverPreview(c *gin.Context, doc okta.Object) (View, error) {
	ctx, q := c.Request.Context(), queryOf(c.Request.URL.Query())
	v := authserver.Preview{Path: serverPath(doc) + "/preview", Person: q.Person}
	var book *tokenBook
	var apps []okta.Object
	err := together(ctx, func(ctx context.Context) (err error) {
		book, err = h.readTokenBook(ctx, doc)
		return err
	}, func(ctx context.Context) (err error) {
		apps, err = h.clientApps(ctx)
		return err
	})
	if err != nil {
		return nil, err
	}
	party, err := h.readTokenParty(ctx, apps, q.Client, q.Person)
	if err != nil {
		return nil, err
	}
	if !party.person.IsZero() {
		q.Person = party.person.Text("profile", "login")
	}
	previewForm(&v, q, book, apps, party)
	screen := func(data any) Screen {
		s := h.serverScreen(c, doc, "preview", authserver.PreviewTab(v))
		s.Data = itemOf(data, nil)
		return s
	}
	if q.Client == "" {
		v.Says = "Choose a client and a person: what the org would give them, and why, is shown here."
		return screen(q), nil
	}
	if party.person.IsZero() && !q.ownGrant() {
		if v.Says = party.problem; v.Says == "" && len(party.choices) == 0 {
			v.Says = "Choose a person: tokens of this grant type are for somebody."
		}
		return screen(q), nil
	}
	outcome, err := h.decideTokens(book, party, q)
	if err != nil {
		return nil, err
	}
	names, err := h.bookNames(ctx, book, apps, party)
	if err != nil {
		return nil, err
	}
	r := h.previewResult(book, party, outcome, names)
	v.Result = &r
	h.offerTrial(ctx, &v, book, party, q)
	return screen(outcome), nil
}

// previewForm fills the form with what was asked.
func previewForm(v *authserver.Preview, q tokenQuery, b *tokenBook, apps []okta.Object, p tokenParty) {
	v.Clients = []ui.Option{{Value: "", Label: "Choose a client"}}
	known := q.Client == ""
	for _, a := range apps {
		id := clientID(a)
		known = known || id == q.Client
		label := a.Text("label")
		if a.Text("status") != "ACTIVE" {
			label += " (inactive)"
		}
		v.Clients = append(v.Clients, ui.Option{Value: id, Label: label})
	}
	if !known {
		v.Clients = append(v.Clients, ui.Option{Value: q.Client, Label: q.Client})
	}
	slices.SortStableFunc(v.Clients[1:], func(a, b ui.Option) int { return strings.Compare(strings.ToLower(a.Label), strings.ToLower(b.Label)) })
	v.Client, v.Grant, v.Grants = q.Client, q.Grant, ruleGrants
	var scopes []ui.Option
	for _, s := range b.scopes {
		scopes = append(scopes, ui.Option{Value: s.Text("name"), Label: s.Text("name")})
	}
	v.Scopes, v.Unread = boxesOf("scope", scopes, q.Scopes), b.unread
	if len(p.choices) > 1 {
		for _, d := range p.choices {
			other := q
			other.Person = d.Text("profile", "login")
			v.People = append(v.People, authserver.Link{Name: personName(d) + " · " + other.Person, Href: v.Path + "?" + other.encode()})
		}
	}
	if !p.person.IsZero() {
		v.Person = q.Person
		v.Who = authserver.Link{Name: personName(p.person), Href: "/people/" + p.person.Text("id")}
	}
}

// previewResult puts an outcome into words.
func (h *console) previewResult(b *tokenBook, p tokenParty, o tokenOutcome, names map[string]string) authserver.PreviewResult {
	r := authserver.PreviewResult{Steps: decisionSteps(o.decision.Decision, names)}
	if o.decision.Policy != nil {
		path := serverPath(b.doc) + "/policies/" + o.decision.Policy.ID
		r.Policy = authserver.Link{Name: o.Policy, Href: path}
		r.Rule = authserver.Link{Name: o.Rule, Href: path + "/rules/" + o.decision.Rule.ID}
	}
	if o.Refused != nil {
		r.Kind, r.Answer, r.Text = "bad", "Refused: "+o.Refused.Code, o.Refused.Description
		if len(o.decision.Policies) == 0 {
			r.Text += " This is settled before any policy is looked at."
		}
		if o.claims.Refused == nil {
			return r
		}
	} else {
		r.Kind, r.Answer = "ok", "Tokens are given by the rule "+o.Rule+" of "+o.Policy
		r.Text = "Scopes granted: " + strings.Join(o.Scopes, " ") + "."
	}
	r.Granted = o.Scopes
	if len(o.Query.Scopes) == 0 {
		r.Note = "No scope was asked for, so the default ones are given."
	}
	lives := o.decision.Lives
	r.Lives = []authserver.Fact{{Name: "Access token", Value: lifeWords(lives.Access)}}
	if !o.Query.ownGrant() && slices.Contains(o.Scopes, "openid") {
		r.Lives = append(r.Lives, authserver.Fact{Name: "ID token", Value: lifeWords(time.Hour)})
	}
	if slices.Contains(o.Scopes, "offline_access") {
		r.Lives = append(r.Lives, authserver.Fact{Name: "Refresh token", Value: lifeWords(lives.Refresh)}, authserver.Fact{Name: "unless unused for", Value: lifeWords(lives.RefreshIdle)})
	}
	r.Tokens = []authserver.TokenView{
		{Title: "Access token", Always: h.alwaysInAccess(b, p, o), Claims: claimRows(b, o.claims.Access)},
	}
	if !o.Query.ownGrant() {
		id := authserver.TokenView{Title: "ID token", Claims: claimRows(b, o.claims.ID)}
		if slices.Contains(o.Scopes, "openid") {
			id.Always = h.alwaysInID(b, p, o)
		} else {
			id.None = "There is none: the scope openid is not granted."
		}
		r.Tokens = append(r.Tokens, id, authserver.TokenView{Title: "Userinfo", Claims: claimRows(b, o.claims.Userinfo), Folded: true})
	}
	return r
}

// lifeWords is how long a token lives; 0 has no end.
func lifeWords(d time.Duration) string { return minutesWords(int(d.Minutes())) }

// alwaysInAccess are the claims that every access token has (okta-semantics C9).
func (h *console) alwaysInAccess(b *tokenBook, p tokenParty, o tokenOutcome) []authserver.ClaimView {
	rows := []authserver.ClaimView{
		standardClaim("iss", b.doc.Text("issuer"), "Issuer"), standardClaim("aud", serverAudience(b.doc), "Audience"),
		standardClaim("cid", o.Query.Client, "Client"), standardClaim("scp", o.Scopes, "Scopes granted"),
	}
	if !o.Query.ownGrant() {
		rows = append(rows, standardClaim("uid", p.person.Text("id"), "Person"))
	}
	return rows
}

func (h *console) alwaysInID(b *tokenBook, p tokenParty, o tokenOutcome) []authserver.ClaimView {
	return []authserver.ClaimView{
		standardClaim("iss", b.doc.Text("issuer"), "Issuer"), standardClaim("aud", o.Query.Client, "Client"), standardClaim("sub", p.person.Text("id"), "Person"),
	}
}

func standardClaim(name string, value any, why string) authserver.ClaimView {
	return authserver.ClaimView{Name: name, Value: string(encoded(value)), Why: why, In: true}
}

// claimRows are the claims of a token, those that are in it first.
func claimRows(b *tokenBook, outcomes []policy.ClaimOutcome) []authserver.ClaimView {
	var in, out []authserver.ClaimView
	for _, c := range outcomes {
		row := authserver.ClaimView{
			Name: c.Claim.Name, Value: string(c.Value), Why: upper(c.Why), In: c.In, Bad: c.Refused != nil, Reads: readsOf(c.Reads),
			Href: serverPath(b.doc) + "/claims/" + c.Claim.ID, From: c.Claim.Value,
		}
		switch c.Claim.ValueType {
		case "GROUPS":
			row.From = "groups: " + strings.ToLower(labelOf(groupFilter, c.Claim.GroupFilter)) + " " + c.Claim.Value
		case "SYSTEM":
			row.From = ""
		}
		if c.In {
			in = append(in, row)
		} else {
			out = append(out, row)
		}
	}
	return append(in, out...)
}
