package org

import "testing"

// Whatever step a sign-in skipped, the session is refused: the policies are asked once more where it begins.
func TestASessionNeedsEveryProof(t *testing.T) {
	x := newTestOrg(t)
	user := x.person("ada@org.example")
	if err := x.EnrolTOTP(t.Context(), user, "JBSWY3DPEHPK3PXP"); err != nil {
		t.Fatal(err)
	}
	r := x.signInRequest(t.Context(), somewhere)
	for name, p := range map[string]Pending{
		"nothing proved":    {UserID: user},
		"the password only": Pending{UserID: user}.Proved("pwd"),
		"the factor only":   Pending{UserID: user}.Proved("otp", "mfa"),
	} {
		if _, err := x.StartSession(r, p); !isCode(err, "E0000079") {
			t.Errorf("%s: a session was begun: %v", name, err)
		}
		if _, _, err := x.NewSessionToken(r, p); !isCode(err, "E0000079") {
			t.Errorf("%s: a session token was made: %v", name, err)
		}
	}
	s, err := x.StartSession(r, Pending{UserID: user}.Proved("pwd", "otp", "mfa"))
	if err != nil || s.FactorAt.IsZero() {
		t.Errorf("both proved: %+v, %v", s, err)
	}
	if n := x.events("policy.evaluate_sign_on"); n != 1 {
		t.Errorf("%d evaluations in the log, want 1", n)
	}
}
