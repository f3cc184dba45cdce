package handlers

import (
	"net/http"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/okta"
)

// security 45: what travels in queries, headers and bodies stays out of the log.
func TestLogHoldsNoSecrets(t *testing.T) {
	f := newFixture(t, empty)
	f.ask(t, anonymous(http.MethodGet, "/callback?code=SECRET-CODE&state=SECRET-STATE", "Cookie: gatehouse_80=SECRET-COOKIE", "Authorization: Bearer SECRET-TOKEN"))
	f.ask(t, request(http.MethodGet, "/people?q=SECRET-NAME"))
	if strings.Contains(f.log.String(), "SECRET") {
		t.Errorf("the log holds a secret:\n%s", f.log)
	}
}

// security 46: text from outside cannot make lines, colours or a reading direction.
func TestLogInjection(t *testing.T) {
	f := newFixture(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte(`{"errorCode":"E0000001","errorSummary":"\n{\"level\":\"fake\"}\u001b[31m\u202Edesrever","errorCauses":[]}`))
	})
	f.ask(t, request(http.MethodGet, "/%0a%7bfake%7d%1b%5b31m%e2%80%ae"))
	f.ask(t, request(http.MethodGet, "/x"), route{method: http.MethodGet, path: "/x", handle: func(c *gin.Context) (View, error) {
		_, err := f.config.Org.Do(c.Request.Context(), okta.Call{Op: okta.Find("listUsers")})
		return nil, err
	}})
	for line := range strings.Lines(f.log.String()) {
		if !strings.HasPrefix(line, "time=") {
			t.Errorf("a line that is not ours: %q", line)
		}
		if strings.ContainsFunc(strings.TrimSuffix(line, "\n"), hostile) {
			t.Errorf("hostile characters: %q", line)
		}
	}
	if !strings.Contains(f.log.String(), "<U+202E>") {
		t.Errorf("the marks are not shown:\n%s", f.log)
	}
}
