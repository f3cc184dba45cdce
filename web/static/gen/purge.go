package main

import (
	"regexp"
	"slices"
	"strings"
)

// rule is a style rule (head: selectors, body: declarations) or an at-rule with rules inside.
type rule struct {
	head   string
	body   string
	nested []rule
}

var (
	classInSelector = regexp.MustCompile(`\.(-?[_a-zA-Z][\w-]*)`)
	comment         = regexp.MustCompile(`(?s)/\*.*?\*/`)
	variableUse     = regexp.MustCompile(`var\(\s*(--[\w-]+)`)
	// foreign selectors style what we do not use: themes by attribute (our tokens follow
	// color-scheme), right-to-left variants, print.
	foreign = regexp.MustCompile(`\[data-bs|\[dir=|::-webkit-(?:datetime|calendar|color)|-moz-`)
)

// purge keeps the rules whose classes are all in keep, then drops custom properties that
// nothing kept reads. It works on the syntax of one known file, not on CSS at large.
func purge(css string, keep []string) string {
	rules := keepRules(parseRules(comment.ReplaceAllString(css, "")), keep)
	for {
		used := usedVariables(rules)
		before := size(rules)
		rules = dropVariables(rules, used)
		if size(rules) == before {
			break
		}
	}
	var b strings.Builder
	write(&b, rules)
	return b.String()
}

func parseRules(css string) []rule {
	var rules []rule
	for {
		open := strings.IndexByte(css, '{')
		if open < 0 {
			return rules
		}
		head := css[:open]
		if semi := strings.LastIndexByte(head, ';'); semi >= 0 { // @charset and @import have no block
			head = head[semi+1:]
		}
		end := closing(css, open)
		body := css[open+1 : end]
		r := rule{head: strings.TrimSpace(head)}
		if strings.HasPrefix(r.head, "@media") || strings.HasPrefix(r.head, "@supports") {
			r.nested = parseRules(body)
		} else {
			r.body = body
		}
		rules = append(rules, r)
		css = css[end+1:]
	}
}

// closing finds the brace that closes the one at open, outside of strings.
func closing(css string, open int) int {
	depth, quote := 0, byte(0)
	for i := open; i < len(css); i++ {
		switch c := css[i]; {
		case c == '\\':
			i++
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '{':
			depth++
		case c == '}':
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return len(css) - 1
}

func keepRules(rules []rule, keep []string) []rule {
	var kept []rule
	for _, r := range rules {
		switch {
		case r.nested != nil:
			if r.head == "@media print" {
				continue
			}
			if r.nested = keepRules(r.nested, keep); len(r.nested) > 0 {
				kept = append(kept, r)
			}
		case strings.HasPrefix(r.head, "@"): // keyframes, fonts, page: ours are in src/css
		default:
			if r.head = keepSelectors(r.head, keep); r.head != "" {
				kept = append(kept, r)
			}
		}
	}
	return kept
}

func keepSelectors(head string, keep []string) string {
	var kept []string
	for _, s := range splitTop(head, ',') {
		wanted := !foreign.MatchString(s)
		for _, m := range classInSelector.FindAllStringSubmatch(s, -1) {
			wanted = wanted && slices.Contains(keep, m[1])
		}
		if wanted {
			kept = append(kept, s)
		}
	}
	return strings.Join(kept, ",")
}

// splitTop splits at sep outside of brackets and strings.
func splitTop(s string, sep byte) []string {
	var parts []string
	depth, start, quote := 0, 0, byte(0)
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\':
			i++
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '(' || c == '[':
			depth++
		case c == ')' || c == ']':
			depth--
		case c == sep && depth == 0:
			parts, start = append(parts, s[start:i]), i+1
		}
	}
	return append(parts, s[start:])
}

func usedVariables(rules []rule) map[string]bool {
	used := map[string]bool{}
	var walk func([]rule)
	walk = func(rules []rule) {
		for _, r := range rules {
			walk(r.nested)
			for _, m := range variableUse.FindAllStringSubmatch(r.body, -1) {
				used[m[1]] = true
			}
		}
	}
	walk(rules)
	return used
}

func dropVariables(rules []rule, used map[string]bool) []rule {
	var kept []rule
	for _, r := range rules {
		if r.nested != nil {
			if r.nested = dropVariables(r.nested, used); len(r.nested) > 0 {
				kept = append(kept, r)
			}
			continue
		}
		var declarations []string
		for _, d := range splitTop(r.body, ';') {
			name, _, _ := strings.Cut(d, ":")
			name = strings.TrimSpace(name)
			if name != "" && (!strings.HasPrefix(name, "--") || used[name]) {
				declarations = append(declarations, d)
			}
		}
		if r.body = strings.Join(declarations, ";"); r.body != "" {
			kept = append(kept, r)
		}
	}
	return kept
}

func size(rules []rule) int {
	n := 0
	for _, r := range rules {
		n += len(r.head) + len(r.body) + size(r.nested)
	}
	return n
}

func write(b *strings.Builder, rules []rule) {
	for _, r := range rules {
		b.WriteString(r.head + "{" + r.body)
		write(b, r.nested)
		b.WriteString("}")
	}
}
