package org

import (
	"bytes"
	"testing"
)

func TestRefreshTokensAreOneForEachGenerationAndKey(t *testing.T) {
	one, err := newSealer(bytes.Repeat([]byte{1}, sealSize))
	if err != nil {
		t.Fatal(err)
	}
	two, err := newSealer(bytes.Repeat([]byte{2}, sealSize))
	if err != nil {
		t.Fatal(err)
	}
	const grant = "oar1abcdefghijklm5g7"
	token := one.refreshToken(grant, 7)
	if got, n, ok := one.parseRefresh(token); !ok || got != grant || n != 7 {
		t.Errorf("parsed %q, %d, %v", got, n, ok)
	}
	if one.refreshToken(grant, 8) == token || one.refreshToken(grant, 7) != token {
		t.Error("one generation has one token")
	}
	if _, _, ok := two.parseRefresh(token); ok {
		t.Error("a store with another key accepts the token")
	}
}

// FuzzRefreshToken feeds the reading of refresh tokens: only one that was made is accepted.
func FuzzRefreshToken(f *testing.F) {
	s, err := newSealer(bytes.Repeat([]byte{1}, sealSize))
	if err != nil {
		f.Fatal(err)
	}
	f.Add("")
	f.Add("oar1abcdefghijklm5g7")
	f.Add(s.refreshToken("oar1abcdefghijklm5g7", 1))
	f.Fuzz(func(t *testing.T, token string) {
		grant, generation, ok := s.parseRefresh(token)
		if ok && s.refreshToken(grant, generation) != token {
			t.Errorf("accepted %q as generation %d of %s", token, generation, grant)
		}
	})
}

// FuzzJWT feeds the reading of tokens: nothing that the org did not sign is accepted, and nothing panics.
func FuzzJWT(f *testing.F) {
	x := newTestOrg(f)
	f.Add("")
	f.Add("a.b.c")
	f.Add("eyJhbGciOiJSUzI1NiIsImtpZCI6IngifQ.e30.AAAA")
	f.Add("eyJhbGciOiJub25lIn0.e30.")
	f.Fuzz(func(t *testing.T, token string) {
		if _, ok, err := x.AccessToken(t.Context(), OrgServer, token); ok || err != nil {
			t.Errorf("accepted %q: %v", token, err)
		}
		if _, ok, err := x.IDToken(t.Context(), OrgServer, token); ok || err != nil {
			t.Errorf("accepted %q as ID token: %v", token, err)
		}
	})
}
