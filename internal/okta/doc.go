// Package okta is the management API as data, and the client that calls it: the
// operations, the documents (Object), the error body, and Client, the one way out to
// an org. It imports nothing of ours and knows no user interface and no SQL.
package okta
