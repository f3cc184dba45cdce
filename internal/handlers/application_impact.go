package handlers

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"gatehouse/internal/okta"
	"gatehouse/web/templates/application"
	"gatehouse/web/templates/ui"
)

const (
	// impactPeople, impactGroups and impactTokens are how many assignments and tokens of an
	// app are counted: the most that one call gives (okta-semantics C3). Beyond it is "at least".
	impactPeople, impactGroups, impactTokens = 500, 200, 200
	// impactNames is how many are named.
	impactNames = 8
	// impactServers bounds the authorization servers whose policies are read.
	impactServers = 20
)

// impactPolicies are the types of policies whose conditions can name apps.
var impactPolicies = []string{"OKTA_SIGN_ON", "MFA_ENROLL", "IDP_DISCOVERY", "PROFILE_ENROLLMENT"}

// impact is what hangs on an app, as far as the reader may see it.
type impact struct {
	people, groups, tokens counting
	// policies are those that name the app or its client, access the one that its sign-ins obey.
	policies []application.Link
	access   string
	// moreServers: the org has more authorization servers than those whose policies were read.
	moreServers bool
	mu          sync.Mutex
	unread      []string
}

// counting is a number that was counted up to a bound.
type counting struct {
	n     int
	known bool
	// more: there are more than n.
	more  bool
	names []application.Link
}

func (c counting) words(one, many string) string {
	if c.more {
		return "At least " + ui.Number(c.n) + " " + many
	}
	return counted(c.n, one, many)
}

// behind stands behind the names of some of them.
func (c counting) behind() string {
	switch {
	case c.more:
		return " and others"
	case c.n > len(c.names):
		return " and " + ui.Number(c.n-len(c.names)) + " more"
	}
	return ""
}

// impactOf reads what hangs on an app, all at once. What the reader may not see is left
// out and said; any other failure fails the whole, because a number that is missing
// would be taken for none.
func (h *console) impactOf(ctx context.Context, app okta.Object) (*impact, error) {
	i, id := &impact{}, app.Text("id")
	g, ctx := errgroup.WithContext(ctx)
	read := func(what string, f func(context.Context) error, ops ...string) {
		for _, op := range ops {
			if !h.mayOn(ctx, op, id) {
				i.miss(what)
				return
			}
		}
		g.Go(func() error {
			err := f(ctx)
			if p, is := asOrgProblem(err); is && p.Status == http.StatusForbidden {
				i.miss(what)
				return nil
			}
			return err
		})
	}
	read("the people it is assigned to", func(ctx context.Context) (err error) {
		i.people, err = h.countOf(ctx, "listApplicationUsers", id, impactPeople, nil, nil)
		return err
	}, "listApplicationUsers")
	read("the groups it is assigned to", func(ctx context.Context) (err error) {
		i.groups, err = h.countOf(ctx, "listApplicationGroupAssignments", id, impactGroups, url.Values{"expand": {"group"}}, groupLink)
		return err
	}, "listApplicationGroupAssignments")
	if isOIDC(app) {
		read("its tokens", func(ctx context.Context) (err error) {
			i.tokens, err = h.countOf(ctx, "listOAuth2TokensForApplication", id, impactTokens, nil, nil)
			return err
		}, "listOAuth2TokensForApplication")
		read("policies of authorization servers", func(ctx context.Context) error {
			return h.serverPoliciesOn(ctx, i, clientID(app))
		}, "listAuthorizationServers", "listAuthorizationServerPolicies")
	}
	if access := idIn(app.Text("_links", "accessPolicy", "href")); access != "" {
		read("its access policy", func(ctx context.Context) error {
			resp, err := h.config.Org.Do(ctx, okta.Call{Op: okta.Find("getPolicy"), Args: map[string]string{"policyId": access}})
			if err != nil {
				return err
			}
			doc, err := resp.Object()
			i.access = doc.Text("name")
			return err
		}, "getPolicy")
	}
	for _, kind := range impactPolicies {
		read("policies that name it", func(ctx context.Context) error {
			docs, err := h.objects(ctx, okta.Call{Op: okta.Find("listPolicies"), Query: url.Values{"type": {kind}, "expand": {"rules"}}})
			i.name(docs, id)
			return err
		}, "listPolicies")
	}
	err := g.Wait()
	slices.SortFunc(i.policies, func(a, b application.Link) int { return strings.Compare(a.Label, b.Label) })
	return i, err
}

func (i *impact) miss(what string) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if !slices.Contains(i.unread, what) {
		i.unread = append(i.unread, what)
		slices.Sort(i.unread)
	}
}

// name keeps the policies whose conditions, or whose rules', name an id. Ids are unique,
// so that finding it anywhere but in a link is enough.
func (i *impact) name(docs []okta.Object, id string) {
	i.mu.Lock()
	defer i.mu.Unlock()
	for _, d := range docs {
		text := string(d.Get("conditions")) + string(d.Get("_embedded"))
		if strings.Contains(text, strconv.Quote(id)) {
			i.policies = append(i.policies, application.Link{Label: d.Text("name")})
		}
	}
}

