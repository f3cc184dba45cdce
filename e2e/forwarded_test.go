package e2e

import (
	"net/http"
	"strings"
	"testing"
)

// security 61: where a request came from is what the connection says. X-Forwarded-For
// counts only from a peer that is listed as a proxy, on both servers.
func TestOnlyListedProxiesSayWhereARequestCameFrom(t *testing.T) {
	const claimed = "203.0.113.9"
	headers := []string{"X-Forwarded-For", claimed, "X-Real-IP", claimed, "Forwarded", "for=" + claimed, "X-Forwarded-Host", "evil.example", "X-Forwarded-Proto", "https"}
	for name, c := range map[string]struct {
		flags []string
		want  string
	}{
		"nobody is listed":     {nil, "127.0.0.1"},
		"another is listed":    {[]string{"--trusted-proxies", "192.0.2.0/24"}, "127.0.0.1"},
		"this machine is one":  {[]string{"--trusted-proxies", "127.0.0.0/8"}, claimed},
		"one of two is listed": {[]string{"--trusted-proxies", "192.0.2.0/24,127.0.0.1/32"}, claimed},
	} {
		t.Run(name, func(t *testing.T) {
			s := startServe(t, c.flags...)
			s.startOrg(t, c.flags...)
			client := newClient(t)
			client.always = headers
			client.signIn(s.site, "super-admin", "/")
			if a := client.send(http.MethodGet, s.Console+"/people", ""); strings.Contains(headerText(a.header)+a.body, "evil.example") {
				t.Error("the claimed host is in an answer")
			}
			trail := strings.Join(s.query(t, "console.db", `SELECT entry FROM audit_row`), "\n")
			if !strings.Contains(trail, `"ip":"`+c.want+`"`) || c.want != claimed && strings.Contains(trail, claimed) {
				t.Errorf("the console's trail does not say %s: %s", c.want, trail)
			}
			var events []struct {
				EventType string
				Client    struct{ IPAddress string }
			}
			s.api(t, http.MethodGet, `/api/v1/logs?filter=eventType+eq+"user.session.start"`, nil, &events)
			if len(events) == 0 {
				t.Fatal("no sign-in is in the System Log")
			}
			if last := events[len(events)-1]; last.Client.IPAddress != c.want {
				t.Errorf("the System Log says %s, want %s", last.Client.IPAddress, c.want)
			}
		})
	}
}
