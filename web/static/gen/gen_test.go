package main

import (
	"strings"
	"testing"
)

// What is committed is what the sources make, today and on every machine.
func TestDistIsUpToDate(t *testing.T) {
	t.Chdir("../../..")
	files, err := build()
	if err != nil {
		t.Fatal(err)
	}
	if err := compare(files); err != nil {
		t.Errorf("%v\nrun: go run ./web/static/gen", err)
	}
	again, err := build()
	if err != nil {
		t.Fatal(err)
	}
	for name := range again {
		if string(files[name]) != string(again[name]) {
			t.Errorf("%s differs between two builds", name)
		}
	}
}

func TestPurge(t *testing.T) {
	for _, c := range []struct{ name, css, want string }{
		{"a class in use", ".btn{color:red}", ".btn{color:red}"},
		{"a class not in use", ".modal{color:red}", ""},
		{"one of several selectors", ".btn,.modal,a .btn{color:red}", ".btn,a .btn{color:red}"},
		{"bare elements", "h1,h2{margin:0}", "h1,h2{margin:0}"},
		{"a comma inside :is()", ".btn:is(.modal,a){x:y}", ""},
		{"inside a media query", "@media (min-width:9px){.btn{a:b}.modal{a:b}}", "@media (min-width:9px){.btn{a:b}}"},
		{"an empty media query", "@media (min-width:9px){.modal{a:b}}", ""},
		{"print, keyframes and fonts", "@media print{.btn{a:b}}@keyframes x{0%{a:b}}@font-face{font-family:x}", ""},
		{"variables nobody reads", ":root{--a:1;--b:2;--c:var(--b)}.btn{x:var(--a)}", ":root{--a:1}.btn{x:var(--a)}"},
		{"braces in a string", `.btn{content:"}"}.modal{a:b}`, `.btn{content:"}"}`},
		{"charset and comments", `@charset "UTF-8";/* .btn{} */.btn{a:b}`, ".btn{a:b}"},
		{"themes by attribute", "[data-bs-theme=dark] .btn{a:b}", ""},
	} {
		if got := purge(c.css, []string{"btn"}); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestSpriteHoldsEveryIcon(t *testing.T) {
	sprite, err := iconSprite("../vendor/tabler-icons-3.51.0/outline")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`<symbol id="home" viewBox="0 0 24 24"><path `, `id="search"`} {
		if !strings.Contains(string(sprite), want) {
			t.Errorf("the sprite lacks %s", want)
		}
	}
	if strings.Contains(string(sprite), "\n ") || strings.Count(string(sprite), "<svg") != 1 {
		t.Error("the sprite holds what it should not")
	}
}
