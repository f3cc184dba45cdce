package ui

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"
	"golang.org/x/net/html"
)

// hostile are names and values as somebody may set them in an org (security 28).
var hostile = []string{
	`<script>alert(1)</script>`, `"><script>alert(1)</script>`, `'><script>alert(1)</script>`, `</title><script>alert(1)</script>`,
	`</textarea><script>alert(1)</script>`, `</style><script>alert(1)</script>`, `</template><script>alert(1)</script>`,
	`<img src=x onerror=alert(1)>`, `"><img src=x onerror=alert(1)>`, `<svg onload=alert(1)>`, `<svg><script>alert(1)</script></svg>`,
	`<svg><animate onbegin=alert(1) attributeName=x>`, `<math><mtext><script>alert(1)</script>`, `<iframe src="javascript:alert(1)">`,
	`<iframe srcdoc="<script>alert(1)</script>">`, `<object data="javascript:alert(1)">`, `<embed src="javascript:alert(1)">`,
	`<a href="javascript:alert(1)">x</a>`, `<form action="javascript:alert(1)"><input type=submit>`, `<button formaction="javascript:alert(1)">`,
	`<base href="//evil.example/">`, `<link rel=stylesheet href="//evil.example/x.css">`, `<meta http-equiv=refresh content="0;url=//evil.example">`,
	`<body onload=alert(1)>`, `<details open ontoggle=alert(1)>`, `<video><source onerror=alert(1)>`, `<input autofocus onfocus=alert(1)>`,
	`<div hx-get="/logout" hx-trigger="load">`, `" hx-get="/x" hx-trigger="load`, `<hx-partial hx-target="body">x</hx-partial>`,
	`x" onmouseover="alert(1)`, `x' onmouseover='alert(1)`, "x` onmouseover=`alert(1)", `javascript:alert(1)`, "java\tscript:alert(1)", `data:text/html,<script>alert(1)</script>`,
	`vbscript:x`, `//evil.example`, `&lt;script&gt;alert(1)&lt;/script&gt;`, `{{constructor.constructor('alert(1)')()}}`, `${alert(1)}`,
	"\u202Egnp.exe", "\u2066\u2069", "a\u0000b", "<!--<script>", `<![CDATA[<script>alert(1)</script>]]>`,
}

// parts draws every part that shows text or leads somewhere, with s in all places.
func parts(s string) map[string]templ.Component {
	field := Field{Name: "firstName", Label: s, Value: s, Help: s, Error: s}
	choice := Field{Name: "x", Type: "select", Label: s, Options: []Option{{s, s}}}
	long := Field{Name: "y", Type: "textarea", Value: s, Help: s}
	message := Message{Kind: "ok", Title: s, Text: s, Link: s, LinkText: s}
	frame := Frame{
		Title: s, Org: s, Search: s, SearchURL: "/people", Admin: Admin{Name: s, Login: s, Role: s}, Messages: []Message{message},
		Nav: []NavGroup{{Key: s, Label: s, Icon: "home", Href: "/"}},
	}
	return map[string]templ.Component{
		"page":       Page(frame),
		"plain page": Plain(s, s, "dark"),
		"title":      FragmentTitle(s),
		"crumbs":     Crumbs(Crumb{s, s}, Crumb{s, ""}),
		"head":       Head(s, s),
		"object":     ObjectHead(s, Pill("ok", s), ID(s)),
		"tabs":       Tabs(s, []Tab{{Label: s, Href: s}}),
		"table":      Table(s, []Column{{Label: s, Sort: s, Sorted: "ascending"}, {Label: s, Hidden: true}}),
		"more":       More(s, 3, 4),
		"chip":       Chip(s, s, s),
		"chip link":  ChipLink(s, s, true),
		"search":     SearchBox("q", s, s),
		"menu":       MenuLink("user", s, s),
		"dialogs":    MenuDialog("user", s, s, "d", true),
		"confirm":    Confirm(Question{ID: "d", Action: s, Target: "tab", Title: s, Verb: s}),
		"form":       EditForm(s, "tab"),
		"input":      Input(field),
		"select":     Input(choice),
		"textarea":   Input(long),
		"toast":      Toast(message),
		"toasts":     Toasts([]Message{message}),
		"note":       Note("bad", s, s),
		"empty":      Empty(s, s),
		"failed":     Failed(s, s, s),
		"diff":       Diff([]Difference{{s, s, s}}),
		"compare":    SideBySide(s, s, []Difference{{s, s, "y"}}),
		"json":       JSON(s, []byte(s)),
		"time":       AgoText(s),
		"status":     UserStatus(s),
	}
}

// security 28: whatever a name holds, it adds no element, no handler and no address that
// runs or leads away.
func TestHostileText(t *testing.T) {
	plain := map[string]string{}
	for name, c := range parts("plain") {
		plain[name] = shape(t, c)
	}
	for _, s := range hostile {
		for name, c := range parts(s) {
			if got := shape(t, c); got != plain[name] {
				t.Errorf("%s is changed by %q:\n%s\nwant\n%s", name, s, got, plain[name])
			}
		}
	}
}

// shape is the elements and attribute names of a component; it fails on addresses that
// are not ours.
func shape(t *testing.T, c templ.Component) string {
	t.Helper()
	var b strings.Builder
	ctx := With(context.Background(), Request{FormToken: "token", Now: time.Unix(0, 0)})
	if err := c.Render(ctx, &b); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	z := html.NewTokenizer(strings.NewReader(b.String()))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return out.String()
		case html.StartTagToken, html.SelfClosingTagToken:
			tag := z.Token()
			if tag.Data == "span" && strings.Contains(b.String(), `class="json"`) {
				continue // the pieces of a document depend on its text
			}
			out.WriteString("<" + tag.Data)
			for _, a := range tag.Attr {
				out.WriteString(" " + a.Key)
				if strings.HasPrefix(a.Key, "hx-") && a.Key != "hx-get" && a.Key != "hx-post" {
					out.WriteString("=" + a.Val)
				}
				if (a.Key == "href" || a.Key == "src" || a.Key == "action") && runs(a.Val) {
					t.Errorf("<%s %s=%q>", tag.Data, a.Key, a.Val)
				}
			}
			out.WriteString(">")
		}
	}
}

// runs tells an address that a browser would execute.
func runs(address string) bool {
	clean := strings.ToLower(strings.Map(func(r rune) rune {
		if r <= ' ' {
			return -1
		}
		return r
	}, address))
	for _, scheme := range []string{"javascript:", "data:", "vbscript:"} {
		if strings.HasPrefix(clean, scheme) {
			return true
		}
	}
	return false
}
