package org

import "gatehouse/internal/okta"

// logFilter is the filter of a log query.
type logFilter struct{}

func parseLogFilter(text string) (*logFilter, error) {
	if text == "" {
		return nil, nil
	}
	return nil, fail("E0000053", printable(text))
}

func (f *logFilter) matches(okta.Object) bool { return true }

func (f *logFilter) key() (name, value string) { return "", "" }
