package okta

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

var (
	parameter = regexp.MustCompile(`\{(\w+)\}`)
	idText    = regexp.MustCompile(`^[0-9A-Za-z_-]{1,64}$`)
)

// loginParameters may hold a login in place of an id (API description, "userId").
var loginParameters = map[string]bool{"userId": true, "associatedUserId": true, "primaryUserId": true}

// maxLogin is the longest login (okta-semantics C3, profile sizes).
const maxLogin = 100

// Parameters names the path parameters in order of appearance.
func (o *Operation) Parameters() []string {
	var names []string
	for _, m := range parameter.FindAllStringSubmatch(o.Path, -1) {
		names = append(names, m[1])
	}
	return names
}

// expand puts args, escaped, into the path template. A value that cannot name
// anything in an org is answered here as the org would, 404 E0000007, so that it
// never reaches a URL (faults 25).
func (o *Operation) expand(args map[string]string) (string, error) {
	path := o.Path
	for _, name := range o.Parameters() {
		value, ok := args[name]
		if !ok {
			return "", fmt.Errorf("%s: no value for %s", o.ID, name)
		}
		if !idText.MatchString(value) && !(loginParameters[name] && isLogin(value)) {
			return "", notFound(value)
		}
		path = strings.Replace(path, "{"+name+"}", url.PathEscape(value), 1)
	}
	return path, nil
}

// isLogin tells whether a login may stand in a path: the characters of an e-mail
// address or short name (RFC 5322 atext and letters of any script), with "@" or ".".
// A login with "/" is not one of them: the org answers 405 to it, its id must be used.
func isLogin(s string) bool {
	if utf8.RuneCountInString(s) > maxLogin || !strings.ContainsAny(s, "@.") ||
		strings.Contains(s, "..") || strings.Trim(s, ".@") == "" {
		return false
	}
	for _, r := range s {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) &&
			!strings.ContainsRune(".@!#$&'*+-=^_`{|}~", r) {
			return false
		}
	}
	return utf8.ValidString(s)
}

func notFound(value string) *Error {
	shown := strings.ToValidUTF8(value, "?")
	if r := []rune(shown); len(r) > 40 {
		shown = string(r[:40]) + "…"
	}
	return &Error{
		Status:  http.StatusNotFound,
		Code:    "E0000007",
		Summary: fmt.Sprintf("Not found: %q cannot be the id of anything in this org", shown),
		Link:    "E0000007",
	}
}
