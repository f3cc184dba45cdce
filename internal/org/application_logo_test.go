package org

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
)

// The first bytes of each kind of picture.
const (
	pngFile = "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
	jpgFile = "\xff\xd8\xff\xe0\x00\x10JFIF"
	gifFile = "GIF89a\x01\x00\x01\x00"
	svgFile = `<?xml version="1.0" encoding="UTF-8"?><!-- ours --><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>`
)

// upload sends a file as the field of a form.
func (x *testOrg) upload(app, field, file string) answer {
	x.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile(field, "logo.png")
	if err == nil {
		_, err = io.WriteString(part, file)
	}
	if err == nil {
		err = form.Close()
	}
	if err != nil {
		x.t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(x.t.Context(), "POST", x.url+"/api/v1/apps/"+app+"/logo", &body)
	if err != nil {
		x.t.Fatal(err)
	}
	r.Header.Set("Authorization", "SSWS "+x.token)
	r.Header.Set("Content-Type", form.FormDataContentType())
	return x.do(r)
}

// fetch reads a path of the org as anybody does: without a token.
func (x *testOrg) fetch(path string) answer {
	x.t.Helper()
	r, err := http.NewRequestWithContext(x.t.Context(), "GET", x.url+path, nil)
	if err != nil {
		x.t.Fatal(err)
	}
	return x.do(r)
}

// do sends a request and reads the answer.
func (x *testOrg) do(r *http.Request) answer {
	x.t.Helper()
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		x.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		x.t.Fatal(err)
	}
	return answer{resp.StatusCode, resp.Header, body, x.t}
}

func TestApplicationLogo(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *testOrg) {
		app := x.newApp(modeBookmark, "Wiki").Text("id")
		for want, file := range map[string]string{"image/png": pngFile, "image/jpeg": jpgFile, "image/gif": gifFile, "image/svg+xml": svgFile} {
			at := x.upload(app, "file", file).want(201).header.Get("Location")
			path, ours := strings.CutPrefix(at, "http://org.example")
			if !ours {
				t.Fatalf("%s: at %q", want, at)
			}
			got := x.fetch(path).want(200)
			if string(got.body) != file || got.header.Get("Content-Type") != want || got.header.Get("X-Content-Type-Options") != "nosniff" {
				t.Errorf("%s: %v, %d bytes", want, got.header, len(got.body))
			}
			if csp := got.header.Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") || !strings.Contains(csp, "sandbox") {
				t.Errorf("%s may run script: %q", want, csp)
			}
			doc := x.call("GET", "/api/v1/apps/"+app, "").want(200).doc()
			if links := string(doc.Get("_links", "logo")); links != `[{"name":"medium","href":"`+at+`","type":"`+want+`"}]` {
				t.Errorf("%s: %s", want, links)
			}
			if doc.Get(logoMember) != nil {
				t.Error("the stored member is shown")
			}
		}
		// A change of the app keeps the logo; another takes the place of the first.
		old := x.upload(app, "file", pngFile).want(201).header.Get("Location")
		if got := x.call("PUT", "/api/v1/apps/"+app, appBodies[modeBookmark]).want(200).doc(); !strings.Contains(string(got.Get("_links", "logo")), old) {
			t.Errorf("after a change: %s", got.Get("_links", "logo"))
		}
		x.upload(app, "file", gifFile).want(201)
		x.fetch(strings.TrimPrefix(old, "http://org.example")).want(404)
		x.fetch(logoPath + "../../api/v1/apps").want(404)
		if n := x.events("application.configuration.update_logo"); n != 6 {
			t.Errorf("%d events", n)
		}
	})
}

func TestApplicationLogoRefused(t *testing.T) {
	x := newTestOrg(t)
	app := x.newApp(modeBookmark, "Wiki").Text("id")
	for name, c := range map[string]struct{ field, file, says string }{
		"a page":                      {"file", "<!doctype html><html><script>alert(1)</script></html>", "file: The file must be in PNG, JPG, GIF or SVG format"},
		"a page that names svg later": {"file", "<html><svg></svg></html>", "file: The file must be in PNG, JPG, GIF or SVG format"},
		"entities":                    {"file", `<!DOCTYPE svg [<!ENTITY a "aaaa">]><svg>&a;</svg>`, "file: The file must be in PNG, JPG, GIF or SVG format"},
		"a program":                   {"file", "\x7fELF", "file: The file must be in PNG, JPG, GIF or SVG format"},
		"nothing":                     {"file", "", "file: The field cannot be left blank"},
		"another field":               {"picture", pngFile, "file: The field cannot be left blank"},
		"a megabyte":                  {"file", pngFile + strings.Repeat("x", 1<<20-len(pngFile)), "file: The file must be smaller than 1 MB"},
	} {
		t.Run(name, func(t *testing.T) { x.upload(app, c.field, c.file).refused(400, "E0000001", c.says) })
	}
	x.upload(app, "file", pngFile+strings.Repeat("x", 1<<20-len(pngFile)-1)).want(201)
	x.upload(app, "file", pngFile+strings.Repeat("x", 2<<20)).want(413)
	x.upload("0oa00000000000000000", "file", pngFile).refused(404, "E0000007", "")
	x.call("POST", "/api/v1/apps/"+app+"/logo", `{"file":"x"}`).refused(400, "E0000001", "file: The field cannot be left blank")
	for _, path := range []string{logoPath, logoPath + "fs", logoPath + "fs000000000000000000", logoPath + "x/y"} {
		x.fetch(path).want(404)
	}
}
