// Package policy draws policies: those of a type in their order, one with its rules in
// words, and their forms. It declares the structs that handlers fill.
package policy
