package ui

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"regexp"
	"strings"

	"github.com/a-h/templ"
)

// token is a piece of a JSON text and the class it is drawn in: k (key), s (string),
// n (number), w (true, false, null), "" for the rest.
type token struct{ class, text string }

var jsonToken = regexp.MustCompile(`("(?:[^"\\]|\\.)*")(\s*:)?|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null`)

// tokens indents a document and cuts it into pieces; numbers and order stay as they are.
// Text that is not JSON comes back whole.
func tokens(doc []byte) []token {
	var b bytes.Buffer
	if err := json.Indent(&b, doc, "", "  "); err != nil {
		return []token{{"", string(doc)}}
	}
	text := b.String()
	var out []token
	at := 0
	for _, m := range jsonToken.FindAllStringSubmatchIndex(text, -1) {
		if m[0] > at {
			out = append(out, token{"", text[at:m[0]]})
		}
		piece := text[m[0]:m[1]]
		switch {
		case m[4] >= 0: // a string and its colon
			out = append(out, token{"k", text[m[2]:m[3]]}, token{"", text[m[4]:m[5]]})
		case m[2] >= 0:
			out = append(out, token{"s", piece})
		case piece == "true" || piece == "false" || piece == "null":
			out = append(out, token{"w", piece})
		default:
			out = append(out, token{"n", piece})
		}
		at = m[1]
	}
	return append(out, token{"", text[at:]})
}

// coloured writes the pieces of a document. It is no template, because a template would
// add white space between them.
func coloured(doc []byte) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		var b strings.Builder
		for _, t := range tokens(doc) {
			if t.class == "" {
				b.WriteString(templ.EscapeString(t.text))
				continue
			}
			b.WriteString(`<span class="` + t.class + `">` + templ.EscapeString(t.text) + `</span>`)
		}
		_, err := io.WriteString(w, b.String())
		return err
	})
}
