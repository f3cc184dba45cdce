package org

import (
	"context"
	"time"
)

// jobBatch is how many people one transaction of background work looks at.
const jobBatch = 500

// jobAttempts bounds how often a failing batch is tried before the work waits for the next start.
const jobAttempts = 5

// inBatches does batch after batch in the background until one says that it was the
// last, or the org stops.
func (o *Org) inBatches(what string, batch func() (done bool, err error)) {
	o.inBackground(what, func(ctx context.Context) error {
		for failed := 0; ctx.Err() == nil; {
			done, err := batch()
			if err == nil {
				if done {
					return nil
				}
				failed = 0
				continue
			}
			if failed++; failed == jobAttempts || ctx.Err() != nil {
				return err
			}
			o.log.Warn(what, "attempt", failed, "error", err)
			select {
			case <-time.After(time.Duration(failed) * time.Second):
			case <-ctx.Done():
			}
		}
		return nil
	})
}
