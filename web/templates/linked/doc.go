// Package linked holds the pages of linked objects: the list of their definitions and
// the form of a new one.
package linked
