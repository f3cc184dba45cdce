package oidc_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"
)

const totpSecret = "JBSWY3DPEHPK3PXP"

// adminID is the seeded super admin's id.
func (x *server) adminID() string {
	x.t.Helper()
	return x.api("GET", "/api/v1/users/me", nil).text(x.t, "id")
}

// totp is the code of the admin's factor, so many time steps from now.
func (x *server) totp(steps int) string {
	x.t.Helper()
	code, err := totp.GenerateCode(totpSecret, x.clock.Now().Add(time.Duration(steps)*30*time.Second))
	x.check(err)
	return code
}

// page begins a sign-in and returns the address of its page.
func (b *browser) page(q url.Values) string {
	b.t.Helper()
	return b.get("/oauth2/v1/authorize?" + q.Encode()).header.Get("Location")
}

func TestWrongUnknownAndLockedLookAlike(t *testing.T) {
	x := newServer(t)
	b := x.browser()
	page := b.page(request())
	first := b.post(page, form("username", admin, "password", "wrong"))
	if first.status != http.StatusUnprocessableEntity || first.problem() == "" || !strings.Contains(first.body, `value="`+admin+`"`) {
		t.Errorf("wrong password: %d %q", first.status, first.problem())
	}
	unknown := b.post(page, form("username", "nobody@company.example", "password", "wrong"))
	for range 9 {
		b.post(page, form("username", admin, "password", "wrong"))
	}
	locked := b.post(page, form("username", admin, "password", password))
	for name, a := range map[string]answer{"unknown": unknown, "locked": locked} {
		if a.status != first.status || a.problem() != first.problem() {
			t.Errorf("%s: %d %q; wrong: %d %q", name, a.status, a.problem(), first.status, first.problem())
		}
	}
	if x.events("user.account.lock") != 1 {
		t.Error("the lockout is not in the System Log")
	}
}

func TestTOTPIsAskedForWhenEnrolled(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *server) {
		x.check(x.EnrolTOTP(t.Context(), x.adminID(), totpSecret))
		b := x.browser()
		a := b.signIn(orgServer, request(), admin, password)
		page := a.header.Get("Location")
		if a.status != http.StatusSeeOther || !strings.Contains(page, "/signin/") {
			t.Fatalf("after the password: %d %s", a.status, page)
		}
		if shown := b.get(page); !strings.Contains(shown.body, `name="passcode"`) || !strings.Contains(shown.body, admin) {
			t.Errorf("the page of the code: %s", shown.body)
		}
		if got := b.get("/oauth2/v1/authorize?" + request("prompt", "none").Encode()).location(t); got.Get("error") != "login_required" {
			t.Errorf("between password and code: %v", got)
		}
		if wrong := b.post(page, form("passcode", "000000")); wrong.status != http.StatusUnprocessableEntity || wrong.problem() == "" {
			t.Errorf("a wrong code: %d", wrong.status)
		}
		if old := b.post(page, form("passcode", x.totp(-2))); old.status != http.StatusUnprocessableEntity {
			t.Errorf("a code of a minute ago: %d", old.status)
		}
		used := x.totp(0)
		done := b.post(page, form("passcode", used[:3]+" "+used[3:]))
		code := done.location(t).Get("code")
		if done.status != http.StatusSeeOther || code == "" {
			t.Fatalf("the right code: %d %s", done.status, done.problem())
		}
		claims := payload(t, b.exchange(orgServer, code).json(t)["id_token"])
		if amr, _ := claims["amr"].([]any); len(amr) != 3 || amr[1] != "otp" {
			t.Errorf("amr %v", claims["amr"])
		}
		c := x.browser()
		page = c.signIn(orgServer, request(), admin, password).header.Get("Location")
		if again := c.post(page, form("passcode", used)); again.status != http.StatusUnprocessableEntity {
			t.Errorf("the same code again: %d", again.status)
		}
		if next := c.post(page, form("passcode", x.totp(1))); next.status != http.StatusSeeOther {
			t.Errorf("the code of the next step: %d %s", next.status, next.problem())
		}
	})
}

func TestCodesAreTriedFiveTimesInFiveMinutes(t *testing.T) {
	x := newServer(t)
	x.check(x.EnrolTOTP(t.Context(), x.adminID(), totpSecret))
	b := x.browser()
	page := b.signIn(orgServer, request(), admin, password).header.Get("Location")
	for range 5 {
		b.post(page, form("passcode", "000000"))
	}
	if a := b.post(page, form("passcode", x.totp(0))); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.problem(), "Too many") {
		t.Errorf("the right code after five wrong ones: %d %q", a.status, a.problem())
	}
	other := x.browser()
	if a := other.post(other.signIn(orgServer, request(), admin, password).header.Get("Location"), form("passcode", x.totp(0))); a.status != http.StatusUnprocessableEntity {
		t.Errorf("in another browser: %d", a.status)
	}
	x.clock.forward(5 * time.Minute)
	if a := b.post(page, form("passcode", x.totp(0))); a.status != http.StatusSeeOther {
		t.Errorf("five minutes later: %d %q", a.status, a.problem())
	}
}

