package auth_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"gatehouse/internal/auth"
)

// begunTrial is a trial that the org has granted, with what the browser comes back with.
func begunTrial(t *testing.T, c *console, s *auth.Session, trial auth.Trial) (state, code string) {
	t.Helper()
	to, err := c.BeginTrial(t.Context(), s, trial)
	if err != nil {
		t.Fatal(err)
	}
	asked := query(t, to)
	if asked.Get("code_challenge_method") != "S256" || asked.Get("code_challenge") == "" || asked.Get("nonce") == "" || asked.Get("redirect_uri") != base+"/try" {
		t.Fatalf("asked with %v", asked)
	}
	back := query(t, c.op.authorize(t, to))
	return back.Get("state"), back.Get("code")
}

func TestTrial(t *testing.T) {
	c := newConsole(t)
	s := c.signIn(t, newBrowser())
	trial := auth.Trial{Issuer: c.op.url, ClientID: clientID, Scopes: []string{"openid", "orders:read"}, Prompt: "login", Login: "ana@company.example", Back: "/authorization-servers/aus1/preview?client=shop"}
	state, code := begunTrial(t, c, s, trial)
	got, err := c.TakeTrial(t.Context(), s, state)
	if err != nil || got.Back != trial.Back || got.ClientID != clientID {
		t.Fatalf("taken: %+v, %v", got, err)
	}
	out, err := c.RedeemTrial(t.Context(), s, got, auth.TrialAnswer{Code: code, Secret: clientSecret})
	if err != nil {
		t.Fatal(err)
	}
	if out.ID.Text("sub") != "00u1" || !out.ID.Verified || out.ID.KeyID != "one" || out.Access.Raw == "" || out.Access.Verified {
		t.Errorf("tokens: %+v", out)
	}
	if !out.Refresh || !out.Revoked || c.op.refresh["refresh-2"] {
		t.Errorf("the refresh token still counts: %+v, %v", out, c.op.refresh)
	}
	for _, secret := range []string{clientSecret, out.Access.Raw, out.ID.Raw, code, "refresh-2"} {
		if strings.Contains(c.log.String(), secret) {
			t.Errorf("the log has %q", secret)
		}
	}
	if !strings.Contains(c.log.String(), "tokensTried") {
		t.Error("nothing tells of the trial")
	}
}

// What was begun in a session is taken once, by that session, and is no sign-in.
func TestTrialBelongsToItsSession(t *testing.T) {
	c := newConsole(t)
	b := newBrowser()
	s, other := c.signIn(t, b), c.signIn(t, newBrowser())
	state, code := begunTrial(t, c, s, auth.Trial{Issuer: c.op.url, ClientID: clientID})
	if _, err := c.TakeTrial(t.Context(), other, state); !errors.Is(err, auth.ErrNoTrial) {
		t.Errorf("another session took it: %v", err)
	}
	if _, _, err := c.complete(b, base+"/callback?state="+state+"&code="+code); err == nil {
		t.Error("its state signed somebody in")
	}
	if _, err := c.TakeTrial(t.Context(), s, state); err != nil {
		t.Errorf("its own session: %v", err)
	}
	if _, err := c.TakeTrial(t.Context(), s, state); !errors.Is(err, auth.ErrNoTrial) {
		t.Errorf("taken twice: %v", err)
	}
	begin := c.begin(t, b, "/")
	if _, err := c.TakeTrial(t.Context(), s, query(t, begin).Get("state")); !errors.Is(err, auth.ErrNoTrial) {
		t.Errorf("a sign-in was taken as a trial: %v", err)
	}
	state, _ = begunTrial(t, c, s, auth.Trial{Issuer: c.op.url, ClientID: clientID})
	c.advance(11 * 60 * 1e9)
	if _, err := c.TakeTrial(t.Context(), s, state); !errors.Is(err, auth.ErrNoTrial) {
		t.Errorf("taken after eleven minutes: %v", err)
	}
}

func TestTrialRefused(t *testing.T) {
	c := newConsole(t)
	s := c.signIn(t, newBrowser())
	if _, err := c.BeginTrial(t.Context(), s, auth.Trial{Issuer: "https://elsewhere.example/oauth2/aus1", ClientID: "shop"}); !errors.Is(err, auth.ErrMetadata) {
		t.Errorf("an issuer elsewhere: %v", err)
	}
	take := func() (auth.Trial, string) {
		state, code := begunTrial(t, c, s, auth.Trial{Issuer: c.op.url, ClientID: clientID})
		got, err := c.TakeTrial(t.Context(), s, state)
		if err != nil {
			t.Fatal(err)
		}
		return got, code
	}
	var refusal *auth.TrialRefused
	got, code := take()
	if _, err := c.RedeemTrial(t.Context(), s, got, auth.TrialAnswer{Code: code, Secret: "wrong"}); !errors.As(err, &refusal) || refusal.Code != "invalid_client" || refusal.Status != http.StatusUnauthorized {
		t.Errorf("a wrong secret: %v", err)
	}
	got, code = take()
	if _, err := c.RedeemTrial(t.Context(), s, got, auth.TrialAnswer{Code: code, Secret: clientSecret, Issuer: "https://elsewhere.example"}); !errors.Is(err, auth.ErrMetadata) {
		t.Errorf("an answer of another issuer: %v", err)
	}
	got, code = take()
	c.op.onClaims = func(claims map[string]any) { claims["nonce"] = "another" }
	if _, err := c.RedeemTrial(t.Context(), s, got, auth.TrialAnswer{Code: code, Secret: clientSecret}); !errors.Is(err, auth.ErrMetadata) {
		t.Errorf("an ID token of another request: %v", err)
	}
}
