// Package ui holds the parts that every page is made of: the frame, tables, forms, menus,
// dialogs, states. The packages of the areas declare view structs, which handlers fill,
// and compose these parts. Nothing here decides what somebody may do: views carry booleans.
//
// htmx attributes come from hx.go only; there are no style attributes and no inline
// scripts, because the content security policy allows none.
package ui
