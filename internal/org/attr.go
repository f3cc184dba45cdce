package org

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/cases"
)

// maxAttr is the length in bytes at which a searched value is cut; a hit on a cut value is checked on the document.
const maxAttr = 256

// fold makes the case-folded form that searches compare. Diacritics stay significant (okta-semantics C3).
func fold(s string) string {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return cases.Fold().String(s)
		}
	}
	return strings.ToLower(s)
}

// cut shortens a searched value to maxAttr bytes, at a character's border.
func cut(s string) string {
	if len(s) <= maxAttr {
		return s
	}
	end := maxAttr
	for end > 0 && !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end]
}
