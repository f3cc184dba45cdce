package handlers

import (
	"context"
	"iter"
	"net/url"
	"slices"
	"strconv"
	"sync"

	"gatehouse/internal/expr"
	"gatehouse/internal/okta"
)

// byID finds documents by id with a search op, 50 ids a call, all calls at once. What the
// org does not give is not in the map.
func (h *console) byID(ctx context.Context, op string, ids []string) (map[string]okta.Object, error) {
	var mu sync.Mutex
	found := map[string]okta.Object{}
	var reads []func(context.Context) error
	for part := range slices.Chunk(ids, idsAtOnce) {
		reads = append(reads, func(ctx context.Context) error {
			docs, err := h.objects(ctx, idCall(op, part))
			mu.Lock()
			defer mu.Unlock()
			for _, d := range docs {
				found[d.Text("id")] = d
			}
			return err
		})
	}
	return found, together(ctx, reads...)
}

// idCall is the search for documents by id.
func idCall(op string, ids []string) okta.Call {
	var any []string
	for _, id := range ids {
		any = append(any, "id eq "+expr.Quote(id))
	}
	parameter := "search"
	if op == "listApplications" { // apps have a filter only (okta-semantics C3)
		parameter = "filter"
	}
	return okta.Call{Op: okta.Find(op), Query: url.Values{parameter: {grouped(any, " or ")}, "limit": {strconv.Itoa(idsAtOnce)}}}
}

// byIDPages reads documents by id for an export, in the order of the ids.
func (h *console) byIDPages(ctx context.Context, s selection, ids []string) iter.Seq2[[]okta.Object, error] {
	return func(yield func([]okta.Object, error) bool) {
		for part := range slices.Chunk(ids, idsAtOnce) {
			found, err := h.byID(ctx, s.search, part)
			var docs []okta.Object
			for _, id := range part {
				if d := found[id]; !d.IsZero() {
					docs = append(docs, d)
				}
			}
			if !yield(docs, err) || err != nil {
				return
			}
		}
	}
}
