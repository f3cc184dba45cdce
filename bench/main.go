// Command bench measures the built binary beside a floor and a peer, in one run, and writes
// one report. Everything it starts listens on loopback and is ended with it.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"
)

// settings are how long and how often things are measured.
type settings struct {
	consoleFile, floorFile string
	rounds                 int
	warmUp, run            time.Duration
	runs                   int
	// people and many are the sizes of the two companies.
	people, many int
	short        bool
}

// atMost bounds a run; a whole one takes about a quarter of an hour.
const atMost = 40 * time.Minute

func main() {
	s := settings{rounds: 3, warmUp: 3 * time.Second, run: 10 * time.Second, runs: 9, people: 10_000, many: 100_000}
	flag.StringVar(&s.consoleFile, "console", "bin/console", "the built binary")
	flag.StringVar(&s.floorFile, "floor", "bin/floor", "the built floor")
	flag.BoolVar(&s.short, "short", false, "one short round of each: a look, no result")
	only := flag.String("only", "", "sections to run, by name, with commas between; empty for all")
	out := flag.String("out", "bench/REPORT.md", "where the report is written")
	flag.Parse()
	if s.short {
		s.rounds, s.warmUp, s.run, s.runs = 1, time.Second, 3*time.Second, 3
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	ctx, cancel := context.WithTimeout(ctx, atMost)
	defer cancel()
	if err := measure(ctx, s, *only, *out); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// sections are what is measured, in order. Each starts what it needs and ends it.
var sections = []struct {
	name string
	run  func(*bench) error
}{
	{"start", (*bench).starts},
	{"read", (*bench).reads},
	{"search", (*bench).searches},
	{"scoped", (*bench).scoped},
	{"token", (*bench).tokens},
	{"page", (*bench).pages},
	{"lab", (*bench).lab},
	{"create", (*bench).creates},
	{"memory", (*bench).memory},
}

// bench is a run.
type bench struct {
	settings
	ctx context.Context
	// dir is a temporary folder that goes with the run.
	dir    string
	report report
}

func measure(ctx context.Context, s settings, only, out string) (err error) {
	dir, err := os.MkdirTemp("", "gatehouse-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	b := &bench{settings: s, ctx: ctx, dir: dir, report: newReport(ctx, s)}
	wanted := strings.Split(only, ",")
	for _, section := range sections {
		if only != "" && !slices.Contains(wanted, section.name) {
			continue
		}
		fmt.Fprintf(os.Stderr, "%s %s\n", time.Now().Format(time.TimeOnly), section.name)
		b.report.begin(section.name)
		if err := section.run(b); err != nil {
			return fmt.Errorf("%s: %w", section.name, err)
		}
	}
	b.report.ended = time.Now()
	return os.WriteFile(out, []byte(b.report.String()), 0o644)
}
