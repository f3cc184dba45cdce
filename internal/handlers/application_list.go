package handlers

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/auth"
	"gatehouse/internal/expr"
	"gatehouse/internal/okta"
	"gatehouse/web/templates/ui"
)

const (
	appsPath = "/apps"
	// appReads bounds the calls that look for the apps of a mode: the org's filter knows no
	// modes (okta-semantics C3), so the console reads on until a page is full.
	appReads = 5
	// appsAtOnce is how many apps such a call reads: the most that the org gives.
	appsAtOnce = "200"
)

// appID is an id of an app as the org mints them (okta-semantics C4).
var appID = regexp.MustCompile(`^0oa[0-9A-Za-z]{17}$`)

// appFilterable are what the org's filter of apps knows (okta-semantics C3) and a chip can name.
var appFilterable = regexp.MustCompile(`^(id|status|name|credentials\.signing\.kid)$`)

var appColumns = []ui.ColumnChoice{
	{Name: "signOnMode", Label: "Sign-on", Unfiltered: true},
	{Name: "status", Label: "Status"},
	{Name: assignedColumn, Label: "Assigned to", Unfiltered: true},
	{Name: "lastUpdated", Label: "Changed", Unfiltered: true},
	{Name: "created", Label: "Created", Unfiltered: true},
	{Name: "name", Label: "Name in the API"},
	{Name: "id", Label: "Id"},
	{Name: "credentials.oauthClient.client_id", Label: "Client id", Unfiltered: true},
	{Name: "credentials.signing.kid", Label: "Signing key"},
	{Name: "settings.notes.admin", Label: "Notes for admins", Unfiltered: true},
}

var usualAppColumns = []string{"signOnMode", "status", assignedColumn, "lastUpdated"}

// appModeGroups are the modes that one click narrows the list to.
var appModeGroups = []struct {
	key, label string
	modes      []string
}{
	{"oidc", "OIDC", []string{"OPENID_CONNECT"}},
	{"saml", "SAML", []string{"SAML_2_0", "SAML_1_1"}},
	{"swa", "SWA", []string{"AUTO_LOGIN", "BROWSER_PLUGIN", "SECURE_PASSWORD_STORE"}},
	{"bookmark", "Bookmark", []string{"BOOKMARK"}},
	{"basic", "Basic auth", []string{"BASIC_AUTH"}},
	{"ws-fed", "WS-Fed", []string{"WS_FEDERATION"}},
}

// askedApps is what an address asks of the list of apps.
type askedApps struct {
	choices, columns []ui.ColumnChoice
	chips            []ui.FilterChip
	// modes are those that the list is narrowed to; nil for all.
	modes []string
	query url.Values
	fault *expr.Error
}

// readApps reads the address: q is the box, f the chips, status and mode the kinds, c the columns.
func readApps(u *url.URL) (a askedApps) {
	in := u.Query()
	a.choices = slices.Clone(appColumns)
	a.columns = chosenColumns(in["c"], usualAppColumns, a.choices)
	for i, choice := range a.choices {
		a.choices[i].On = slices.ContainsFunc(a.columns, func(c ui.ColumnChoice) bool { return c.Name == choice.Name })
	}
	for _, m := range appModeGroups {
		if m.key == in.Get("mode") {
			a.modes = m.modes
		}
	}
	var filters []userFilter
	d := directory{filterable: appFilterable}
	filters, a.chips = d.filters(u, asked{choices: a.choices})
	if status := in.Get("status"); status == "ACTIVE" || status == "INACTIVE" {
		filters = append(filters, userFilter{"status", expr.Quote(status)})
	}
	a.query = url.Values{}
	text := searchable(in.Get("q"))
	if appID.MatchString(text) || looksLikeExpression(text) {
		text, a.fault = searchOf(searchBox{id: appID, word: expr.Quote}, text, filters)
		a.query.Set("filter", text)
		return a
	}
	if filter, _ := searchOf(searchBox{}, "", filters); filter != "" {
		a.query.Set("filter", filter)
	}
	if text != "" {
		a.query.Set("q", text)
	}
	return a
}

