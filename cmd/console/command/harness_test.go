package command

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// program is a run of console that serves until stop.
type program struct {
	t      *testing.T
	line   string // first line of the start-up report
	report report
	stderr *lockedText
	cancel context.CancelFunc
	done   chan error
}

// lockedText is a log that is read while it is written.
type lockedText struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedText) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedText) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// run starts console and reads the first line of its report, or fails with what it said.
func run(t *testing.T, args ...string) *program {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	r, w := io.Pipe()
	p := &program{t: t, stderr: &lockedText{}, cancel: cancel, done: make(chan error, 1)}
	go func() {
		err := Run(ctx, args, Process{Getenv: func(string) string { return "" }, Stdout: w, Stderr: p.stderr})
		w.CloseWithError(io.EOF)
		p.done <- err
	}()
	t.Cleanup(func() { p.stop() })
	var err error
	out := bufio.NewReader(r)
	if p.line, err = out.ReadString('\n'); err != nil {
		t.Fatalf("console %s: no report: %v\n%s", args[0], <-p.done, p.stderr)
	}
	go io.Copy(io.Discard, out) //nolint:errcheck // ends with the run
	if strings.HasPrefix(p.line, "{") {
		if err := json.Unmarshal([]byte(p.line), &p.report); err != nil {
			t.Fatal(err)
		}
	} else {
		p.report.Console = strings.TrimSpace(strings.TrimPrefix(p.line, "Console"))
	}
	return p
}

// stop ends the run as a signal does, and returns its exit code.
func (p *program) stop() int {
	p.cancel()
	select {
	case err := <-p.done:
		p.done <- err
		return ExitCode(err, io.Discard)
	case <-time.After(30 * time.Second):
		p.t.Fatal("console does not end")
		return -1
	}
}

// refused runs console, which must end by itself with code 2 and one line on stderr
// that holds each of the words.
func refused(t *testing.T, words []string, args ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	var out, log, said bytes.Buffer
	err := Run(ctx, args, Process{Getenv: func(string) string { return "" }, Stdout: &out, Stderr: &log})
	if code := ExitCode(err, &said); code != exitUsage {
		t.Errorf("exit code %d, want 2: %v", code, err)
	}
	line := strings.TrimSuffix(said.String(), "\n")
	if strings.Contains(line, "\n") || !strings.HasPrefix(line, "console: ") {
		t.Errorf("not one line: %q", line)
	}
	for _, w := range words {
		if !strings.Contains(line, w) {
			t.Errorf("%q does not say %q", line, w)
		}
	}
	if out.Len() > 0 {
		t.Errorf("a report all the same: %s", &out)
	}
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		t.Error("it did not end by itself")
	}
}

// ask calls the org's API with the report's token, or any address without one.
func ask(t *testing.T, token, address string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		r.Header.Set("Authorization", "SSWS "+token)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}
