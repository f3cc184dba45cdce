package oidc_test

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

type object = map[string]any

// at reads a value inside an answer by keys and list positions.
func at(v any, path ...any) any {
	for _, p := range path {
		switch p := p.(type) {
		case string:
			m, _ := v.(object)
			v = m[p]
		case int:
			l, _ := v.([]any)
			if p >= len(l) {
				return nil
			}
			v = l[p]
		}
	}
	return v
}

func TestAuthnGivesASessionTokenThatWorksOnce(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *server) {
		b := x.browser()
		a := b.postJSON("/api/v1/authn", object{"username": admin, "password": password})
		in := a.json(t)
		if a.status != http.StatusOK || in["status"] != "SUCCESS" || at(in, "_embedded", "user", "profile", "login") != admin {
			t.Fatalf("%d %s", a.status, a.body)
		}
		token := in["sessionToken"].(string)
		s := x.api("POST", "/api/v1/sessions", object{"sessionToken": token})
		if s.status != http.StatusOK || s.text(t, "login") != admin || s.text(t, "status") != "ACTIVE" || at(s.json(t), "amr", 0) != "pwd" {
			t.Fatalf("session: %d %s", s.status, s.body)
		}
		if again := x.api("POST", "/api/v1/sessions", object{"sessionToken": token}); again.status != http.StatusUnauthorized || again.text(t, "errorCode") != "E0000004" {
			t.Errorf("a second use: %d %s", again.status, again.body)
		}
		id := s.text(t, "id")
		x.clock.forward(119 * time.Minute)
		if a := x.api("POST", "/api/v1/sessions/"+id+"/lifecycle/refresh", nil); a.status != http.StatusOK {
			t.Errorf("refresh: %d %s", a.status, a.body)
		}
		x.clock.forward(119 * time.Minute)
		if a := x.api("GET", "/api/v1/sessions/"+id, nil); a.status != http.StatusOK {
			t.Errorf("119 minutes after the refresh: %d", a.status)
		}
		if a := x.api("DELETE", "/api/v1/sessions/"+id, nil); a.status != http.StatusNoContent {
			t.Errorf("end: %d %s", a.status, a.body)
		}
		for _, call := range []answer{x.api("GET", "/api/v1/sessions/"+id, nil), x.api("DELETE", "/api/v1/sessions/"+id, nil), x.api("POST", "/api/v1/sessions/"+id+"/lifecycle/refresh", nil)} {
			if call.status != http.StatusNotFound || call.text(t, "errorCode") != "E0000007" {
				t.Errorf("after its end: %d %s", call.status, call.body)
			}
		}
	})
}

func TestASessionTokenSignsABrowserIn(t *testing.T) {
	x := newServer(t)
	b := x.browser()
	token := b.postJSON("/api/v1/authn", object{"username": admin, "password": password}).text(t, "sessionToken")
	quiet := request("prompt", "none", "sessionToken", token)
	if got := b.get("/oauth2/v1/authorize?" + quiet.Encode()).location(t); got.Get("code") == "" {
		t.Errorf("with the token: %v", got)
	}
	if got := x.browser().get("/oauth2/v1/authorize?" + quiet.Encode()).location(t); got.Get("error") != "login_required" {
		t.Errorf("the token again, in another browser: %v", got)
	}
	late := b.postJSON("/api/v1/authn", object{"username": admin, "password": password}).text(t, "sessionToken")
	x.clock.forward(6 * time.Minute)
	if got := x.browser().get("/oauth2/v1/authorize?" + request("prompt", "none", "sessionToken", late).Encode()).location(t); got.Get("error") != "login_required" {
		t.Errorf("six minutes later: %v", got)
	}
}

func TestAuthnRefusals(t *testing.T) {
	x := newServer(t)
	b := x.browser()
	for name, c := range map[string]struct {
		body   any
		status int
		code   string
	}{
		"wrong password": {object{"username": admin, "password": "wrong"}, 401, "E0000004"},
		"unknown person": {object{"username": "nobody@company.example", "password": "wrong"}, 401, "E0000004"},
		"no password":    {object{"username": admin}, 401, "E0000004"},
		"no username":    {object{"password": password}, 400, "E0000001"},
		"nothing":        {object{}, 400, "E0000001"},
		"a list":         {[]string{"a"}, 400, "E0000003"},
		"wrong type":     {object{"username": 7}, 400, "E0000003"},
		"unknown state":  {object{"stateToken": "00x"}, 401, "E0000011"},
	} {
		t.Run(name, func(t *testing.T) {
			if a := b.postJSON("/api/v1/authn", c.body); a.status != c.status || a.text(t, "errorCode") != c.code {
				t.Errorf("%d %s, want %d %s", a.status, a.body, c.status, c.code)
			}
		})
	}
	if a := b.postJSON("/api/v1/authn", object{"username": strings.Repeat("a", 100_000)}); a.status != http.StatusRequestEntityTooLarge {
		t.Errorf("100 kB: %d", a.status)
	}
	for range 10 {
		b.postJSON("/api/v1/authn", object{"username": admin, "password": "wrong"})
	}
	if a := b.postJSON("/api/v1/authn", object{"username": admin, "password": password}); a.status != 401 || a.text(t, "errorCode") != "E0000004" {
		t.Errorf("locked out: %d %s, want the answer of a wrong password", a.status, a.body)
	}
}

