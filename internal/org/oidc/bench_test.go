package oidc_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"fmt"
	"net/http"
	"testing"
)

// BenchmarkSignature is what the floor of the other two is: one RS256 signature of 2048 bits.
func BenchmarkSignature(b *testing.B) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		b.Fatal(err)
	}
	sum := sha256.Sum256([]byte("x"))
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum[:]); err != nil {
				b.Error(err)
			}
		}
	})
}

// BenchmarkRefresh is a refresh that answers with an access token and an ID token.
func BenchmarkRefresh(b *testing.B) {
	x := newServer(b)
	c := x.browser()
	token := c.tokens(orgServer, request())["refresh_token"].(string)
	for b.Loop() {
		a := c.refresh(orgServer, token)
		if a.status != http.StatusOK {
			b.Fatalf("%d %s", a.status, a.body)
		}
		token = a.text(b, "refresh_token")
	}
}

// BenchmarkCode is an authorization by a session and the exchange of its code.
func BenchmarkCode(b *testing.B) {
	x := newServer(b)
	c := x.browser()
	c.code(orgServer, request())
	for b.Loop() {
		code := c.get("/oauth2/v1/authorize?" + request("prompt", "none").Encode()).location(b).Get("code")
		if a := c.exchange(orgServer, code); a.status != http.StatusOK {
			b.Fatalf("%d %s", a.status, a.body)
		}
	}
}

// BenchmarkRefusedSignIn compares what a refusal costs: nobody may tell from the time
// whether a person exists, is locked, or mistyped (security 58).
func BenchmarkRefusedSignIn(b *testing.B) {
	x := newServer(b)
	c := x.browser()
	c.person("locked@example.com", `{"password":{"value":"`+password+`"}}`)
	for range 10 {
		c.postJSON("/api/v1/authn", object{"username": "locked@example.com", "password": "wrong"})
	}
	known := 0
	for name, who := range map[string]func(*testing.B) string{
		"unknown": func(*testing.B) string { return "nobody@example.com" },
		"locked":  func(*testing.B) string { return "locked@example.com" },
		"wrong": func(b *testing.B) string { // a person of its own each time, or the tenth would be a locked one
			b.StopTimer()
			defer b.StartTimer()
			known++
			login := fmt.Sprintf("known%d@example.com", known)
			c.person(login, `{"password":{"value":"`+password+`"}}`)
			return login
		},
	} {
		b.Run(name, func(b *testing.B) {
			for range b.N {
				if a := c.postJSON("/api/v1/authn", object{"username": who(b), "password": "Wrong-Password-1"}); a.status != http.StatusUnauthorized {
					b.Fatalf("%d %s", a.status, a.body)
				}
			}
		})
	}
}

// BenchmarkSignIn is a sign-in with the right password, up to the session token: policies included.
func BenchmarkSignIn(b *testing.B) {
	x := newServer(b)
	in := x.browser()
	for b.Loop() {
		if a := in.postJSON("/api/v1/authn", object{"username": admin, "password": password}); a.status != http.StatusOK {
			b.Fatalf("%d %s", a.status, a.body)
		}
	}
}
