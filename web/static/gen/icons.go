package main

import (
	"bytes"
	"fmt"
	"os"
	"regexp"
	"strings"
)

var (
	svgOpen  = regexp.MustCompile(`(?s)<svg.*?>`)
	svgBox   = regexp.MustCompile(`\s*<path stroke="none" d="M0 0h24v24H0z" fill="none" />`)
	svgSpace = regexp.MustCompile(`\s*\n\s*`)
)

// iconSprite joins the icons of a folder into one file of symbols, each named as its
// file. Stroke and fill come from the class icon in the style sheet.
func iconSprite(dir string) ([]byte, error) {
	files, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	b.WriteString(`<svg xmlns="http://www.w3.org/2000/svg">`)
	for _, f := range files { // in order of name
		text, err := os.ReadFile(dir + "/" + f.Name())
		if err != nil {
			return nil, err
		}
		s := svgBox.ReplaceAllString(string(text), "")
		s = svgOpen.ReplaceAllString(s, "")
		s = svgSpace.ReplaceAllString(strings.TrimSuffix(strings.TrimSpace(s), "</svg>"), "")
		fmt.Fprintf(&b, `<symbol id="%s" viewBox="0 0 24 24">%s</symbol>`, strings.TrimSuffix(f.Name(), ".svg"), s)
	}
	b.WriteString("</svg>\n")
	return b.Bytes(), nil
}
