package policy

import (
	"encoding/json"
	"slices"
	"testing"
	"time"
)

func TestSignOnActions(t *testing.T) {
	for name, c := range map[string]struct {
		actions string
		system  bool
		want    SignOn
	}{
		"deny":                   {`{"signon":{"access":"DENY"}}`, false, SignOn{Deny: true, Prompt: PromptNever, Idle: DefaultIdle}},
		"no factor":              {`{"signon":{"access":"ALLOW","requireFactor":false}}`, false, SignOn{Prompt: PromptNever, Idle: DefaultIdle}},
		"the system's own rule":  {`{"signon":{"access":"ALLOW","requireFactor":false}}`, true, SignOn{Prompt: PromptHeld, Idle: DefaultIdle}},
		"at each sign-in":        {`{"signon":{"access":"ALLOW","requireFactor":true,"factorPromptMode":"ALWAYS"}}`, false, SignOn{Prompt: PromptAlways, Idle: DefaultIdle}},
		"required without a way": {`{"signon":{"access":"ALLOW","requireFactor":true}}`, true, SignOn{Prompt: PromptAlways, Idle: DefaultIdle}},
		"by session": {
			`{"signon":{"access":"ALLOW","requireFactor":true,"factorPromptMode":"SESSION","factorLifetime":15,"rememberDeviceByDefault":true,"session":{"maxSessionIdleMinutes":30,"maxSessionLifetimeMinutes":60,"usePersistentCookie":true}}}`, false,
			SignOn{Prompt: PromptSession, FactorLife: 15 * time.Minute, RememberDevice: true, Idle: 30 * time.Minute, Life: time.Hour, Persistent: true},
		},
		"nothing said": {``, false, SignOn{Prompt: PromptNever, Idle: DefaultIdle}},
	} {
		if got, err := SignOnOf(&Rule{System: c.system, Actions: json.RawMessage(c.actions)}); err != nil || got != c.want {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	if _, err := SignOnOf(&Rule{Actions: json.RawMessage(`{"signon":3}`)}); err == nil {
		t.Error("actions that cannot be read are taken for none")
	}
}

func TestEnrollment(t *testing.T) {
	rule := &Rule{Actions: json.RawMessage(`{"enroll":{"self":"CHALLENGE"}}`)}
	factors, err := EnrollmentOf(&Policy{Settings: json.RawMessage(`{"factors":{"okta_sms":{"enroll":{"self":"REQUIRED"}},"okta_question":{"enroll":{"self":"OPTIONAL"}},"duo":{"enroll":{"self":"REQUIRED"}}}}`)}, rule)
	if err != nil {
		t.Fatal(err)
	}
	authenticators, err := EnrollmentOf(&Policy{Settings: json.RawMessage(`{"type":"AUTHENTICATORS","authenticators":[{"key":"phone_number","enroll":{"self":"REQUIRED"}},{"key":"okta_email","enroll":{"self":"NOT_ALLOWED"}}]}`)}, rule)
	if err != nil {
		t.Fatal(err)
	}
	sms, call, question := FactorKind{"sms", "OKTA"}, FactorKind{"call", "OKTA"}, FactorKind{"question", "OKTA"}
	if factors.When != EnrollAtChallenge || factors.Of(sms) != Required || factors.Of(question) != Optional || factors.Of(call) != NotAllowed {
		t.Errorf("factors: %+v", factors)
	}
	if got := factors.Missing([]FactorKind{call, question}); len(got) != 1 || !slices.Equal(got[0], []FactorKind{sms}) {
		t.Errorf("a call is no text message: %v", got)
	}
	if authenticators.Of(call) != Required || authenticators.Of(FactorKind{"email", "OKTA"}) != NotAllowed {
		t.Errorf("authenticators: %+v", authenticators)
	}
	if got := authenticators.Missing([]FactorKind{call}); len(got) != 0 {
		t.Errorf("a call is a phone number: %v", got)
	}
	if never, err := EnrollmentOf(&Policy{}, &Rule{}); err != nil || never.When != EnrollNever || never.Of(sms) != NotAllowed {
		t.Errorf("nothing said: %+v, %v", never, err)
	}
}

func TestPasswordSettings(t *testing.T) {
	p := &Policy{Settings: json.RawMessage(`{"password":{"complexity":{"minLength":12,"minSymbol":1,"excludeAttributes":["firstName"],"dictionary":{"common":{"exclude":true}}},
		"age":{"maxAgeDays":60,"expireWarnDays":15,"minAgeMinutes":60,"historyCount":5},"lockout":{"maxAttempts":3,"autoUnlockMinutes":2,"showLockoutFailures":true,"userLockoutNotificationChannels":["EMAIL"]}},
		"recovery":{"factors":{"recovery_question":{"status":"ACTIVE","properties":{"complexity":{"minLength":10}}},"okta_email":{"status":"ACTIVE","properties":{"recoveryToken":{"tokenLifetimeMinutes":20160}}}}}}`)}
	got, err := PasswordOf(p, &Rule{Actions: json.RawMessage(`{"passwordChange":{"access":"ALLOW"},"selfServicePasswordReset":{"access":"DENY"}}`)})
	switch {
	case err != nil:
		t.Fatal(err)
	case got.Complexity.MinLength != 12 || got.Complexity.MinSymbol != 1 || got.Complexity.MinUpper != 0 || !got.Complexity.Dictionary.Common.Exclude || got.Complexity.ExcludeAttributes[0] != "firstName":
		t.Errorf("complexity: %+v", got.Complexity)
	case got.Age != Age{60, 15, 60, 5}, got.Lockout.MaxAttempts != 3, got.Lockout.AutoUnlockMinutes != 2, !got.Lockout.Show:
		t.Errorf("age and lockout: %+v", got)
	case got.Recovery != Recovery{Question: true, Email: true, AnswerLength: 10, TokenMinutes: 20160}:
		t.Errorf("recovery: %+v", got.Recovery)
	case !got.MayChange || got.MayReset || got.MayUnlock:
		t.Errorf("what people may do: %+v", got)
	}
}
