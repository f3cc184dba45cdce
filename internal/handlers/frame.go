package handlers

import (
	"cmp"
	"context"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"
	"github.com/gin-gonic/gin"

	"gatehouse/internal/auth"
	"gatehouse/web/templates/ui"
)

// framed puts content into a page: with navigation for an admin, plain without.
func (h *console) framed(c *gin.Context, a About, content templ.Component) templ.Component {
	r := c.Request
	s := auth.From(r.Context())
	theme := choice(r, "theme", "light", "dark")
	if s == nil || a.Plain {
		return around(ui.Plain(a.Title, h.orgName(), theme), content)
	}
	f := ui.Frame{
		Title: a.Title, Section: a.Section, Search: a.Search, Messages: a.Messages,
		Org: h.orgName(), Theme: theme, Slim: choice(r, "nav", "slim") != "",
		Nav: h.navigation(r.Context()),
		Admin: ui.Admin{
			Name: s.Name, Login: s.Login, Role: roleLabel(s),
			Until: s.ExpiresAt, Left: s.ExpiresAt.Sub(h.config.Now()), Idle: s.IdleAt.Sub(h.config.Now()),
		},
	}
	if h.may(r.Context(), "listUsers") {
		f.SearchURL = "/people"
	}
	return around(ui.Page(f), content)
}

// around gives a layout its children.
func around(layout, content templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		return layout.Render(templ.WithChildren(ctx, content), w)
	})
}

// navigation lists the entries that this admin may read. An entry appears here when
// its page exists.
func (h *console) navigation(ctx context.Context) []ui.NavGroup {
	groups := []ui.NavGroup{{Key: "home", Label: "Home", Icon: "home", Href: "/"}}
	var directory []ui.NavEntry
	if h.may(ctx, "listUsers") {
		directory = append(directory, ui.NavEntry{Key: "people", Label: "People", Href: "/people"})
	}
	if h.may(ctx, "listGroups") {
		directory = append(directory, ui.NavEntry{Key: "groups", Label: "Groups", Href: "/groups"})
	}
	if h.may(ctx, "listGroupRules") {
		directory = append(directory, ui.NavEntry{Key: "group-rules", Label: "Group rules", Href: "/group-rules"})
	}
	if h.may(ctx, "listLinkedObjectDefinitions") {
		directory = append(directory, ui.NavEntry{Key: "linked-objects", Label: "Linked objects", Href: "/linked-objects"})
	}
	if len(directory) > 0 {
		groups = append(groups, ui.NavGroup{Key: "directory", Label: "Directory", Icon: "users", Entries: directory})
	}
	if h.may(ctx, "listApplications") {
		groups = append(groups, ui.NavGroup{Key: "applications", Label: "Applications", Icon: "apps", Entries: []ui.NavEntry{
			{Key: "apps", Label: "Apps", Href: appsPath},
		}})
	}
	var security []ui.NavEntry
	if h.may(ctx, "listPolicies") {
		security = append(security, ui.NavEntry{Key: "policies", Label: "Policies", Href: "/policies"})
	}
	if h.may(ctx, "listNetworkZones") {
		security = append(security, ui.NavEntry{Key: "network-zones", Label: "Network zones", Href: zonesPath})
	}
	if h.may(ctx, "listOrigins") {
		security = append(security, ui.NavEntry{Key: "trusted-origins", Label: "Trusted origins", Href: "/trusted-origins"})
	}
	if maySeeAllSessions(ctx) {
		security = append(security, ui.NavEntry{Key: "sessions", Label: "Console sessions", Href: "/sessions/all"})
	}
	if len(security) > 0 {
		groups = append(groups, ui.NavGroup{Key: "security", Label: "Security", Icon: "shield-half", Entries: security})
	}
	if h.may(ctx, "listAuthorizationServers") {
		groups = append(groups, ui.NavGroup{Key: "api", Label: "API", Icon: "code", Entries: []ui.NavEntry{
			{Key: serversSection, Label: "Authorization servers", Href: serversPath},
		}})
	}
	return append(groups, ui.NavGroup{Key: "activity", Label: "Activity", Icon: "activity", Entries: []ui.NavEntry{
		{Key: "changes", Label: "Changes", Href: "/changes"},
	}})
}

// orgName is what the org is called: its name, else its host.
func (h *console) orgName() string { return cmp.Or(h.config.OrgName, h.org.Host) }

// roleLabel names the admin's role, and how many more there are; "" where the org does not tell.
func roleLabel(s *auth.Session) string {
	var active []string
	for _, r := range s.Roles {
		if r.Status != "INACTIVE" {
			active = append(active, cmp.Or(r.Label, roleWords(r.Type)))
		}
	}
	slices.Sort(active)
	switch active = slices.Compact(active); len(active) {
	case 0:
		return ""
	case 1:
		return active[0]
	}
	return active[0] + " and " + strconv.Itoa(len(active)-1) + " more"
}

// roleWords writes a role's type, such as HELP_DESK_ADMIN, as people do.
func roleWords(kind string) string {
	s := strings.ToLower(strings.ReplaceAll(kind, "_", " "))
	if s == "" {
		return ""
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// choice reads a cookie that holds one of a few words.
func choice(r *http.Request, name string, words ...string) string {
	k, err := r.Cookie(name)
	if err == nil && slices.Contains(words, k.Value) {
		return k.Value
	}
	return ""
}