// narrowed tells whether the list leaves something out.
func (a askedApps) narrowed() bool { return len(a.query) > 0 || a.modes != nil }

func (a askedApps) keeps(doc okta.Object) bool {
	return a.modes == nil || slices.Contains(a.modes, doc.Text("signOnMode"))
}

// listApps is the list of apps. Without a mode its rows cost one call to the org.
func (h *console) listApps(c *gin.Context) (View, error) {
	ctx, u := c.Request.Context(), c.Request.URL
	if !h.may(ctx, "listApplications") {
		return nil, h.notPermitted(ctx, "listApplications")
	}
	if to := withNewFilter(u); to != "" {
		return redirect(to, okta.Object{}), nil
	}
	a := readApps(u)
	l := h.appListView(ctx, u, a)
	if a.fault != nil {
		l.Problem = unreadable(a.fault)
		return unsearched(c, l, "apps")
	}
	docs, next, err := h.pageOfApps(ctx, u, a)
	if l.Problem = unsearchable(err); l.Problem != "" {
		return unsearched(c, l, "apps")
	}
	if err != nil {
		return nil, err
	}
	var numbers map[string]string
	if u.Query().Get("count") == "page" {
		numbers = h.countPage(ctx, docs)
	}
	for _, d := range docs {
		row := ui.Row{ID: d.Text("id"), Name: d.Text("label"), Href: appPath(d)}
		for _, column := range a.columns {
			if column.Name == assignedColumn {
				row.Cells = append(row.Cells, assignedCell(d, numbers))
				continue
			}
			row.Cells = append(row.Cells, appCell(d, column.Name))
		}
		l.Rows = append(l.Rows, row)
	}
	l.Next, l.More = next, u.Query().Get("after") != ""
	if a.modes != nil && len(docs) == 0 && next != "" {
		l.Warn = "None so far: the org lists apps of all modes together. Load more reads on."
	}
	return listScreen(l, "apps", docs, http.StatusOK), nil
}

// pageOfApps reads a page; for a mode as many as it takes to fill one, within a bound.
func (h *console) pageOfApps(ctx context.Context, u *url.URL, a askedApps) (docs []okta.Object, next string, err error) {
	if a.modes == nil {
		return h.pageOf(ctx, "listApplications", u, a.query)
	}
	a.query.Set("limit", appsAtOnce)
	at := u
	for range appReads {
		var all []okta.Object
		if all, next, err = h.further(ctx, okta.Call{Op: okta.Find("listApplications"), Query: a.query}, at); err != nil {
			return nil, "", err
		}
		for _, d := range all {
			if a.keeps(d) {
				docs = append(docs, d)
			}
		}
		if next == "" || len(docs) >= pageSize(u) {
			break
		}
		if at, err = url.Parse(next); err != nil {
			return nil, "", err
		}
	}
	return docs, next, nil
}

