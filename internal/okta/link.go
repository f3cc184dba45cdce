package okta

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// next finds the page after this one in the Link headers (RFC 8288), resolved against
// the request. A link that leaves the origin is an error: following it would hand the
// token away, ignoring it would pass off a part as the whole (security 12).
func next(header http.Header, request, origin *url.URL) (string, error) {
	for _, line := range header.Values("Link") {
		for _, l := range parseLinks(line) {
			if l.rel != "next" {
				continue
			}
			u, err := request.Parse(l.target)
			if err != nil {
				return "", fmt.Errorf("%w: page link: %w", ErrBadAnswer, err)
			}
			if err := sameOrigin(origin, u); err != nil {
				return "", fmt.Errorf("page link: %w; the org's base URL and CONSOLE_ORG_URL must be the same", err)
			}
			return u.String(), nil
		}
	}
	return "", nil
}

type link struct{ target, rel string }

// parseLinks reads the links of one header value. What does not parse is left out.
func parseLinks(s string) []link {
	var links []link
	for {
		_, rest, ok := strings.Cut(s, "<")
		if !ok {
			return links
		}
		target, rest, ok := strings.Cut(rest, ">")
		if !ok {
			return links
		}
		l := link{target: target}
		l.rel, s = linkRel(rest)
		links = append(links, l)
	}
}

// linkRel reads the parameters behind a target up to the comma that ends the link.
func linkRel(s string) (rel, rest string) {
	for {
		s = strings.TrimLeft(s, " \t;")
		if s == "" || s[0] == ',' {
			return rel, s
		}
		end := strings.IndexAny(s, "=;,")
		if end < 0 {
			return rel, ""
		}
		name := strings.TrimSpace(s[:end])
		if s[end] != '=' {
			s = s[end:]
			continue
		}
		var value string
		value, s = headerValue(strings.TrimLeft(s[end+1:], " \t"))
		if strings.EqualFold(name, "rel") && rel == "" {
			rel = strings.ToLower(value)
		}
	}
}
