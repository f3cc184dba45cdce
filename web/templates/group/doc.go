// Package group holds the pages of groups: their list, the page of one, and its forms.
package group
