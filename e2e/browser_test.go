package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"sync"
	"testing"

	"github.com/go-rod/rod"
	"github.com/go-rod/rod/lib/launcher"

	"gatehouse/internal/db/dbtest"
)

// chromium is the one browser of the test process; each journey has a context of its own in it.
var chromium struct {
	once     sync.Once
	browser  *rod.Browser
	launcher *launcher.Launcher
	err      error
	missing  string
}

func TestMain(m *testing.M) { dbtest.Main(m, closeBrowser) }

func closeBrowser() {
	if chromium.browser != nil {
		if err := chromium.browser.Close(); err != nil {
			fmt.Fprintln(os.Stderr, "close the browser:", err)
		}
	}
	if chromium.launcher != nil {
		chromium.launcher.Kill()
		chromium.launcher.Cleanup()
	}
}

// browser starts Chromium once, or skips the test where there is none.
func browser(t *testing.T) *rod.Browser {
	t.Helper()
	chromium.once.Do(func() {
		path, err := exec.LookPath("chromium")
		if err != nil {
			chromium.missing = "no Chromium on this machine: install the package chromium to run the browser journeys"
			return
		}
		l := launcher.New().Bin(path).Leakless(false).Headless(true).
			Set("disable-quic").Set("no-first-run").Set("disable-background-networking").
			Set("disable-component-update").Set("disable-sync").Set("disable-gpu").
			Set("lang", "en-GB")
		if os.Geteuid() == 0 {
			l = l.NoSandbox(true)
		}
		url, err := l.Launch()
		if err != nil {
			chromium.err = fmt.Errorf("start Chromium: %w", err)
			return
		}
		chromium.launcher = l
		chromium.browser = rod.New().ControlURL(url)
		chromium.err = chromium.browser.Connect()
	})
	if chromium.missing != "" {
		t.Skip(chromium.missing)
	}
	if chromium.err != nil {
		t.Fatal(chromium.err)
	}
	return chromium.browser
}