// appListView is the list without its rows.
func (h *console) appListView(ctx context.Context, u *url.URL, a askedApps) ui.List {
	in := u.Query()
	l := ui.List{
		Area: appsPath, Title: "Apps", Placeholder: "Beginning of the label, id or filter", Example: `status eq "ACTIVE" and name eq "oidc_client"`, AddLabel: "Add app",
		Query: in.Get("q"), Chips: a.chips, Choices: a.choices, Expression: a.query.Get("filter"),
		Compact: in.Get("d") == "compact", Size: pageSize(u), Sizes: pageSizes, Hidden: hiddenState(u, "f", "status", "mode", "count", "c", "d", "limit"),
		None:     ui.Nothing{Title: "No apps", Text: "An app that people sign in to through the org, or a service that calls its API, is added here."},
		Headings: []ui.Column{{Label: "Label"}},
	}
	if a.narrowed() {
		l.None = ui.Nothing{
			Title: "No app here", Text: "No app that you may see matches. Words are looked for at the beginning of labels and of names in the API.",
			Clear: appsPath, ClearLabel: "All apps",
		}
	}
	if mayExport(auth.From(ctx)) {
		l.Export = exportURL(appsPath+".csv", u)
	}
	if h.may(ctx, "createApplication") {
		l.Add = appsPath + "/new"
	}
	toggle := func(name, key, label string) {
		on, to := in.Get(name) == key, key
		if on {
			to = ""
		}
		l.Kinds = append(l.Kinds, ui.Choice{Label: label, Href: with(u, name, to), On: on})
	}
	toggle("status", "ACTIVE", "Active")
	toggle("status", "INACTIVE", "Inactive")
	for _, m := range appModeGroups {
		toggle("mode", m.key, m.label)
	}
	l.Density = with(u, "d", map[bool]string{true: "", false: "compact"}[l.Compact])
	for _, column := range a.columns {
		if column.Name == assignedColumn {
			l.Switch = ui.Choice{Label: "Count assignments", Href: with(u, "count", "page")}
			if in.Get("count") == "page" {
				l.Switch = ui.Choice{Label: "Hide counts", Href: with(u, "count", "")}
			}
		}
		l.Headings = append(l.Headings, ui.Column{Label: column.Label})
	}
	l.Bulk = ui.Bulk{Action: selectedApps.path, Most: bulkMost, Actions: h.appActions(ctx), Hidden: backTo(u)}
	return l
}

func appCell(doc okta.Object, name string) ui.Cell {
	text := plainText(doc.Get(strings.Split(name, ".")...))
	switch name {
	case "signOnMode":
		return ui.Cell{Text: appKindWords(doc)}
	case "status":
		kind, words := ui.RuleStatus(text)
		return ui.Cell{Pill: kind, Text: words}
	case "lastUpdated", "created":
		at, _ := time.Parse(time.RFC3339, text)
		return ui.Cell{Time: &at}
	case "id", "name", "credentials.oauthClient.client_id", "credentials.signing.kid":
		return ui.Cell{Text: text, Code: true}
	}
	return ui.Cell{Text: text}
}

// appKindWords is how people sign in to an app, with the kind of an OpenID Connect client.
func appKindWords(doc okta.Object) string {
	words := modeWords(doc)
	if kind := oidcTypes[doc.Text("settings", "oauthClient", "application_type")]; kind != "" && doc.Text("signOnMode") == "OPENID_CONNECT" {
		words += ", " + kind
	}
	return words
}

// oidcTypes are the words for application_type.
var oidcTypes = map[string]string{"web": "web", "browser": "single-page", "native": "native", "service": "service"}

// exportApps sends the apps of a list as CSV.
func (h *console) exportApps(c *gin.Context) (View, error) {
	a := readApps(c.Request.URL)
	if a.fault != nil {
		return nil, problem{Status: http.StatusBadRequest, Code: "expression", Title: "Nothing was exported", Message: unreadable(a.fault), Err: a.fault}
	}
	a.query.Set("limit", exportPage)
	pages := h.exportPages(c.Request.Context(), okta.Call{Op: okta.Find("listApplications"), Query: a.query})
	return h.export(c, appSheet(a), func(yield func([]okta.Object, error) bool) {
		for docs, err := range pages {
			docs = slices.DeleteFunc(docs, func(d okta.Object) bool { return !a.keeps(d) })
			if !yield(docs, err) || err != nil {
				return
			}
		}
	})
}

// appSheet has the columns of the address.
func appSheet(a askedApps) sheet {
	s := sheet{file: "apps", audited: "exportApps", head: []string{"Label"}}
	var names []string
	for _, c := range a.columns {
		if c.Name == assignedColumn { // counted on demand only
			continue
		}
		s.head, names = append(s.head, c.Label), append(names, c.Name)
	}
	s.row = func(d okta.Object) []string {
		row := []string{d.Text("label")}
		for _, name := range names {
			row = append(row, plainText(d.Get(strings.Split(name, ".")...)))
		}
		return row
	}
	s.detail = map[string]string{"search": a.query.Get("q") + a.query.Get("filter"), "columns": strings.Join(names, " ")}
	return s
}
