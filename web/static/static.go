package static

import (
	"bytes"
	"embed"
	"encoding/json"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"
)

// Prefix is the path under which Handler serves.
const Prefix = "/static/"

//go:embed dist
var dist embed.FS

var manifest = readManifest()

// contentTypes names them ourselves: the system's table differs between machines.
var contentTypes = map[string]string{
	".css":   "text/css; charset=utf-8",
	".js":    "text/javascript; charset=utf-8",
	".svg":   "image/svg+xml",
	".woff2": "font/woff2",
}

func readManifest() map[string]string {
	b, err := dist.ReadFile("dist/manifest.json")
	if err != nil {
		panic("static: " + err.Error())
	}
	var m map[string]string
	if err := json.Unmarshal(b, &m); err != nil {
		panic("static: manifest.json: " + err.Error())
	}
	return m
}

// URL returns the path of a file by its plain name, such as "app.css". It panics on a
// name that does not exist: a programming mistake.
func URL(name string) string {
	hashed, ok := manifest[name]
	if !ok {
		panic("static: no file " + name)
	}
	return Prefix + hashed
}

// Handler serves dist under Prefix: GET and HEAD, in the best encoding the client takes.
func Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := strings.TrimPrefix(r.URL.Path, Prefix)
		contentType := contentTypes[path.Ext(name)]
		plain, err := dist.ReadFile("dist/" + name)
		if err != nil || contentType == "" || !fs.ValidPath(name) {
			http.NotFound(w, r)
			return
		}
		body, encoding := plain, ""
		for _, e := range []struct{ ext, token string }{{".br", "br"}, {".gz", "gzip"}} {
			if b, err := dist.ReadFile("dist/" + name + e.ext); err == nil && accepts(r, e.token) {
				body, encoding = b, e.token
				break
			}
		}
		h := w.Header()
		h.Set("Content-Type", contentType)
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
		h.Set("Vary", "Accept-Encoding")
		if encoding != "" {
			h.Set("Content-Encoding", encoding)
			h.Set("Content-Length", strconv.Itoa(len(body)))
		}
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
	})
}

// accepts tells whether Accept-Encoding names the token and does not refuse it with q=0.
func accepts(r *http.Request, token string) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		name, params, _ := strings.Cut(part, ";")
		if !strings.EqualFold(strings.TrimSpace(name), token) {
			continue
		}
		weight, given := strings.CutPrefix(strings.TrimSpace(params), "q=")
		q, err := strconv.ParseFloat(weight, 64)
		return !given || err != nil || q > 0
	}
	return false
}
