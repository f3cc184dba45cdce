package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"time"
)

// contestant is a server under one kind of load.
type contestant struct {
	name, url string
	// kind is what wrk.lua sends, authorization with what header, ids the file of a "get".
	kind, authorization, ids string
	// rates are requests a second, one a round.
	rates []float64
	// size is the bytes of one answer with its header, of the last round.
	size int
}

// rate is the median of the rounds.
func (c *contestant) rate() float64 { return median(c.rates) }

// race loads the contestants in turn, round by round, so that a machine that grows slower
// or faster does so for all of them.
func (b *bench) race(all ...*contestant) error {
	for range b.rounds {
		for _, c := range all {
			if _, err := b.wrk(c, b.warmUp); err != nil {
				return err
			}
			sum, err := b.wrk(c, b.run)
			if err != nil {
				return err
			}
			c.rates = append(c.rates, float64(sum.Requests)/time.Duration(sum.Microseconds*1000).Seconds())
			c.size = sum.Bytes / max(sum.Requests, 1)
		}
	}
	return nil
}

// wrkSummary is what wrk.lua prints.
type wrkSummary struct {
	Requests, Microseconds, Bytes, Refused, Broken int
}

// wrk loads c for a time. Any answer that says an error fails the run.
func (b *bench) wrk(c *contestant, d time.Duration) (sum wrkSummary, err error) {
	// What tells requests of this run apart from those of others: logins, tokens.
	mark := strconv.FormatUint(rand.Uint64(), 36)
	cmd := exec.CommandContext(b.ctx, "wrk", "-t1", "-c16", "-d"+strconv.Itoa(int(d.Seconds()))+"s", "--timeout", "10s",
		"-s", "bench/wrk.lua", c.url, "--", c.kind, c.authorization, c.ids, mark)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return sum, fmt.Errorf("wrk: %w: %s", err, out)
	}
	at := bytes.LastIndexByte(bytes.TrimSpace(out), '\n')
	if err := json.Unmarshal(out[at+1:], &sum); err != nil {
		return sum, fmt.Errorf("wrk: %w: %s", err, out)
	}
	if sum.Refused > 0 || sum.Broken > 0 || sum.Requests == 0 {
		return sum, fmt.Errorf("%s %s: of %d requests %d were refused and %d broke", c.name, c.kind, sum.Requests, sum.Refused, sum.Broken)
	}
	return sum, nil
}

// writeLines keeps lines in a file of the run.
func (b *bench) writeLines(name string, lines []string) (string, error) {
	path := filepath.Join(b.dir, name)
	var text bytes.Buffer
	for _, l := range lines {
		text.WriteString(l + "\n")
	}
	return path, os.WriteFile(path, text.Bytes(), 0o600)
}

func median(of []float64) float64 { return percentile(of, 50) }

// percentile is the value that p of a hundred do not exceed; of two the greater one.
func percentile(of []float64, p int) float64 {
	if len(of) == 0 {
		return 0
	}
	s := slices.Sorted(slices.Values(of))
	return s[min(len(s)*p/100, len(s)-1)]
}
