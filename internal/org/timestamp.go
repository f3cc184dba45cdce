package org

import "time"

// stamp writes a time as the API does: UTC, milliseconds, which recorded answers always have as .000.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// second cuts a time to the second, as recorded documents carry it.
func second(t time.Time) time.Time { return t.UTC().Truncate(time.Second) }
