// Package application holds the pages of one app: its head and tabs, its settings as
// forms, and the questions before it is deactivated or deleted. The list is ui.ListPage.
package application
