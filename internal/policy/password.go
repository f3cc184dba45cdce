package policy

import "fmt"

// Password is what a PASSWORD policy and its rule ask. The zero value asks nothing.
type Password struct {
	Complexity Complexity `json:"complexity"`
	Age        Age        `json:"age"`
	Lockout    Lockout    `json:"lockout"`
	Recovery   Recovery   `json:"-"`
	// MayChange, MayReset and MayUnlock are what people may do themselves.
	MayChange, MayReset, MayUnlock bool
}

// Complexity is what a password must be like. Counts of 0 ask nothing.
type Complexity struct {
	MinLength       int  `json:"minLength"`
	MinLower        int  `json:"minLowerCase"`
	MinUpper        int  `json:"minUpperCase"`
	MinNumber       int  `json:"minNumber"`
	MinSymbol       int  `json:"minSymbol"`
	ExcludeUsername bool `json:"excludeUsername"`
	// ExcludeAttributes are profile attributes that it must not hold: firstName, lastName.
	ExcludeAttributes []string `json:"excludeAttributes"`
	Dictionary        struct {
		Common struct {
			Exclude bool `json:"exclude"`
		} `json:"common"`
	} `json:"dictionary"`
}

// Age is how old and how young a password may be, and how many stay refused. 0 is no limit.
type Age struct {
	MaxDays    int `json:"maxAgeDays"`
	WarnDays   int `json:"expireWarnDays"`
	MinMinutes int `json:"minAgeMinutes"`
	History    int `json:"historyCount"`
}

// Lockout is what wrong passwords do. MaxAttempts of 0 never locks, AutoUnlockMinutes of
// 0 never unlocks.
type Lockout struct {
	MaxAttempts       int      `json:"maxAttempts"`
	AutoUnlockMinutes int      `json:"autoUnlockMinutes"`
	Show              bool     `json:"showLockoutFailures"`
	Channels          []string `json:"userLockoutNotificationChannels"`
}

// Recovery is how somebody who forgot a password gets another one.
type Recovery struct {
	// Question and Email tell whether the ways are open.
	Question, Email bool
	// AnswerLength is the least length of an answer, in characters.
	AnswerLength int
	// TokenMinutes is how long a recovery link works.
	TokenMinutes int
}

// PasswordOf decodes the settings of a PASSWORD policy with the actions of its rule.
func PasswordOf(p *Policy, r *Rule) (Password, error) {
	type factor struct {
		Status     string `json:"status"`
		Properties struct {
			Complexity struct {
				MinLength int `json:"minLength"`
			} `json:"complexity"`
			Token struct {
				Minutes int `json:"tokenLifetimeMinutes"`
			} `json:"recoveryToken"`
		} `json:"properties"`
	}
	var settings struct {
		Password Password `json:"password"`
		Recovery struct {
			Factors struct {
				Question factor `json:"recovery_question"`
				Email    factor `json:"okta_email"`
			} `json:"factors"`
		} `json:"recovery"`
	}
	if err := decode(p.Settings, &settings); err != nil {
		return Password{}, fmt.Errorf("policy %s: settings: %w", p.ID, err)
	}
	type access struct {
		Access string `json:"access"`
	}
	var actions struct {
		Change access `json:"passwordChange"`
		Reset  access `json:"selfServicePasswordReset"`
		Unlock access `json:"selfServiceUnlock"`
	}
	if err := decode(r.Actions, &actions); err != nil {
		return Password{}, fmt.Errorf("rule %s: actions: %w", r.ID, err)
	}
	out, factors := settings.Password, settings.Recovery.Factors
	out.Recovery = Recovery{
		Question: factors.Question.Status == active, AnswerLength: factors.Question.Properties.Complexity.MinLength,
		Email: factors.Email.Status == active, TokenMinutes: factors.Email.Properties.Token.Minutes,
	}
	out.MayChange, out.MayReset, out.MayUnlock = actions.Change.Access == allow, actions.Reset.Access == allow, actions.Unlock.Access == allow
	return out, nil
}

const allow = "ALLOW"
