package handlers

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/auth"
	"gatehouse/internal/expr"
	"gatehouse/internal/okta"
	"gatehouse/web/templates/ui"
)

// directory is a list that the org searches: what tells People from Groups.
type directory struct {
	// path is the list's address and what the addresses of its objects begin with.
	path, section, title string
	// op lists, addOp adds.
	op, addOp, addLabel string
	// getOp reads one by its id, whose kind the prefix tells; getArg names its parameter.
	getOp, getArg, prefix string
	// placeholder and example are for the box.
	placeholder, example string
	box                  searchBox
	// name is the first column by what it sorts by, named its text.
	name  ui.ColumnChoice
	named func(okta.Object) string
	// plain are the columns outside of the profile, usual those shown until somebody chooses others.
	plain []ui.ColumnChoice
	usual []string
	// unsortable are the columns that the org's search cannot sort by (okta-semantics C3).
	unsortable []string
	cell       func(doc okta.Object, name string) ui.Cell
	// filterable are the attributes that a chip may name.
	filterable *regexp.Regexp
	// sort and order are those of a list whose address has none; note says so.
	sort, order, note string
	// kinds are the values of the attribute type that one click narrows the list to.
	kinds []struct{ key, label string }
	// schema has the attributes of the profile.
	schema func(*console, context.Context) (userSchema, error)
	// more are the parameters that some of the columns need.
	more func(columns []ui.ColumnChoice) url.Values
	// nothing are the words of a list without rows, searched those of a search without.
	nothing, searched ui.Nothing
	// file is the name of an export, audited its name in the trail.
	file, audited string
	// actions are what can be done to a selection.
	actions func(*console, context.Context) []ui.BulkAction
}

// asked is what an address asks of a directory.
type asked struct {
	schema  userSchema
	choices []ui.ColumnChoice
	columns []ui.ColumnChoice
	chips   []ui.FilterChip
	// kind is the type that the list is narrowed to, search the expression; "" for everything.
	kind, search string
	fault        *expr.Error
	// query is the call's, without the page; sorted the address with the order in it.
	query  url.Values
	sorted *url.URL
}

// read reads the address of a list: q is the box, f the chips, type the kind, c the
// columns, sort and order.
func (d *directory) read(ctx context.Context, h *console, u *url.URL) (a asked, err error) {
	if a.schema, err = d.schema(h, ctx); err != nil {
		return a, err
	}
	in := u.Query()
	a.choices = columnChoices(d.plain, a.schema)
	a.columns = chosenColumns(in["c"], d.usual, a.choices)
	for i, choice := range a.choices {
		a.choices[i].On = slices.ContainsFunc(a.columns, func(c ui.ColumnChoice) bool { return c.Name == choice.Name })
	}
	var filters []userFilter
	filters, a.chips = d.filters(u, a)
	for _, k := range d.kinds {
		if k.key == in.Get("type") {
			a.kind = k.key
		}
	}
	a.search, a.fault = d.search(in.Get("q"), a.kind, filters)
	a.query, a.sorted = d.ordered(u, a)
	return a, nil
}

// search is what the box, the kind and the chips mean; "" when nothing is asked.
func (d *directory) search(text, kind string, filters []userFilter) (string, *expr.Error) {
	if kind != "" {
		filters = append(slices.Clone(filters), userFilter{"type", expr.Quote(kind)})
	}
	return searchOf(d.box, text, filters)
}

