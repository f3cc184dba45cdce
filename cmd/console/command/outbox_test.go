package command

import (
	"net/http"
	"testing"

	"gatehouse/internal/config"
)

// security 60: a sign-in is needed wherever another machine may reach the org.
func TestOutboxIsOpenToThisMachineOnly(t *testing.T) {
	for name, c := range map[string]struct {
		addr, base, proxies string
		want                bool
	}{
		"on loopback":               {free, "", "", true},
		"by another name of it":     {free, "http://localhost:9", "", true},
		"under a public name":       {free, "https://org.example", "", false},
		"behind a proxy":            {free, "", "10.0.0.0/8", false},
		"on every address":          {"0.0.0.0:0", "http://127.0.0.1:9", "", false},
		"on every address, IPv6 to": {"[::]:0", "http://127.0.0.1:9", "", false},
	} {
		t.Run(name, func(t *testing.T) {
			l, err := listen(c.addr, "", "", true)
			if err != nil {
				t.Skip(err)
			}
			defer l.Close()
			proxies, err := config.ParseNetworks(c.proxies)
			if err != nil {
				t.Fatal(err)
			}
			base := c.base
			if base == "" {
				base = l.url()
			}
			if got := ofThisMachine(l, base, proxies); got != c.want {
				t.Errorf("open: %v", got)
			}
		})
	}
	for proxies, want := range map[string]int{"": http.StatusOK, "127.0.0.1/32": http.StatusForbidden} {
		p := run(t, "org", "--addr", free, "--seed", "none", "--trusted-proxies", proxies, "--json")
		res, err := http.Get(p.report.Outbox)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != want {
			t.Errorf("behind %q: %d, want %d", proxies, res.StatusCode, want)
		}
	}
}
