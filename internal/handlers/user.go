package handlers

import (
	"net/http"
	"net/url"
	"slices"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/okta"
	"gatehouse/web/templates/user"
)

// listPeople is the list of people. The address is its state: q is the box, f the
// chips, c the columns, sort and order, d the density, limit and after the page. The
// rows cost one call to the org.
func (h *console) listPeople(c *gin.Context) (View, error) {
	ctx, u := c.Request.Context(), c.Request.URL
	if to := withNewFilter(u); to != "" {
		return redirect(to, okta.Object{}), nil
	}
	schema, err := h.readSchema(ctx, "default")
	if err != nil {
		return nil, err
	}
	l := user.List{
		Query: u.Query().Get("q"), Compact: u.Query().Get("d") == "compact",
		MayCreate: h.may(ctx, "createUser"), Clear: "/people",
	}
	l.Choices = columnChoices(schema, nil)
	l.Columns = chosenColumns(u.Query(), l.Choices)
	for i, choice := range l.Choices {
		l.Choices[i].On = slices.ContainsFunc(l.Columns, func(c user.ColumnChoice) bool { return c.Name == choice.Name })
	}
	l.Headings = headings(u, l.Columns)
	if !attributeName.MatchString(u.Query().Get("sort")) {
		l.Note = "Sorted by last update, newest first"
	}
	l.Density = with(u, "d", map[bool]string{true: "", false: "compact"}[l.Compact])
	l.Hidden = hiddenState(u, "f", "c", "sort", "order", "d", "limit")
	l.Export = exportURL(u)
	filters := h.userChips(u, schema, &l)

	search, fault := userSearch(l.Query, filters)
	if fault != nil {
		l.Problem = unreadable(fault)
		return h.peopleUnsearched(c, l)
	}
	l.Expression = search
	docs, next, err := h.pageOf(ctx, "listUsers", u, peopleQuery(u, search))
	if l.Problem = unsearchable(err); l.Problem != "" {
		return h.peopleUnsearched(c, l)
	}
	if err != nil {
		return nil, err
	}
	for _, d := range docs {
		l.Rows = append(l.Rows, userRow(d, l.Columns))
	}
	l.Next, l.More = next, u.Query().Get("after") != ""
	return h.peopleScreen(l, docs, 0), nil
}

// peopleUnsearched is the list without rows, and why.
func (h *console) peopleUnsearched(c *gin.Context, l user.List) (View, error) {
	if wanted(c.Request) == document {
		return nil, problem{Status: http.StatusBadRequest, Code: "expression", Title: "Nothing was searched", Message: l.Problem}
	}
	return h.peopleScreen(l, nil, http.StatusBadRequest), nil
}

// peopleQuery asks the org for the people of a search in the order of the address.
func peopleQuery(u *url.URL, search string) url.Values {
	q, in := url.Values{}, u.Query()
	sort, order := in.Get("sort"), in.Get("order")
	if !attributeName.MatchString(sort) {
		sort, order = "lastUpdated", "desc"
	}
	q.Set("sortBy", sort)
	if order == "desc" {
		q.Set("sortOrder", "desc")
	}
	if search == "" {
		search = "id pr" // the org sorts a search, not a plain list
	}
	q.Set("search", search)
	return q
}

// peopleScreen is the list as a page, a part of it, or the rows of a further page.
func (h *console) peopleScreen(l user.List, docs []okta.Object, status int) Screen {
	if docs == nil {
		docs = []okta.Object{}
	}
	v := Screen{
		Around: About{Title: "People", Section: "people", Status: status, Search: l.Query},
		Body:   user.ListPage(l), Part: user.ListPart(l), Data: listOf(docs, l.Next),
	}
	if l.More {
		v.Part = user.ListRows(l)
	}
	return v
}

// userChips reads the filters of the address and writes their chips into l.
func (h *console) userChips(u *url.URL, schema userSchema, l *user.List) []userFilter {
	var filters []userFilter
	all := u.Query()["f"]
	for i, text := range all[:min(len(all), 20)] {
		f, shown, ok := parseUserFilter(text, schema)
		if !ok {
			continue
		}
		filters = append(filters, f)
		to, q := *u, u.Query()
		q["f"] = slices.Delete(slices.Clone(all), i, i+1)
		to.RawQuery = q.Encode()
		label := f.name
		for _, c := range l.Choices {
			if c.Name == f.name {
				label = c.Label
			}
		}
		l.Chips = append(l.Chips, user.Chip{Name: label, Value: shown, Without: with(&to, "", "")})
	}
	return filters
}

// withNewFilter is the address with the filter that its form adds (add and value); "" when it adds none.
func withNewFilter(u *url.URL) string {
	q := u.Query()
	name, value := q.Get("add"), q.Get("value")
	if !q.Has("add") {
		return ""
	}
	q.Del("add")
	q.Del("value")
	if name != "" && value != "" {
		q.Add("f", name+":"+value)
	}
	to := *u
	to.RawQuery = q.Encode()
	return with(&to, "", "")
}