// ordered asks for a search in the order of the address. The second result is the address
// with that order in it, for the headings.
func (d *directory) ordered(u *url.URL, a asked) (url.Values, *url.URL) {
	in, sorted := u.Query(), *u
	by, known := in.Get("sort"), in.Get("sort") == d.name.Name
	for _, c := range a.choices {
		known = known || c.Name == by && !slices.Contains(d.unsortable, by)
	}
	if !known {
		by = d.sort
		in.Set("sort", d.sort)
		in.Del("order")
		if d.order != "" {
			in.Set("order", d.order)
		}
		sorted.RawQuery = in.Encode()
	}
	q := url.Values{"search": {a.search}, "sortBy": {by}}
	if a.search == "" {
		q.Set("search", "id pr") // the org sorts a search, not a plain list
	}
	if in.Get("order") == "desc" {
		q.Set("sortOrder", "desc")
	}
	if d.more != nil {
		for name, values := range d.more(a.columns) {
			q[name] = values
		}
	}
	return q, &sorted
}

// filters are the chips of the address.
func (d *directory) filters(u *url.URL, a asked) (filters []userFilter, chips []ui.FilterChip) {
	all := u.Query()["f"]
	for i, text := range all[:min(len(all), 20)] {
		f, shown, ok := parseUserFilter(text, a.schema, d.filterable)
		if !ok {
			continue
		}
		filters = append(filters, f)
		to, q := *u, u.Query()
		q["f"] = slices.Delete(slices.Clone(all), i, i+1)
		to.RawQuery = q.Encode()
		label := f.name
		for _, c := range a.choices {
			if c.Name == f.name {
				label = c.Label
			}
		}
		chips = append(chips, ui.FilterChip{Name: label, Value: shown, Without: with(&to, "", "")})
	}
	return filters, chips
}

// list is the page of a directory. The address is its state; the rows cost one call to the org.
func (h *console) list(c *gin.Context, d *directory) (View, error) {
	ctx, u := c.Request.Context(), c.Request.URL
	if !h.may(ctx, d.op) {
		return nil, h.notPermitted(ctx, d.op)
	}
	if to := withNewFilter(u); to != "" {
		return redirect(to, okta.Object{}), nil
	}
	a, err := d.read(ctx, h, u)
	if err != nil {
		return nil, err
	}
	l := d.view(h, ctx, u, a)
	if a.fault != nil {
		l.Problem = unreadable(a.fault)
		return unsearched(c, l, d.section)
	}
	docs, next, warn, err := h.pageOrSmaller(ctx, d.op, u, a.query)
	if l.Problem = unsearchable(err); l.Problem != "" {
		return unsearched(c, l, d.section)
	}
	var failed problem
	if errors.As(err, &failed) && failed.Code == listFailed && wanted(c.Request) != document {
		l.Failed, l.Retry = failed.Message, u.RequestURI()
		return listScreen(l, d.section, nil, failed.Status), nil
	}
	if err != nil {
		return nil, err
	}
	newestFirst := d.order == "desc" && u.Query().Get("sort") == ""
	whole := a.search == "" && u.Query().Get("after") == "" && (newestFirst || next == "")
	docs, updating := h.caughtUp(ctx, d, docs, whole)
	for _, doc := range docs {
		row := d.row(doc, a.columns)
		row.Updating = updating[row.ID]
		l.Rows = append(l.Rows, row)
	}
	l.Next, l.More, l.Warn = next, u.Query().Get("after") != "", warn
	return listScreen(l, d.section, docs, 0), nil
}

