package handlers

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/expr"
	"gatehouse/internal/okta"
	"gatehouse/web/templates/group"
)

// groupID is an id of a group as the org mints them (okta-semantics C4).
var groupID = regexp.MustCompile(`^00g[0-9A-Za-z]{17}$`)

// groupBox finds words in names and descriptions. Less than three characters are looked
// for at the beginning of the name: no index holds shorter pieces.
var groupBox = searchBox{id: groupID, word: func(word string) string {
	if utf8.RuneCountInString(word) < 3 {
		return anyOf("sw", word, "profile.name")
	}
	return anyOf("co", word, "profile.name", "profile.description")
}}

// groupTypes are the kinds of group that a list can be narrowed to.
var groupTypes = []struct{ key, label string }{
	{"", "All"}, {"OKTA_GROUP", "Okta groups"}, {"APP_GROUP", "App groups"}, {"BUILT_IN", "Built in"},
}

// groupColumns are the columns of the list by what they sort by; the first is the usual order.
var groupColumns = []struct{ name, label string }{
	{"profile.name", "Name"},
	{"profile.description", "Description"},
	{"type", "Type"},
	{"lastMembershipUpdated", "Members changed"},
	{"lastUpdated", "Updated"},
}

// listGroups is the list of groups. The address is its state: q is the box, type the
// kind, sort and order, limit and after the page. It costs one call to the org.
func (h *console) listGroups(c *gin.Context) (View, error) {
	ctx, u := c.Request.Context(), c.Request.URL
	if !h.may(ctx, "listGroups") {
		return nil, h.notPermitted(ctx, "listGroups")
	}
	l := group.List{
		Query: u.Query().Get("q"), MayCreate: h.may(ctx, "createGroup"),
		Hidden: hiddenState(u, "type", "sort", "order", "limit"),
	}
	kind := ""
	for _, t := range groupTypes {
		on := t.key == u.Query().Get("type")
		if on {
			kind = t.key
		}
		l.Types = append(l.Types, group.Choice{Label: t.label, Href: with(u, "type", t.key), On: on})
	}
	l.Filtered = l.Query != "" || kind != ""
	search, fault := groupSearch(l.Query, kind)
	if fault != nil {
		l.Problem = unreadable(fault)
		return h.groupsUnsearched(c, l)
	}
	l.Expression = search
	q, sorted := groupOrder(u, search)
	for _, column := range groupColumns {
		l.Headings = append(l.Headings, sortable(sorted, column.name, column.label))
	}
	docs, next, err := h.pageOf(ctx, "listGroups", u, q)
	if l.Problem = unsearchable(err); l.Problem != "" {
		return h.groupsUnsearched(c, l)
	}
	if err != nil {
		return nil, err
	}
	for _, d := range docs {
		l.Rows = append(l.Rows, group.Row{
			ID: d.Text("id"), Name: groupName(d), Description: d.Text("profile", "description"), Type: d.Text("type"),
			MembersUpdated: d.Text("lastMembershipUpdated"), Updated: d.Text("lastUpdated"),
		})
	}
	l.Next = next
	v := Screen{
		Around: About{Title: "Groups", Section: "groups"},
		Body:   group.ListPage(l), Part: group.ListPart(l), Data: listOf(noneNil(docs), next),
	}
	if u.Query().Get("after") != "" {
		v.Part = group.ListRows(l)
	}
	return v, nil
}

// groupsUnsearched is the list without rows, and why.
func (h *console) groupsUnsearched(c *gin.Context, l group.List) (View, error) {
	if wanted(c.Request) == document {
		return nil, problem{Status: http.StatusBadRequest, Code: "expression", Title: "Nothing was searched", Message: l.Problem}
	}
	return Screen{
		Around: About{Title: "Groups", Section: "groups", Status: http.StatusBadRequest},
		Body:   group.ListPage(l), Part: group.ListPart(l),
	}, nil
}

// groupSearch is what the box and the kind mean; "" when nothing is asked.
func groupSearch(text, kind string) (string, *expr.Error) {
	var parts []string
	if text = searchable(text); text != "" {
		part, fault := groupBox.search(text)
		if fault != nil {
			return "", fault
		}
		parts = append(parts, part)
	}
	if kind != "" {
		parts = append(parts, "type eq "+expr.Quote(kind))
	}
	return strings.Join(parts, " and "), nil
}

// groupOrder asks for a search in the order of the address, by name where it has none.
// The second result is the address with that order in it, for the headings.
func groupOrder(u *url.URL, search string) (url.Values, *url.URL) {
	in, sorted := u.Query(), *u
	sort := in.Get("sort")
	known := slices.ContainsFunc(groupColumns, func(c struct{ name, label string }) bool { return c.name == sort })
	if !known {
		sort = groupColumns[0].name
		in.Set("sort", sort)
		in.Del("order")
		sorted.RawQuery = in.Encode()
	}
	if search == "" {
		search = "id pr" // sorting works with search only
	}
	q := url.Values{"search": {search}, "sortBy": {sort}}
	if in.Get("order") == "desc" {
		q.Set("sortOrder", "desc")
	}
	return q, &sorted
}

// noneNil is a list of documents that JSON writes as [], not null.
func noneNil(docs []okta.Object) []okta.Object {
	if docs == nil {
		return []okta.Object{}
	}
	return docs
}
