package oidc_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/go-rod/rod"
	"github.com/go-rod/rod/lib/launcher"
	"github.com/go-rod/rod/lib/proto"
)

// chromium opens a page in a browser of its own, or skips the test where there is none.
func chromium(t *testing.T) *rod.Page {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("no Chromium on this machine: install the package chromium to run this test")
	}
	l := launcher.New().Bin(path).Leakless(false).Headless(true).NoSandbox(os.Geteuid() == 0).
		Set("disable-background-networking").Set("disable-component-update").Set("disable-sync").Set("disable-gpu")
	address, err := l.Launch()
	if err != nil {
		t.Fatal(err)
	}
	b := rod.New().ControlURL(address).Timeout(60 * time.Second)
	if err := b.Connect(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Errorf("close Chromium: %v", err)
		}
		l.Cleanup()
	})
	return b.MustPage()
}

// security 24: Chromium applies form-action to the redirects that follow a form, and
// to the form that answers by form_post.
func TestChromiumSignsInFromAnotherOrigin(t *testing.T) {
	page := chromium(t)
	faults := make(chan string, 100)
	if err := (proto.LogEnable{}).Call(page); err != nil {
		t.Fatal(err)
	}
	go page.EachEvent(func(e *proto.LogEntryAdded) {
		if strings.Contains(e.Entry.Text, "Content Security Policy") {
			faults <- e.Entry.Text
		}
	})()
	for _, mode := range []string{"query", "fragment", "form_post"} {
		t.Run(mode, func(t *testing.T) {
			x := newServer(t)
			arrived := make(chan url.Values, 1)
			client := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, h *http.Request) {
				if h.URL.Path != "/callback" {
					http.NotFound(w, h)
					return
				}
				if err := h.ParseForm(); err == nil {
					arrived <- h.Form
				}
			}))
			t.Cleanup(client.Close)
			c := x.web
			c.RedirectURIs = []string{client.URL + "/callback"}
			x.check(x.PutClient(t.Context(), c))
			page.MustNavigate(x.url + "/oauth2/v1/authorize?" + request("redirect_uri", client.URL+"/callback", "response_mode", mode).Encode())
			page.MustElement("#username").MustInput(admin)
			page.MustElement("#password").MustInput(password)
			page.MustElementR("button", "^Sign in$").MustClick()
			select {
			case got := <-arrived:
				if mode == "fragment" {
					page.MustWaitLoad()
					address, err := url.Parse(page.MustInfo().URL)
					x.check(err)
					got, err = url.ParseQuery(address.EscapedFragment())
					x.check(err)
				}
				if got.Get("code") == "" || got.Get("state") != "s t&1" {
					t.Errorf("the client was sent %v", got)
				}
			case <-time.After(20 * time.Second):
				t.Errorf("the client was never reached; the browser is at %s", page.MustInfo().URL)
			}
		})
	}
	select {
	case fault := <-faults:
		t.Errorf("the policy was violated: %s", fault)
	default:
	}
}
