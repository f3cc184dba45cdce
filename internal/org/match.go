package org

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"gatehouse/internal/okta"
)

// matcher finds the operation of a method and path. A literal segment beats a
// parameter; two operations may name the parameter at one place differently, which
// is why no router library fits the published paths.
type matcher struct{ root node }

type node struct {
	literal   map[string]*node
	parameter *node
	// rows are the operations that end here. Several share a method when a query parameter tells them apart.
	rows []*route
}

// route binds an operation to the function that answers it.
type route struct {
	op     *okta.Operation
	params []string
	answer handler
}

// add panics on two operations with one method, path and query: a programming mistake.
func (m *matcher) add(r *route) {
	n := &m.root
	for _, s := range strings.Split(strings.Trim(r.op.Path, "/"), "/") {
		if strings.HasPrefix(s, "{") {
			if n.parameter == nil {
				n.parameter = &node{}
			}
			n = n.parameter
			continue
		}
		if n.literal == nil {
			n.literal = map[string]*node{}
		}
		if n.literal[s] == nil {
			n.literal[s] = &node{}
		}
		n = n.literal[s]
	}
	for _, other := range n.rows {
		if other.op.Method == r.op.Method && other.op.Query == r.op.Query {
			panic(fmt.Sprintf("org: %s and %s share a route", other.op.ID, r.op.ID))
		}
	}
	n.rows = append(n.rows, r)
	// A row with a query is the more specific one.
	slices.SortStableFunc(n.rows, func(a, b *route) int { return strings.Compare(b.op.Query, a.op.Query) })
}

// find returns the route and its path arguments. pathKnown tells a wrong method
// (405) from an unknown path (404). path is the escaped path of the request.
func (m *matcher) find(method, path string, query url.Values) (r *route, args map[string]string, pathKnown bool) {
	var values [8]string
	n, count := m.root.walk(strings.Trim(path, "/"), values[:], 0)
	if n == nil {
		return nil, nil, false
	}
	for _, row := range n.rows {
		if row.op.Method != method || !selects(row.op.Query, query) {
			continue
		}
		args = make(map[string]string, count)
		for i, name := range row.params {
			args[name] = values[i]
		}
		return row, args, true
	}
	return nil, nil, true
}

// walk follows the segments of path, trying the literal before the parameter.
func (n *node) walk(path string, values []string, count int) (*node, int) {
	if path == "" {
		if len(n.rows) == 0 {
			return nil, 0
		}
		return n, count
	}
	segment, rest, _ := strings.Cut(path, "/")
	if next := n.literal[segment]; next != nil {
		if found, c := next.walk(rest, values, count); found != nil {
			return found, c
		}
	}
	if n.parameter == nil || count == len(values) {
		return nil, 0
	}
	value, err := url.PathUnescape(segment)
	if err != nil || value == "" {
		return nil, 0
	}
	values[count] = value
	return n.parameter.walk(rest, values, count+1)
}

// selects tells whether the request's query names the operation: "tempPassword=true"
// must be there; "tempPassword=false" is also what an absent parameter means.
func selects(want string, query url.Values) bool {
	if want == "" {
		return true
	}
	name, value, _ := strings.Cut(want, "=")
	got := query.Get(name)
	return got == value || value == "false" && got == ""
}
