package oidc

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"gatehouse/internal/org"
)

//go:embed pages
var pageFiles embed.FS

// pages are the sign-in pages and the files they load, under names that change with their content.
type pages struct {
	templates *template.Template
	assets    map[string]asset
}

type asset struct {
	kind string
	body []byte
}

// assetKinds are the files that pages load.
var assetKinds = map[string]string{"signin.css": "text/css; charset=utf-8", "post.js": "text/javascript; charset=utf-8", "key.js": "text/javascript; charset=utf-8", "icon.svg": "image/svg+xml"}

func newPages() pages {
	p := pages{assets: map[string]asset{}}
	urls := map[string]string{}
	for name, kind := range assetKinds {
		body, err := pageFiles.ReadFile("pages/" + name)
		if err != nil {
			panic("oidc: " + err.Error()) // part of the binary
		}
		sum := sha256.Sum256(body)
		stem, ext, _ := strings.Cut(name, ".")
		hashed := stem + "." + hex.EncodeToString(sum[:6]) + "." + ext
		p.assets[hashed] = asset{kind, body}
		urls[name] = "/signin/assets/" + hashed
	}
	p.templates = template.Must(template.New("").Funcs(template.FuncMap{
		"asset": func(name string) string { return urls[name] },
	}).ParseFS(pageFiles, "pages/*.html"))
	return p
}

// asset serves a file of the pages. Its name changes with its content, so it may be kept for ever.
func (p pages) asset(w http.ResponseWriter, h *http.Request) {
	a, ok := p.assets[h.PathValue("file")]
	if !ok {
		http.NotFound(w, h)
		return
	}
	w.Header().Set("Content-Type", a.kind)
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	w.Write(a.body) //nolint:errcheck // the client is gone
}

// show renders a page under a Content-Security-Policy of its own.
func (p pages) show(w http.ResponseWriter, status int, name, policy string, view any) error {
	var b bytes.Buffer
	if err := p.templates.ExecuteTemplate(&b, name, view); err != nil {
		return err
	}
	header := w.Header()
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Content-Security-Policy", policy)
	header.Set("Referrer-Policy", "same-origin") // without one a form sends Origin: null
	header.Set("X-Frame-Options", "DENY")
	header.Set("Cross-Origin-Opener-Policy", "same-origin")
	header.Set("Cross-Origin-Resource-Policy", "same-origin")
	w.WriteHeader(status)
	w.Write(b.Bytes()) //nolint:errcheck // the client is gone
	return nil
}

// policy is the Content-Security-Policy of a page whose form may end at these sources too.
func policy(formTo ...string) string {
	sources := append([]string{"'self'"}, formTo...)
	sources = slices.DeleteFunc(sources, func(s string) bool { return s == "" })
	return "default-src 'none'; style-src 'self'; img-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action " + strings.Join(sources, " ")
}

// formPost answers by a form that a small script sends, or the person (OAuth 2.0 Form Post Response Mode).
func (p pages) formPost(w http.ResponseWriter, to string, answer url.Values) error {
	return p.show(w, http.StatusOK, "post.html", policy(formTarget(to))+"; script-src 'self'", struct {
		To     template.URL
		Answer url.Values
	}{template.URL(to), answer}) // a registered redirect URI, whose scheme was checked
}

// writeErrorPage tells a person what is wrong with the request that brought them here.
func (p *Provider) writeErrorPage(w http.ResponseWriter, r *org.Request, err error) {
	e := p.asOAuth(r, err)
	view := struct{ Code, Description, Request string }{e.Code, e.Description, r.ID}
	if err := p.pages.show(w, e.Status, "error.html", policy(), view); err != nil {
		p.log.Error("error page", "request", r.ID, "error", err)
		http.Error(w, "The page could not be shown.", http.StatusInternalServerError)
	}
}
