package handlers

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/okta"
	"gatehouse/web/templates/ui"
)

const originsPath = "/trusted-origins"

var originHeadings = []ui.Column{{Label: "Name"}, {Label: "Status"}, {Label: "Origin"}, {Label: "Trusted for"}, {Label: "Updated"}}

// originScopes are what an origin is trusted for.
var originScopes = []struct{ key, label, help string }{
	{"CORS", "Scripts (CORS)", "Scripts of this origin may call the API of the org for who is signed in"},
	{"REDIRECT", "Redirects", "Browsers may be sent to this origin after a sign-in or a sign-out"},
	{"IFRAME_EMBED", "Frames", "Pages of this origin may show the org in a frame"},
}

func originArg(id string) map[string]string { return map[string]string{"trustedOriginId": id} }

func originPath(doc okta.Object) string { return originsPath + "/" + url.PathEscape(doc.Text("id")) }

// listTrustedOrigins is the list of them. It costs one call to the org.
func (h *console) listTrustedOrigins(c *gin.Context) (View, error) {
	ctx, u := c.Request.Context(), c.Request.URL
	if !h.may(ctx, "listOrigins") {
		return nil, h.notPermitted(ctx, "listOrigins")
	}
	q := url.Values{}
	if words := searchable(u.Query().Get("q")); words != "" {
		q.Set("q", words)
	}
	docs, next, err := h.pageOf(ctx, "listOrigins", u, q)
	if err != nil {
		return nil, err
	}
	l := ui.List{
		Area: originsPath, Title: "Trusted origins", Placeholder: "Beginning of the name or the origin", AddLabel: "Add origin", Query: u.Query().Get("q"),
		Headings: originHeadings, Next: next, More: u.Query().Get("after") != "", Hidden: hiddenState(u, "limit"),
		None: ui.Nothing{Title: "No trusted origins", Text: "Scripts, redirects and frames of other sites work with the org where their origin is trusted."},
	}
	if l.Query != "" {
		l.None = ui.Nothing{Title: "No origin here", Text: "No name and no origin begins with this.", Clear: originsPath, ClearLabel: "All origins"}
	}
	if h.may(ctx, "createOrigin") {
		l.Add = originsPath + "/new"
	}
	for _, d := range docs {
		kind, status := ui.RuleStatus(d.Text("status"))
		at, _ := time.Parse(time.RFC3339, d.Text("lastUpdated"))
		l.Rows = append(l.Rows, ui.Row{ID: d.Text("id"), Name: d.Text("name"), Href: originPath(d), Cells: []ui.Cell{
			{Pill: kind, Text: status}, {Text: d.Text("origin"), Code: true}, {Text: originScopeWords(d)}, {Time: &at},
		}})
	}
	return listScreen(l, "trusted-origins", docs, http.StatusOK), nil
}

func originScopeWords(doc okta.Object) string {
	trusted, words := originTrusts(doc), []string{}
	for _, s := range originScopes {
		if !trusted[s.key].IsZero() {
			words = append(words, s.label)
		}
	}
	return strings.Join(words, ", ")
}

// originTrusts are the scopes of an origin by type.
func originTrusts(doc okta.Object) map[string]okta.Object {
	var in struct {
		Scopes []okta.Object `json:"scopes"`
	}
	trusted := map[string]okta.Object{}
	if doc.IsZero() || doc.Decode(&in) != nil {
		return trusted
	}
	for _, s := range in.Scopes {
		trusted[s.Text("type")] = s
	}
	return trusted
}

func (h *console) readOrigin(ctx context.Context, id string) (okta.Object, error) {
	resp, err := h.config.Org.Do(ctx, okta.Call{Op: okta.Find("getOrigin"), Args: originArg(id)})
	if err != nil {
		return okta.Object{}, err
	}
	return resp.Object()
}