// view is the list without its rows.
func (d *directory) view(h *console, ctx context.Context, u *url.URL, a asked) ui.List {
	in := u.Query()
	l := ui.List{
		Area: d.path, Title: d.title, Placeholder: d.placeholder, Example: d.example, AddLabel: d.addLabel,
		Query: in.Get("q"), Expression: a.search, Chips: a.chips, Choices: a.choices,
		Compact: in.Get("d") == "compact", Size: pageSize(u), Sizes: pageSizes,
		Hidden: hiddenState(u, "f", "type", "c", "sort", "order", "d", "limit"),
		None:   d.nothing,
	}
	if mayExport(auth.From(ctx)) {
		l.Export = exportURL(d.path+".csv", u)
	}
	if h.may(ctx, d.addOp) {
		l.Add = d.path + "/new"
	}
	if a.sorted.RawQuery != u.RawQuery && d.note != "" {
		l.Note = d.note
	}
	if l.Query != "" || len(l.Chips) > 0 || a.kind != "" {
		l.None = d.searched
	}
	for _, k := range d.kinds {
		l.Kinds = append(l.Kinds, ui.Choice{Label: k.label, Href: with(u, "type", k.key), On: k.key == a.kind})
	}
	l.Density = with(u, "d", map[bool]string{true: "", false: "compact"}[l.Compact])
	l.Headings = []ui.Column{sortable(a.sorted, d.name.Name, d.name.Label)}
	for _, c := range a.columns {
		if slices.Contains(d.unsortable, c.Name) {
			l.Headings = append(l.Headings, ui.Column{Label: c.Label})
			continue
		}
		l.Headings = append(l.Headings, sortable(a.sorted, c.Name, c.Label))
	}
	if d.actions != nil {
		l.Bulk = ui.Bulk{Action: d.path + "/selected", Most: bulkMost, Actions: d.actions(h, ctx), Hidden: backTo(u)}
	}
	return l
}

func (d *directory) row(doc okta.Object, columns []ui.ColumnChoice) ui.Row {
	r := ui.Row{ID: doc.Text("id"), Name: d.named(doc), Href: d.path + "/" + doc.Text("id")}
	for _, c := range columns {
		r.Cells = append(r.Cells, d.cell(doc, c.Name))
	}
	return r
}

// unsearched is a list without rows, and why.
func unsearched(c *gin.Context, l ui.List, section string) (View, error) {
	if wanted(c.Request) == document {
		return nil, problem{Status: http.StatusBadRequest, Code: "expression", Title: "Nothing was searched", Message: l.Problem}
	}
	return listScreen(l, section, nil, http.StatusBadRequest), nil
}

// listScreen is a list as a page, a part of it, or the rows of a further page.
func listScreen(l ui.List, section string, docs []okta.Object, status int) Screen {
	v := Screen{
		Around: About{Title: l.Title, Section: section, Status: status},
		Body:   ui.ListPage(l), Part: ui.ListPart(l), Data: listOf(noneNil(docs), l.Next),
	}
	if l.More {
		v.Part = ui.ListRows(l)
	}
	return v
}

// listFailed is the code of a list that the org fails on however few rows are asked for.
const listFailed = "list_failed"

// smallerPage is what is asked for when the org fails on a page of the usual size.
const smallerPage = "10"

// pageOrSmaller is pageOf for lists that the org may fail on: for admins of some groups
// the cloud may run into its own time limit and answers 500 (documented limitation of
// listUsers; fault 20). Then fewer are asked for, and warn says so.
func (h *console) pageOrSmaller(ctx context.Context, op string, u *url.URL, q url.Values) (docs []okta.Object, next, warn string, err error) {
	docs, next, err = h.pageOf(ctx, op, u, q)
	if !orgFailed(err) {
		return docs, next, "", err
	}
	q.Set("limit", smallerPage)
	docs, next, err = h.further(ctx, okta.Call{Op: okta.Find(op), Query: q}, u)
	if orgFailed(err) {
		return nil, "", "", problem{
			Status: http.StatusBadGateway, Code: listFailed, Title: "The org could not list this", Err: err,
			Message: "It failed on a page of " + strconv.Itoa(pageSize(u)) + " and on one of " + smallerPage + ", as it may for admins of some groups. " +
				"Open Groups, choose one and read its members, or search for somebody by name.",
		}
	}
	return docs, next, "The org failed on a page of " + strconv.Itoa(pageSize(u)) + ", so these are " + smallerPage + " at a time. To see more at once, open a group and read its members.", err
}

// orgFailed tells a server error or a time-out of the org from its refusals.
func orgFailed(err error) bool {
	p, is := asOrgProblem(err)
	return is && p.Status == http.StatusBadGateway && p.Code != "" && !strings.HasPrefix(p.Code, "E0000011")
}
