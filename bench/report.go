package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"
)

// figure is one measured number beside its target.
type figure struct {
	name, value, beside, target string
	// verdict is "pass" or "FAIL"; "" where there is no target.
	verdict string
}

// report gathers what a run measured.
type report struct {
	began, ended time.Time
	machine      []string
	short        bool
	sections     []section
}

type section struct {
	name    string
	how     string
	figures []figure
}

func newReport(ctx context.Context, s settings) report {
	return report{began: time.Now(), machine: machine(ctx, s), short: s.short}
}

func (r *report) begin(name string) { r.sections = append(r.sections, section{name: name}) }

// how says how the section that runs now measures.
func (r *report) how(format string, a ...any) {
	r.sections[len(r.sections)-1].how = fmt.Sprintf(format, a...)
}

// add writes a figure down, and shows it at once.
func (r *report) add(f figure) {
	now := &r.sections[len(r.sections)-1]
	now.figures = append(now.figures, f)
	fmt.Fprintf(os.Stderr, "  %-50s %-20s %-34s %-12s %s\n", f.name, f.value, f.beside, f.target, f.verdict)
}

// atLeast is a figure that passes from a least value on.
func (r *report) atLeast(name string, got float64, least float64, unit, beside string) {
	r.add(figure{name, number(got) + unit, beside, ">= " + number(least) + unit, verdict(got >= least)})
}

// atMost is a figure that passes up to a greatest value.
func (r *report) atMost(name string, got float64, most float64, unit, beside string) {
	r.add(figure{name, number(got) + unit, beside, "<= " + number(most) + unit, verdict(got <= most)})
}

// note is a figure without a target.
func (r *report) note(name, value, beside string) {
	r.add(figure{name: name, value: value, beside: beside})
}

func verdict(ok bool) string {
	if ok {
		return "pass"
	}
	return "FAIL"
}

// number writes a figure with as many decimals as say something.
func number(f float64) string {
	switch {
	case f >= 100:
		return fmt.Sprintf("%.0f", f)
	case f >= 10 || f == float64(int(f)):
		return strings.TrimSuffix(fmt.Sprintf("%.1f", f), ".0")
	}
	return strings.TrimSuffix(fmt.Sprintf("%.2f", f), "0")
}

// String is the report as Markdown.
func (r report) String() string {
	var b strings.Builder
	b.WriteString("# Benchmarks\n\nMade by `make bench`.")
	if r.short {
		b.WriteString(" A short run: one round, 3 s each.")
	}
	fmt.Fprintf(&b, " Begun %s, ended %s.\n\n", r.began.UTC().Format("2006-01-02 15:04"), r.ended.UTC().Format("15:04 UTC"))
	for _, line := range r.machine {
		fmt.Fprintf(&b, "- %s\n", line)
	}
	passed, failed := 0, 0
	for _, s := range r.sections {
		for _, f := range s.figures {
			switch f.verdict {
			case "pass":
				passed++
			case "FAIL":
				failed++
			}
		}
	}
	fmt.Fprintf(&b, "\n%d targets met, %d missed.\n", passed, failed)
	for _, s := range r.sections {
		fmt.Fprintf(&b, "\n## %s\n\n%s\n\n| what | measured | beside | target | |\n|---|---|---|---|---|\n", s.name, s.how)
		for _, f := range s.figures {
			fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", f.name, f.value, f.beside, f.target, f.verdict)
		}
	}
	return b.String()
}

// machine lists what the figures depend on.
func machine(ctx context.Context, s settings) []string {
	out := []string{fmt.Sprintf("%d processors%s, %s, %s/%s", runtime.NumCPU(), fact("/proc/cpuinfo", "model name"), runtime.Version(), runtime.GOOS, runtime.GOARCH)}
	if m := fact("/proc/meminfo", "MemTotal"); m != "" {
		out = append(out, "memory"+m)
	}
	if load, err := os.ReadFile("/proc/loadavg"); err == nil {
		out = append(out, "load average at the start "+strings.Join(strings.Fields(string(load))[:3], " "))
	}
	if v, err := exec.CommandContext(ctx, s.consoleFile, "version").Output(); err == nil {
		out = append(out, "console "+string(bytes.TrimSpace(v)))
	}
	if v, err := exec.CommandContext(ctx, "node", "--version").Output(); err == nil {
		out = append(out, "peer: emulate 0.11.2 on Node "+string(bytes.TrimSpace(v)))
	}
	return out
}

// fact is the first value of a name in a file of "name: value" lines, with a colon before it.
func fact(file, name string) string {
	text, err := os.ReadFile(file)
	if err != nil {
		return ""
	}
	for line := range strings.Lines(string(text)) {
		if n, v, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(n) == name {
			return ": " + strings.TrimSpace(v)
		}
	}
	return ""
}