func TestAnExpiredPasswordMustBeChanged(t *testing.T) {
	x := newServer(t)
	if a := x.api("POST", "/api/v1/users/"+x.adminID()+"/lifecycle/expire_password", nil); a.status != http.StatusOK {
		t.Fatalf("expire: %d %s", a.status, a.body)
	}
	b := x.browser()
	page := b.signIn(orgServer, request(), admin, password).header.Get("Location")
	if shown := b.get(page); !strings.Contains(shown.body, `name="newPassword"`) {
		t.Fatalf("no page for the new password: %s", shown.body)
	}
	for name, pair := range map[string][2]string{"too short": {"Ab1", "Ab1"}, "not the same": {"New-Horse-88", "New-Horse-89"}, "the old one": {password, password}} {
		if a := b.post(page, form("newPassword", pair[0], "confirmPassword", pair[1])); a.status != http.StatusUnprocessableEntity || a.problem() == "" {
			t.Errorf("%s: %d %q", name, a.status, a.problem())
		}
	}
	done := b.post(page, form("newPassword", "New-Horse-88", "confirmPassword", "New-Horse-88"))
	if done.status != http.StatusSeeOther || done.location(t).Get("code") == "" {
		t.Fatalf("a good one: %d %q", done.status, done.problem())
	}
	if a := x.browser().signIn(orgServer, request(), admin, password); a.status != http.StatusUnprocessableEntity {
		t.Errorf("the old password afterwards: %d", a.status)
	}
	if a := x.browser().signIn(orgServer, request(), admin, "New-Horse-88"); a.location(t).Get("code") == "" {
		t.Errorf("the new password afterwards: %d", a.status)
	}
}

func TestASignInBelongsToItsBrowserAndEndsOnce(t *testing.T) {
	x := newServer(t)
	b := x.browser()
	page := b.page(request())
	right := form("username", admin, "password", password)
	if a := x.browser().post(page, right); a.status != http.StatusBadRequest || a.header.Get("Set-Cookie") != "" {
		t.Errorf("without the cookie: %d %s", a.status, a.header.Get("Set-Cookie"))
	}
	other := x.browser()
	other.page(request())
	if a := other.post(page, right); a.status != http.StatusBadRequest {
		t.Errorf("with another browser's cookie: %d", a.status)
	}
	if a := b.post(page, right); a.status != http.StatusSeeOther {
		t.Fatalf("the same browser: %d", a.status)
	}
	if a := b.post(page, right); a.status != http.StatusBadRequest {
		t.Errorf("a second time: %d", a.status)
	}
	late := b.page(request("prompt", "login"))
	x.clock.forward(31 * time.Minute)
	if a := b.post(late, right); a.status != http.StatusBadRequest || !strings.Contains(a.body, "This sign-in is over") {
		t.Errorf("half an hour later: %d", a.status)
	}
}

func TestTheSessionChangesAtEverySignIn(t *testing.T) {
	x := newServer(t)
	b := x.browser()
	base, err := url.Parse(x.url)
	x.check(err)
	name := "sid_" + base.Port()
	b.Jar.SetCookies(base, []*http.Cookie{{Name: name, Value: "planted", Path: "/"}})
	first := cookie(t, b.signIn(orgServer, request(), admin, password), name)
	if first.Value == "planted" || !first.HttpOnly || first.SameSite != http.SameSiteLaxMode || first.Path != "/" || first.Domain != "" || first.Secure {
		t.Errorf("cookie %v", first)
	}
	second := cookie(t, b.signIn(orgServer, request("prompt", "login"), admin, password), name)
	if second.Value == first.Value {
		t.Error("the second sign-in kept the session id")
	}
	if a := x.api("GET", "/api/v1/sessions/"+first.Value, nil); a.status != http.StatusNotFound {
		t.Errorf("the first session after the second sign-in: %d", a.status)
	}
	if a := x.api("GET", "/api/v1/sessions/"+second.Value, nil); a.status != http.StatusOK || a.text(t, "login") != admin {
		t.Errorf("the second session: %d %s", a.status, a.body)
	}
}

// cookie finds the cookie that an answer sets.
func cookie(t *testing.T, a answer, name string) *http.Cookie {
	t.Helper()
	for _, c := range (&http.Response{Header: a.header}).Cookies() {
		if c.Name == name {
			return c
		}
	}
	t.Fatalf("%d sets no cookie %s", a.status, name)
	return nil
}

func TestLoginHintAndOwnPage(t *testing.T) {
	x := newServer(t)
	b := x.browser()
	if a := b.get(b.page(request("login_hint", `a"><b>@company.example`))); !strings.Contains(a.body, `value="a&#34;&gt;&lt;b&gt;@company.example"`) {
		t.Errorf("the hint is not filled in as text: %s", a.body)
	}
	page := b.get("/login").header.Get("Location")
	if a := b.post(page, form("username", admin, "password", password)); a.status != http.StatusSeeOther || a.header.Get("Location") != x.url+"/login" {
		t.Fatalf("%d %s", a.status, a.header.Get("Location"))
	}
	if a := b.get("/login"); !strings.Contains(a.body, admin) {
		t.Errorf("the page of somebody signed in: %s", a.body)
	}
	if a := b.post("/login/signout", nil); a.status != http.StatusOK {
		t.Errorf("sign out: %d", a.status)
	}
	if a := b.get("/login"); !strings.Contains(a.header.Get("Location"), "/signin/") {
		t.Errorf("after signing out: %d %s", a.status, a.body)
	}
}
