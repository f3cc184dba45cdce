package policy

import (
	"encoding/json"
	"fmt"
	"time"
)

// Prompt says when a second factor is asked for.
type Prompt string

const (
	// PromptNever asks for none.
	PromptNever Prompt = "NEVER"
	// PromptHeld asks whoever holds one: what the system's own rule does while it requires none.
	PromptHeld Prompt = "HELD"
	// PromptAlways asks at each sign-in, PromptSession again once FactorLife is over,
	// PromptDevice once on a device; the last two where the person had the device remembered.
	PromptAlways  Prompt = "ALWAYS"
	PromptSession Prompt = "SESSION"
	PromptDevice  Prompt = "DEVICE"
)

// SignOn is what a rule of an OKTA_SIGN_ON policy does.
type SignOn struct {
	Deny   bool
	Prompt Prompt
	// FactorLife is how long a factor that was proved counts, with PromptSession.
	FactorLife time.Duration
	// RememberDevice is whether the person is proposed to have the device remembered.
	RememberDevice bool
	// Idle and Life bound a session: unused and from its begin. A Life of 0 has no end.
	Idle, Life time.Duration
	// Persistent lets the session outlive the browser.
	Persistent bool
}

// DefaultIdle is how long a session may lie unused unless a rule says otherwise (published).
const DefaultIdle = 120 * time.Minute

// Required tells whether nobody gets in without a second factor.
func (s SignOn) Required() bool { return s.Prompt != PromptNever && s.Prompt != PromptHeld }

// SignOnOf decodes what a rule of an OKTA_SIGN_ON policy does.
func SignOnOf(r *Rule) (SignOn, error) {
	var in struct {
		SignOn struct {
			Access         string `json:"access"`
			RequireFactor  bool   `json:"requireFactor"`
			PromptMode     Prompt `json:"factorPromptMode"`
			FactorLifetime int    `json:"factorLifetime"`
			Remember       bool   `json:"rememberDeviceByDefault"`
			Session        struct {
				Idle       *int `json:"maxSessionIdleMinutes"`
				Life       int  `json:"maxSessionLifetimeMinutes"`
				Persistent bool `json:"usePersistentCookie"`
			} `json:"session"`
		} `json:"signon"`
	}
	if err := decode(r.Actions, &in); err != nil {
		return SignOn{}, fmt.Errorf("rule %s: actions: %w", r.ID, err)
	}
	a := in.SignOn
	s := SignOn{
		Deny: a.Access == "DENY", Prompt: PromptNever, RememberDevice: a.Remember, Idle: DefaultIdle,
		FactorLife: minutes(a.FactorLifetime), Life: minutes(a.Session.Life), Persistent: a.Session.Persistent,
	}
	switch {
	case a.RequireFactor && (a.PromptMode == PromptSession || a.PromptMode == PromptDevice):
		s.Prompt = a.PromptMode
	case a.RequireFactor:
		s.Prompt = PromptAlways
	case r.System:
		s.Prompt = PromptHeld
	}
	if a.Session.Idle != nil && *a.Session.Idle > 0 {
		s.Idle = minutes(*a.Session.Idle)
	}
	return s, nil
}

func minutes(n int) time.Duration { return time.Duration(n) * time.Minute }

// decode is json.Unmarshal for a part that may be absent.
func decode(raw json.RawMessage, v any) error {
	if len(raw) == 0 {
		return nil
	}
	return json.Unmarshal(raw, v)
}
