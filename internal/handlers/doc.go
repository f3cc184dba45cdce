// Package handlers is the console over HTTP: its routes, its pages and the same content
// as JSON. It decides nothing about the org: every read and change goes through
// okta.Client.Do, whose guards check permission and keep the trail.
//
// A request passes New's chain (headers, request id, log, recovery, limits, compression,
// cross-origin check), then a route of routes.go, then the adapter: it finds the session,
// checks that a write was meant, calls the handler, and turns the View or the error into
// a page, a fragment or JSON (contracts.md section 2). errors.go is the one table from
// errors to statuses and words.
//
// An area is a file prefix: group.go, group_edit.go, ... with its templates in
// web/templates/group and its lines in routes.go.
package handlers
