package static

import (
	"bytes"
	"compress/gzip"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
)

func get(t *testing.T, path, encoding string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	if encoding != "" {
		r.Header.Set("Accept-Encoding", encoding)
	}
	w := httptest.NewRecorder()
	Handler().ServeHTTP(w, r)
	return w
}

// security 31: hashed names, cached for ever, with their types.
func TestFiles(t *testing.T) {
	for name, contentType := range map[string]string{
		"app.css": "text/css; charset=utf-8", "app.js": "text/javascript; charset=utf-8",
		"icons.svg": "image/svg+xml", "favicon.svg": "image/svg+xml", "inter.woff2": "font/woff2",
	} {
		w := get(t, URL(name), "")
		if w.Code != http.StatusOK || w.Header().Get("Content-Type") != contentType {
			t.Errorf("%s: %d %s", name, w.Code, w.Header().Get("Content-Type"))
		}
		if w.Header().Get("Cache-Control") != "public, max-age=31536000, immutable" {
			t.Errorf("%s: %s", name, w.Header().Get("Cache-Control"))
		}
		if !regexp.MustCompile(`^/static/\w+\.[a-z2-7]{10}\.\w+$`).MatchString(URL(name)) {
			t.Errorf("%s has no hash in %s", name, URL(name))
		}
	}
}

func TestEncodings(t *testing.T) {
	plain := get(t, URL("app.js"), "").Body.Bytes()
	for _, c := range []struct{ accept, want string }{
		{"", ""}, {"gzip", "gzip"}, {"gzip, deflate, br, zstd", "br"}, {"br;q=0, gzip", "gzip"}, {"gzip;q=0.0", ""}, {"identity", ""}, {"GZIP;q=0.5", "gzip"},
	} {
		w := get(t, URL("app.js"), c.accept)
		if got := w.Header().Get("Content-Encoding"); got != c.want {
			t.Errorf("%q: encoding %q, want %q", c.accept, got, c.want)
		}
		var r io.Reader = w.Body
		switch c.want {
		case "br":
			r = brotli.NewReader(w.Body)
		case "gzip":
			z, err := gzip.NewReader(w.Body)
			if err != nil {
				t.Fatal(err)
			}
			r = z
		}
		if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, plain) {
			t.Errorf("%q: another content (%v)", c.accept, err)
		}
		if w.Header().Get("Vary") != "Accept-Encoding" {
			t.Errorf("%q: Vary is %q", c.accept, w.Header().Get("Vary"))
		}
	}
}

func TestNothingElseIsServed(t *testing.T) {
	for _, path := range []string{"", "manifest.json", "app.css", "../doc.go", "..%2fdoc.go", "app", strings.TrimPrefix(URL("app.css"), Prefix) + ".br", "/etc/passwd"} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.URL.Path = Prefix + path
		w := httptest.NewRecorder()
		Handler().ServeHTTP(w, r)
		if w.Code != http.StatusNotFound {
			t.Errorf("%q: %d", path, w.Code)
		}
	}
}

// Files that no page can name would be shipped for nothing.
func TestManifestNamesAllFiles(t *testing.T) {
	named := map[string]bool{"manifest.json": true}
	for _, hashed := range manifest {
		named[hashed], named[hashed+".br"], named[hashed+".gz"] = true, true, true
	}
	err := fs.WalkDir(dist, "dist", func(_ string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && !named[d.Name()] {
			t.Errorf("%s is left over", d.Name())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
