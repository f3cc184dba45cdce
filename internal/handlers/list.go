package handlers

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"golang.org/x/sync/errgroup"

	"gatehouse/internal/expr"
	"gatehouse/internal/okta"
	"gatehouse/web/templates/ui"
)

// pageSizes are the sizes of a page of a list that an address may ask for.
var pageSizes = []int{50, 100, 200}

// pageOf asks the org for the page of a list that the address names with limit and after.
// next is the address of the one behind it; "" at the end.
func (h *console) pageOf(ctx context.Context, op string, u *url.URL, q url.Values) (docs []okta.Object, next string, err error) {
	q.Set("limit", strconv.Itoa(pageSize(u)))
	return h.further(ctx, okta.Call{Op: okta.Find(op), Query: q}, u)
}

// pageSize is how many rows the address asks for.
func pageSize(u *url.URL) int {
	if n, err := strconv.Atoi(u.Query().Get("limit")); err == nil && slices.Contains(pageSizes, n) {
		return n
	}
	return pageSizes[0]
}

// further makes a call for the page of a list behind the cursor of the address.
func (h *console) further(ctx context.Context, call okta.Call, u *url.URL) (docs []okta.Object, next string, err error) {
	if after := u.Query().Get("after"); after != "" {
		call.Query.Set("after", after)
	}
	resp, err := h.config.Org.Do(ctx, call)
	if err != nil {
		return nil, "", err
	}
	if to := resp.NextQuery(); to != nil {
		next = with(u, "after", to.Get("after"))
	}
	docs, err = resp.Objects()
	return docs, next, err
}

// unreadable says what is wrong with an expression in the box.
func unreadable(fault *expr.Error) string {
	return "This expression cannot be read: " + fault.Error()
}

// unsearchable says why the org refused a search; "" where err is something else or nil.
func unsearchable(err error) string {
	var refusal *okta.Error
	if errors.As(err, &refusal) && refusal.Status == http.StatusBadRequest {
		return "The org cannot search for this: " + orgProblem(refusal).Message
	}
	return ""
}

// hiddenState is the state of a list, by these parameters, that its forms carry along.
func hiddenState(u *url.URL, names ...string) []ui.Hidden {
	var out []ui.Hidden
	for _, name := range names {
		for _, v := range u.Query()[name] {
			if v != "" {
				out = append(out, ui.Hidden{Name: name, Value: v})
			}
		}
	}
	return out
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

// noneNil is a list of documents that JSON writes as [], not null.
func noneNil(docs []okta.Object) []okta.Object {
	if docs == nil {
		return []okta.Object{}
	}
	return docs
}

// together runs reads that do not depend on each other at once.
func together(ctx context.Context, reads ...func(context.Context) error) error {
	g, ctx := errgroup.WithContext(ctx)
	for _, read := range reads {
		g.Go(func() error { return read(ctx) })
	}
	return g.Wait()
}