// serverPoliciesOn finds the policies of authorization servers that name a client.
func (h *console) serverPoliciesOn(ctx context.Context, i *impact, client string) error {
	resp, err := h.config.Org.Do(ctx, okta.Call{Op: okta.Find("listAuthorizationServers"), Query: url.Values{"limit": {strconv.Itoa(impactServers)}}})
	if err != nil {
		return err
	}
	servers, err := resp.Objects()
	if err != nil {
		return err
	}
	i.moreServers = resp.NextQuery() != nil
	var reads []func(context.Context) error
	for _, s := range servers {
		reads = append(reads, func(ctx context.Context) error {
			docs, err := h.objects(ctx, okta.Call{Op: okta.Find("listAuthorizationServerPolicies"), Args: map[string]string{"authServerId": s.Text("id")}})
			i.name(docs, client)
			return err
		})
	}
	return together(ctx, reads...)
}

// countOf counts what an operation lists of an app, with one call; the first are named.
func (h *console) countOf(ctx context.Context, op, id string, most int, q url.Values, named func(okta.Object) application.Link) (counting, error) {
	if q == nil {
		q = url.Values{}
	}
	q.Set("limit", strconv.Itoa(most))
	resp, err := h.config.Org.Do(ctx, okta.Call{Op: okta.Find(op), Args: appArg(id), Query: q})
	if err != nil {
		return counting{}, err
	}
	docs, err := resp.Objects()
	c := counting{n: len(docs), known: true, more: resp.NextQuery() != nil}
	for _, d := range docs[:min(len(docs), impactNames)] {
		if named != nil {
			c.names = append(c.names, named(d))
		}
	}
	return c, err
}

func groupLink(d okta.Object) application.Link {
	id := d.Text("id")
	return application.Link{Label: cmp.Or(d.Text("_embedded", "group", "profile", "name"), id), Href: "/groups/" + url.PathEscape(id)}
}

// isOIDC tells whether an app is an OAuth client.
func isOIDC(app okta.Object) bool { return app.Text("signOnMode") == "OPENID_CONNECT" }

// clientID is the OAuth client id of an app; "" where it is none.
func clientID(app okta.Object) string { return app.Text("credentials", "oauthClient", "client_id") }

// notSeen says what the reader may not see; "" where it is everything.
func (i *impact) notSeen() string {
	if len(i.unread) == 0 {
		return ""
	}
	return "Not shown, because this sign-in may not read it: " + joinWords(i.unread) + "."
}

// effects put it into words; gone: the app is to be deleted, not only deactivated.
func (i *impact) effects(gone bool) (out []application.Effect) {
	switch {
	case !i.people.known:
	case i.people.n == 0:
		out = append(out, application.Effect{Text: "Nobody is assigned to it."})
	case gone:
		out = append(out, application.Effect{Text: i.people.words("person loses", "people lose") + " it for good, with their settings in it."})
	default:
		out = append(out, application.Effect{Text: i.people.words("person", "people") + " cannot sign in to it until it is activated again. Their assignments stay."})
	}
	if i.groups.n > 0 {
		verb := i.groups.words("group has it now", "groups have it now")
		if gone {
			verb = i.groups.words("group is unassigned", "groups are unassigned")
		}
		out = append(out, application.Effect{Text: verb, Names: i.groups.names, More: i.groups.behind()})
	}
	switch {
	case i.tokens.n > 0:
		out = append(out, application.Effect{Text: i.tokens.words("refresh token ends", "refresh tokens end") + " now, with the access tokens that came with it. They do not come back."})
	case i.tokens.known && !gone:
		out = append(out, application.Effect{Text: "No refresh token of it is valid. Access tokens that it holds end now."})
	}
	if len(i.policies) > 0 {
		out = append(out, application.Effect{Text: counted(len(i.policies), "policy names it and", "policies name it and") + map[bool]string{true: " will name an app that is gone", false: " will have no effect through it"}[gone], Names: i.policies})
	}
	if i.moreServers {
		out = append(out, application.Effect{Text: "Policies of further authorization servers may name it: those of " + ui.Number(impactServers) + " were read."})
	}
	if i.access != "" {
		out = append(out, application.Effect{Text: "Its sign-ins obey the access policy " + i.access + ", which stays."})
	}
	return out
}

// appMade reads an app back after a change of its state whose answer was lost: it shows
// as made where it has the state, or, for "", where it is gone (fault 4).
func (h *console) appMade(id, status string) func(context.Context) (okta.Object, bool, error) {
	return func(ctx context.Context) (okta.Object, bool, error) {
		resp, err := h.config.Org.Do(ctx, okta.Call{Op: okta.Find("getApplication"), Args: appArg(id)})
		var gone *okta.Error
		if errors.As(err, &gone) && gone.Status == http.StatusNotFound {
			return okta.Object{}, status == "", nil
		}
		if err != nil {
			return okta.Object{}, false, err
		}
		doc, err := resp.Object()
		return doc, err == nil && doc.Text("status") == status, err
	}
}
