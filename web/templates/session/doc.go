// Package session holds the pages around signing in and the pages of errors.
package session
