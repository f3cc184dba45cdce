// Package authserver draws the pages of authorization servers: the server with its tabs, the
// pages of a scope, claim, policy and rule, and the token preview.
package authserver
