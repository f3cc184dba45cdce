package org

// bearer finds the caller of an OAuth access token.
func (o *Org) bearer(store, string, string) (Principal, error) {
	return Principal{}, fail("E0000011", "")
}
