package auth

import (
	"fmt"
	"net"
	"net/http"
	"net/url"

	"github.com/gorilla/sessions"
)

// cookie names the console's cookies and their attributes, decided once by its address.
type cookie struct {
	session string
	signIn  string
	secure  bool
}

// newCookie names the cookies for the console at baseURL: the __Host- prefix on https;
// on loopback without TLS the port instead, because ports of one host share cookies (contracts.md section 3).
func newCookie(baseURL string) (cookie, error) {
	u, err := url.Parse(baseURL)
	if err != nil || u.Host == "" || u.Path != "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return cookie{}, fmt.Errorf("CONSOLE_BASE_URL %q is not an address such as https://console.example.com", baseURL)
	}
	switch {
	case u.Scheme == "https":
		return cookie{session: "__Host-gatehouse", signIn: "__Host-gatehouse-signin", secure: true}, nil
	case u.Scheme == "http" && isLoopback(u.Hostname()):
		port := u.Port()
		if port == "" {
			port = "80"
		}
		return cookie{session: "gatehouse_" + port, signIn: "gatehouse_" + port + "_signin"}, nil
	}
	return cookie{}, fmt.Errorf("CONSOLE_BASE_URL %q is plain http on an address that is not loopback: sessions need https", baseURL)
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// options are the attributes of a cookie that lives maxAge seconds (0: until the browser closes, -1: gone).
func (c cookie) options(maxAge int) *sessions.Options {
	return &sessions.Options{Path: "/", MaxAge: maxAge, Secure: c.secure, HttpOnly: true, SameSite: http.SameSiteLaxMode}
}

// read is the value of the cookie called name if it has the form of one of ours, else "".
func (c cookie) read(r *http.Request, name string) string {
	found, err := r.Cookie(name)
	if err != nil || len(found.Value) != 43 {
		return ""
	}
	return found.Value
}
