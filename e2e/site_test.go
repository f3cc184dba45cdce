package e2e

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"gatehouse/cmd/console/command"
)

// site is a console with an org of its own.
type site struct {
	Console  string
	Org      string
	APIToken string
	SignIns  []signIn
	logs     *lockedBuffer
	stop     func()
	// data are the folders with the databases.
	data []string
}

type signIn struct {
	Role, Login, Password, UserID, TOTPSecret string
}

// lockedBuffer takes the log lines of a running site.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// startSite runs `console demo` with a small seed company until the test ends.
func startSite(t *testing.T) *site {
	t.Helper()
	dir := t.TempDir()
	s := start(t, "demo", "--addr", "127.0.0.1:0", "--org-addr", "127.0.0.1:0", "--seed", "40", "--password", seedPassword, "--data", dir, "--json")
	s.data = []string{dir}
	return s
}

// seedPassword is the one password of the seeded sign-ins.
const seedPassword = "Maple-seed-2931"

// start runs console with these arguments and reads its start-up report. The site ends
// with the test, or before it with stop.
func start(t testing.TB, args ...string) *site {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	r, w := io.Pipe()
	s := &site{logs: &lockedBuffer{}}
	done := make(chan error, 1)
	go func() {
		err := command.Run(ctx, args, command.Process{Version: "test", Getenv: func(string) string { return "" }, Stdout: w, Stderr: s.logs})
		w.CloseWithError(io.EOF)
		done <- err
	}()
	s.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("console %s: %v\n%s", args[0], err, s.logs)
		}
	})
	t.Cleanup(s.stop)
	line, err := bufio.NewReader(r).ReadBytes('\n')
	if err != nil {
		t.Fatalf("console %s gave no start-up report: %v\n%s", args[0], err, s.logs)
	}
	go io.Copy(io.Discard, r) //nolint:errcheck // ends with the process
	if url, text := bytes.CutPrefix(line, []byte("Console ")); text {
		s.Console = string(bytes.TrimSpace(url))
	} else if err := json.Unmarshal(line, s); err != nil {
		t.Fatalf("start-up report %s: %v", line, err)
	}
	return s
}

// signsIn tells whether a login is one of the seeded ones that people sign in with.
func (s *site) signsIn(login string) bool {
	return slices.ContainsFunc(s.SignIns, func(in signIn) bool { return in.Login == login })
}

// as returns the seeded sign-in of a role, such as "super-admin".
func (s *site) as(t *testing.T, name string) signIn {
	t.Helper()
	for _, in := range s.SignIns {
		if strings.HasPrefix(in.Login, name+"@") {
			return in
		}
	}
	t.Fatalf("no seeded sign-in %s", name)
	return signIn{}
}

// api calls the org's management API with its API token, and reads the answer into out.
func (s *site) api(t testing.TB, method, path string, body, out any) {
	t.Helper()
	var in io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		in = bytes.NewReader(b)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, s.Org+path, in)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "SSWS "+s.APIToken)
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	if res.StatusCode >= 300 {
		t.Fatalf("%s %s: %d %s", method, path, res.StatusCode, text)
	}
	if out != nil {
		if err := json.Unmarshal(text, out); err != nil {
			t.Fatalf("%s %s: %v in %s", method, path, err, text)
		}
	}
}
