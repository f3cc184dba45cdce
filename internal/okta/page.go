package okta

import (
	"context"
	"fmt"
	"iter"
)

// maxPages bounds a walk through a list, against an org whose list never ends.
const maxPages = 100_000

// Pages walks a list page by page, each page a call of its own through Do. The walk
// ends after the last page, at the first error, or when the loop is left. A page link
// that was followed before is an error.
func (c *Client) Pages(ctx context.Context, call Call) iter.Seq2[*Response, error] {
	return func(yield func(*Response, error) bool) {
		seen := map[string]bool{}
		for range maxPages {
			resp, err := c.Do(ctx, call)
			if !yield(resp, err) || err != nil || resp.Next == "" || polled(&call, resp) {
				return
			}
			if seen[resp.Next] {
				yield(nil, &Failure{
					Kind: ErrBadAnswer, Operation: call.Op.ID, RequestID: resp.RequestID,
					Attempts: resp.Attempts, Err: fmt.Errorf("the list leads back to a page already read"),
				})
				return
			}
			seen[resp.Next] = true
			call.Query = resp.NextQuery()
		}
		yield(nil, fmt.Errorf("%s: more than %d pages", call.Op.ID, maxPages))
	}
}

// polled tells the empty page at the end of a System Log read without "until": its
// link is for asking again later (okta-semantics C3, logs).
func polled(call *Call, resp *Response) bool {
	return call.Op.ID == "getLogs" && !call.Query.Has("until") && string(resp.Body) == "[]"
}

// All walks a list document by document; see Pages.
func (c *Client) All(ctx context.Context, call Call) iter.Seq2[Object, error] {
	return func(yield func(Object, error) bool) {
		for resp, err := range c.Pages(ctx, call) {
			if err != nil {
				yield(Object{}, err)
				return
			}
			list, err := resp.Objects()
			if err != nil {
				yield(Object{}, fmt.Errorf("%s: %w", call.Op.ID, err))
				return
			}
			for _, o := range list {
				if !yield(o, nil) {
					return
				}
			}
		}
	}
}
