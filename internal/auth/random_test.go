package auth

import "testing"

// security 14: what session ids, states and nonces are made of does not repeat.
func TestRandomTextsDoNotRepeat(t *testing.T) {
	a := &Auth{config: withDefaults(Config{})}
	seen := map[string]bool{}
	for range 10_000 {
		text, err := a.random()
		if err != nil || len(text) != 43 || seen[text] {
			t.Fatalf("%q (%v) after %d", text, err, len(seen))
		}
		seen[text] = true
	}
}
