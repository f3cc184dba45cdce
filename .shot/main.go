package main

import (
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/go-rod/rod"
	"github.com/go-rod/rod/lib/launcher"
	"github.com/go-rod/rod/lib/proto"
)

// usage: shot CONSOLE LOGIN PASSWORD OUTDIR path...
func main() {
	a := os.Args
	u := launcher.New().Bin("/usr/bin/chromium").Leakless(false).NoSandbox(true).Set("disable-gpu").MustLaunch()
	b := rod.New().ControlURL(u).MustConnect()
	defer b.MustClose()
	p := b.MustPage(a[1] + "/").MustWaitLoad()
	if el, err := p.Timeout(5 * time.Second).Element("input[name=username]"); err == nil {
		el.MustInput(a[2])
		p.MustElement("input[name=password]").MustInput(a[3])
		p.MustElement("form button:not([type=button])").MustClick()
		p.MustWaitLoad()
		time.Sleep(700 * time.Millisecond)
	}
	for i, path := range a[5:] {
		for _, m := range []struct {
			name, scheme string
			w, h         int
		}{{"light", "light", 1360, 820}, {"dark", "dark", 1360, 820}, {"390", "light", 390, 844}} {
			proto.EmulationSetEmulatedMedia{Features: []*proto.EmulationMediaFeature{{Name: "prefers-color-scheme", Value: m.scheme}}}.Call(p)
			p.MustSetViewport(m.w, m.h, 1, m.name == "390")
			p.MustNavigate(a[1] + path).MustWaitLoad()
			time.Sleep(500 * time.Millisecond)
			f := fmt.Sprintf("%s/%02d%s-%s.png", a[4], i, strings.NewReplacer("/", "_", "?", "_", "=", "_", "&", "_", "%", "").Replace(path), m.name)
			p.MustScreenshot(f)
			fmt.Println(f)
		}
	}
}
