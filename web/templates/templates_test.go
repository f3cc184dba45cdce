package templates

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// forbidden is what the content security policy would block or what would bring scripts
// in from outside (security 24, 25, 31).
var forbidden = map[string]*regexp.Regexp{
	"an inline event handler": regexp.MustCompile(`(?i)[\s"]on[a-z]+\s*=\s*["{]`),
	"hx-on":                   regexp.MustCompile(`(?i)hx-on\b`),
	"a style attribute":       regexp.MustCompile(`(?i)\sstyle\s*=`),
	"a style element":         regexp.MustCompile(`(?i)<style\b`),
	"an inline script":        regexp.MustCompile(`(?i)<script\b[^>]*>(?:[^<]|<[^/])`),
	"js: values":              regexp.MustCompile(`(?i)\b(?:js|javascript):`),
	"a templ script or css":   regexp.MustCompile(`(?m)^(?:script|css) \w+\(`),
	"another host":            regexp.MustCompile(`(?i)(?:src|href|action)="(?:https?:)?//`),
	"unescaped HTML":          regexp.MustCompile(`templ\.(?:Raw|SafeURL\("|UnsafeHTML)`),
}

// htmxAttribute may be written in ui/hx.go only; the two of toasts and the settings apart.
var htmxAttribute = regexp.MustCompile(`\bhx-[a-z-]+=`)

func TestTemplatesHoldNothingThatThePolicyForbids(t *testing.T) {
	seen := 0
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".templ" {
			return err
		}
		seen++
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for what, pattern := range forbidden {
			if m := pattern.Find(text); m != nil {
				t.Errorf("%s holds %s: %q", path, what, m)
			}
		}
		if m := htmxAttribute.Find(text); m != nil && filepath.Base(path) != "toast.templ" {
			t.Errorf("%s writes %s itself: use the helpers of ui/hx.go", path, m)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if seen < 10 {
		t.Errorf("only %d templates found", seen)
	}
}

// security 25: htmx stays locked down.
func TestHTMXSettings(t *testing.T) {
	text, err := os.ReadFile("ui/document.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"mode":"same-origin"`, `"history":true`, `"extensions":"none"`, `"includeIndicatorCSS":false`} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the settings lack %s", want)
		}
	}
}
