// Package change holds the pages of the audit trail: who changed what, before and after.
package change
