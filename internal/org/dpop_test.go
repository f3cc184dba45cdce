package org

import (
	"testing"
	"time"
)

// FuzzProof feeds the reading of DPoP proofs: no input may panic it, and none may pass
// whose times, method or address are not those of the request.
func FuzzProof(f *testing.F) {
	f.Add("")
	f.Add("a.b.c")
	f.Add("eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6ImwyIiwieSI6IjlWIiwiY3J2IjoiUC0yNTYifX0.eyJqdGkiOiIxIn0.AAAA")
	f.Add("eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IlJTMjU2IiwiandrIjp7Imt0eSI6IlJTQSIsIm4iOiJBUUFCIiwiZSI6IkFRQUIifX0.e30.AAAA")
	now := time.Unix(1_800_000_000, 0)
	f.Fuzz(func(t *testing.T, text string) {
		claims, thumbprint, err := parseProof(text)
		if err == nil && thumbprint == "" {
			t.Error("a proof without a key is taken")
		}
		use := ProofUse{Method: "POST", Path: "/oauth2/v1/token"}
		if claims.check(use, "https://org.example", now) == nil && (claims.Method != "POST" || *claims.IssuedAt > float64(now.Add(proofSkew).Unix())) {
			t.Errorf("taken: %+v", claims)
		}
	})
}

// FuzzProofAddress: what is taken for the address of a request has its scheme, host and path.
func FuzzProofAddress(f *testing.F) {
	for _, htu := range []string{"https://org.example/a", "https://ORG.example:443/a?x#y", "https://evil.example/a", "https://x@org.example/a", "//org.example/a", "https://org.example/a/../a", "http://org.example/a"} {
		f.Add(htu)
	}
	f.Fuzz(func(t *testing.T, htu string) {
		if !sameAddress(htu, "https://org.example", "/a") {
			return
		}
		if len(htu) < len("https://org.example/a") || sameAddress(htu, "https://other.example", "/a") || sameAddress(htu, "https://org.example", "/b") {
			t.Errorf("%q is taken", htu)
		}
	})
}

func TestProofAddress(t *testing.T) {
	for htu, want := range map[string]bool{
		"https://org.example/a": true, "HTTPS://Org.Example/a": true, "https://org.example:443/a": true, "https://org.example/a?q=1#f": true,
		"http://org.example/a": false, "https://org.example:8443/a": false, "https://org.example/A": false, "https://org.example/a/": false,
		"https://user@org.example/a": false, "https://org.example.evil.example/a": false, "/a": false, "": false, "https://org.example/%61": false,
	} {
		if got := sameAddress(htu, "https://org.example", "/a"); got != want {
			t.Errorf("%q: %v", htu, got)
		}
	}
}
