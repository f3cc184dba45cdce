// Package origin holds the pages of one trusted origin: its form, new and stored, and the
// questions before it is deactivated or deleted. The list is ui.ListPage.
package origin
