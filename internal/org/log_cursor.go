package org

import (
	"crypto/sha256"
	"fmt"
	"strconv"
)

// logIdentity tells the lists of entries apart that a cursor may belong to.
func logIdentity(r *Request) []byte {
	h := sha256.New()
	fmt.Fprintf(h, "log %q %q %q", r.Query.Get("filter"), r.Query.Get("q"), r.Query.Get("sortOrder"))
	return h.Sum(nil)
}

func (o *Org) sealLogCursor(r *Request, seq int64) string {
	return o.sealCursor(position{id: strconv.FormatInt(seq, 10)}, logIdentity(r))
}

// openLogCursor returns the sequence number behind which a page begins; 0 without a cursor.
func (o *Org) openLogCursor(r *Request, after string) (int64, error) {
	at, err := o.openCursor(after, logIdentity(r))
	if err != nil || at.id == "" {
		return 0, err
	}
	return strconv.ParseInt(at.id, 10, 64)
}
