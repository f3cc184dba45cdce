package handlers

import (
	"encoding/base64"
	"net/http"
	"testing"
)

// What another server of the host puts into the cookie stays text.
func TestForeignMessages(t *testing.T) {
	f := newFixture(t, empty)
	for _, c := range []struct{ name, value, absent string }{
		{"a link away", `[{"Kind":"ok","Title":"Hello","Link":"https://evil.example/","LinkText":"on"}]`, "evil.example"},
		{"a link without scheme", `[{"Kind":"ok","Title":"Hello","Link":"//evil.example/","LinkText":"on"}]`, "evil.example"},
		{"markup", `[{"Kind":"ok\"><script>","Title":"<script>alert(1)</script>"}]`, "<script>alert"},
		{"not JSON", `hello`, "hello"},
	} {
		r := request(http.MethodGet, "/thing", "Cookie: flash_="+base64.RawURLEncoding.EncodeToString([]byte(c.value)))
		w := f.ask(t, r, answering(thing("<i>body</i>", "", ""), nil))
		if w.Code != http.StatusOK || contains(w, c.absent) {
			t.Errorf("%s: %d %s", c.name, w.Code, w.Body)
		}
		has(t, w, "<i>body</i>")
	}
}
