package command

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestHealthAsksWhetherTheServerIsReady(t *testing.T) {
	status := http.StatusOK
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/readyz" {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		w.Header().Set("Location", "/")
		w.WriteHeader(status)
	}))
	cases := map[string]struct {
		url    string
		status int
		code   int
	}{
		"ready":           {server.URL, 200, 0},
		"a closing slash": {server.URL + "/", 200, 0},
		"not ready":       {server.URL, 503, 1},
		"a redirect":      {server.URL, 302, 1},
		"another path":    {server.URL + "/nothing", 200, 1},
		"no address":      {"localhost", 200, 1},
	}
	for name, c := range cases {
		status = c.status
		if code, said := console(t, nil, "health", c.url); code != c.code {
			t.Errorf("%s: exit %d, %q; want %d", name, code, said, c.code)
		}
	}
	server.Close()
	if code, said := console(t, nil, "health", server.URL); code != 1 || !strings.Contains(said, "does not answer") {
		t.Errorf("no server: exit %d, %q; want 1", code, said)
	}
}