func TestAuthnAsksForTheCode(t *testing.T) {
	x := newServer(t)
	x.check(x.EnrolTOTP(t.Context(), x.adminID(), totpSecret))
	b := x.browser()
	first := b.postJSON("/api/v1/authn", object{"username": admin, "password": password}).json(t)
	if first["status"] != "MFA_REQUIRED" || first["sessionToken"] != nil || at(first, "_embedded", "factors", 0, "factorType") != "token:software:totp" {
		t.Fatalf("%v", first)
	}
	verify, _ := at(first, "_embedded", "factors", 0, "_links", "verify", "href").(string)
	state := first["stateToken"].(string)
	if a := b.postJSON("/api/v1/authn", object{"stateToken": state}); a.text(t, "status") != "MFA_REQUIRED" {
		t.Errorf("where it stands: %s", a.body)
	}
	if a := b.postJSON(verify, object{"stateToken": state, "passCode": "000000"}); a.status != http.StatusForbidden || a.text(t, "errorCode") != "E0000068" {
		t.Errorf("a wrong code: %d %s", a.status, a.body)
	}
	if a := b.postJSON("/api/v1/authn/factors/uftother/verify", object{"stateToken": state, "passCode": x.totp(0)}); a.status != http.StatusNotFound {
		t.Errorf("another factor: %d %s", a.status, a.body)
	}
	done := b.postJSON(verify, object{"stateToken": state, "passCode": x.totp(0)}).json(t)
	if done["status"] != "SUCCESS" {
		t.Fatalf("%v", done)
	}
	if s := x.api("POST", "/api/v1/sessions", object{"sessionToken": done["sessionToken"]}).json(t); s["mfaActive"] != true || s["lastFactorVerification"] == nil {
		t.Errorf("session %v", s)
	}
	if a := b.postJSON(verify, object{"stateToken": state, "passCode": x.totp(1)}); a.status != http.StatusUnauthorized {
		t.Errorf("the state token afterwards: %d %s", a.status, a.body)
	}
	other := b.postJSON("/api/v1/authn", object{"username": admin, "password": password}).text(t, "stateToken")
	for range 5 {
		b.postJSON(verify, object{"stateToken": other, "passCode": "000000"})
	}
	if a := b.postJSON(verify, object{"stateToken": other, "passCode": x.totp(1)}); a.status != http.StatusTooManyRequests || a.text(t, "errorCode") != "E0000047" {
		t.Errorf("after five wrong codes: %d %s", a.status, a.body)
	}
	if a := b.postJSON("/api/v1/authn/cancel", object{"stateToken": other}); a.status != http.StatusOK || !strings.Contains(a.body, "relayState") {
		t.Errorf("cancel: %d %s", a.status, a.body)
	}
	if a := b.postJSON("/api/v1/authn", object{"stateToken": other}); a.status != http.StatusUnauthorized {
		t.Errorf("after cancel: %d", a.status)
	}
}

func TestAuthnChangesAnExpiredPassword(t *testing.T) {
	x := newServer(t)
	x.api("POST", "/api/v1/users/"+x.adminID()+"/lifecycle/expire_password", nil)
	b := x.browser()
	first := b.postJSON("/api/v1/authn", object{"username": admin, "password": password}).json(t)
	next, _ := at(first, "_links", "next", "href").(string)
	if first["status"] != "PASSWORD_EXPIRED" || next == "" {
		t.Fatalf("%v", first)
	}
	state := first["stateToken"]
	if a := b.postJSON(next, object{"stateToken": state, "oldPassword": "wrong", "newPassword": "New-Horse-88"}); a.status != http.StatusForbidden || a.text(t, "errorCode") != "E0000014" {
		t.Errorf("wrong old password: %d %s", a.status, a.body)
	}
	if a := b.postJSON(next, object{"stateToken": state, "oldPassword": password, "newPassword": "short"}); a.status != http.StatusForbidden || a.text(t, "errorCode") != "E0000080" {
		t.Errorf("a new password that is too weak: %d %s", a.status, a.body)
	}
	if a := b.postJSON(next, object{"stateToken": state, "oldPassword": password, "newPassword": "New-Horse-88"}); a.text(t, "status") != "SUCCESS" {
		t.Errorf("%d %s", a.status, a.body)
	}
	if a := b.postJSON("/api/v1/authn", object{"username": admin, "password": "New-Horse-88"}); a.text(t, "status") != "SUCCESS" {
		t.Errorf("afterwards: %d %s", a.status, a.body)
	}
}
