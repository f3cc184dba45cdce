package handlers

import (
	"net/url"
	"slices"
	"strconv"

	"gatehouse/internal/okta"
	pages "gatehouse/web/templates/policy"
	"gatehouse/web/templates/ui"
)

// settingNumber is a number among the settings of a policy.
type settingNumber struct {
	field, label, help string
	path               []string
	// minutes are typed as a duration.
	minutes bool
}

// newPassword are the settings that the form of a new password policy begins with: those of
// the policy that a new cloud org has ("recorded").
var newPassword = must(okta.Parse([]byte(`{"password":{"complexity":{"minLength":8,"minLowerCase":1,"minUpperCase":1,"minNumber":1,"minSymbol":0,"excludeUsername":true},
	"age":{"maxAgeDays":0,"expireWarnDays":0,"minAgeMinutes":0,"historyCount":4},"lockout":{"maxAttempts":10,"autoUnlockMinutes":0}},
	"recovery":{"factors":{"recovery_question":{"status":"ACTIVE","properties":{"complexity":{"minLength":4}}},"okta_email":{"status":"ACTIVE","properties":{"recoveryToken":{"tokenLifetimeMinutes":60}}}}}}`)))

func must(doc okta.Object, err error) okta.Object {
	if err != nil {
		panic("handlers: " + err.Error())
	}
	return doc
}

// settingsRead are the settings that a form of a password policy shows.
func settingsRead(e policyEntry) okta.Object {
	if e.ID == "" {
		return newPassword
	}
	return e.Settings
}

// numbersControl is a line of numbers.
func numbersControl(label string, numbers ...settingNumber) policyControl {
	causes := map[string]string{}
	for _, n := range numbers {
		full := ""
		for i, part := range n.path {
			if i > 0 {
				full += "."
			}
			full += part
		}
		causes[full], causes["settings."+full] = n.field, n.field
	}
	return policyControl{
		read: func(e policyEntry, _ policyConditions, v url.Values) {
			for _, n := range numbers {
				value, _ := strconv.Atoi(string(settingsRead(e).Get(n.path...)))
				if n.minutes {
					v.Set(n.field, limitWords(value))
				} else {
					v.Set(n.field, strconv.Itoa(value))
				}
			}
		},
		write: func(doc okta.Object, v url.Values) okta.Object {
			for _, n := range numbers {
				value, ok := countIn(v, n.field)
				if n.minutes {
					value, ok = durationMinutes(v.Get(n.field))
				}
				if ok {
					doc = doc.WithPath(jsonNumber(value), append([]string{"settings"}, n.path...)...)
				}
			}
			return doc
		},
		draw: func(d *policyDrawing) []pages.Part {
			fields := make([]ui.Field, len(numbers))
			for i, n := range numbers {
				fields[i] = ui.Field{Name: n.field, Label: n.label, Help: n.help, Type: "number"}
				if n.minutes {
					fields[i].Type = ""
				}
			}
			return []pages.Part{d.line(label, fields...)}
		},
		check: func(v url.Values, wrong map[string]string) {
			for _, n := range numbers {
				if n.minutes {
					checkDurations(n.field)(v, wrong)
				} else {
					checkNumbers(n.field)(v, wrong)
				}
			}
		},
		causes: causes,
	}
}

// settingFlag is a box among the settings: on and off are what it writes.
type settingFlag struct {
	field, label, help string
	path               []string
	on, off            any
}

func flagsControl(flags ...settingFlag) policyControl {
	return policyControl{
		read: func(e policyEntry, _ policyConditions, v url.Values) {
			for _, f := range flags {
				is := string(settingsRead(e).Get(f.path...)) == "true"
				if on, text := f.on.(string); text {
					is = settingsRead(e).Text(f.path...) == on
				}
				v.Set(f.field, flag(is))
			}
		},
		write: func(doc okta.Object, v url.Values) okta.Object {
			for _, f := range flags {
				value := f.off
				if v.Get(f.field) == "true" {
					value = f.on
				}
				doc = doc.WithPath(value, append([]string{"settings"}, f.path...)...)
			}
			return doc
		},
		draw: func(d *policyDrawing) []pages.Part {
			parts := make([]pages.Part, len(flags))
			for i, f := range flags {
				parts[i] = d.box(f.field, f.label, f.help)
			}
			return parts
		},
	}
}

// listFlagControl is a box that stands for a member of a list among the settings.
func listFlagControl(field, label, help, member string, path ...string) policyControl {
	list := func(settings okta.Object) (all []string) {
		var members []string
		if raw := settings.Get(path...); raw != nil {
			if decodeJSON(raw, &members) != nil {
				return nil
			}
		}
		return members
	}
	return policyControl{
		read: func(e policyEntry, _ policyConditions, v url.Values) {
			v.Set(field, flag(slices.Contains(list(e.Settings), member)))
		},
		write: func(doc okta.Object, v url.Values) okta.Object {
			members := withoutID(list(doc.Object("settings")), member)
			if v.Get(field) == "true" {
				members = append(members, member)
			}
			return doc.WithPath(noneIDs(members), append([]string{"settings"}, path...)...)
		},
		draw: func(d *policyDrawing) []pages.Part { return []pages.Part{d.box(field, label, help)} },
	}
}

// passwordSections are the settings of a password policy. No field is called as secrets
// are: those are left out of drafts.
var passwordSections = []policySection{
	{title: "Complexity", help: "What a password must be like.", controls: []policyControl{
		numbersControl("Complexity",
			settingNumber{field: "min_length", label: "Characters at least", path: []string{"password", "complexity", "minLength"}},
			settingNumber{field: "min_lower", label: "Lower case", path: []string{"password", "complexity", "minLowerCase"}},
			settingNumber{field: "min_upper", label: "Upper case", path: []string{"password", "complexity", "minUpperCase"}},
			settingNumber{field: "min_number", label: "Digits", path: []string{"password", "complexity", "minNumber"}},
			settingNumber{field: "min_symbol", label: "Symbols", path: []string{"password", "complexity", "minSymbol"}}),
		flagsControl(
			settingFlag{"no_username", "Not a part of the user name", "", []string{"password", "complexity", "excludeUsername"}, true, false},
			settingFlag{"no_common", "No common passwords", "", []string{"password", "complexity", "dictionary", "common", "exclude"}, true, false}),
		listFlagControl("no_first", "Not the first name", "", "firstName", "password", "complexity", "excludeAttributes"),
		listFlagControl("no_last", "Not the last name", "", "lastName", "password", "complexity", "excludeAttributes"),
	}},
	{title: "Age", help: "How long a password lasts. 0: no limit.", controls: []policyControl{
		numbersControl("Age",
			settingNumber{field: "max_days", label: "Expires after days", path: []string{"password", "age", "maxAgeDays"}},
			settingNumber{field: "warn_days", label: "Warns days before", path: []string{"password", "age", "expireWarnDays"}}),
		numbersControl("Change",
			settingNumber{field: "min_age", label: "Kept for at least", help: durationHelp + ". Empty: no limit", path: []string{"password", "age", "minAgeMinutes"}, minutes: true},
			settingNumber{field: "last_refused", label: "Last ones refused", path: []string{"password", "age", "historyCount"}}),
	}},
	{title: "Lockout", help: "What wrong passwords do.", controls: []policyControl{
		numbersControl("Lockout",
			settingNumber{field: "attempts", label: "Locks after wrong ones", help: "0: never", path: []string{"password", "lockout", "maxAttempts"}},
			settingNumber{field: "unlock_after", label: "Unlocks by itself after", help: durationHelp + ". Empty: never", path: []string{"password", "lockout", "autoUnlockMinutes"}, minutes: true}),
		flagsControl(settingFlag{"show_lockout", "Say at the sign-in that the account is locked", "Also to somebody who only guesses", []string{"password", "lockout", "showLockoutFailures"}, true, false}),
		listFlagControl("lock_mail", "Tell people by e-mail that their account was locked", "", "EMAIL", "password", "lockout", "userLockoutNotificationChannels"),
	}},
	{title: "Recovery", help: "The ways to a new password for who forgot theirs.", controls: []policyControl{
		flagsControl(
			settingFlag{"by_mail", "E-mail", "", []string{"recovery", "factors", "okta_email", "status"}, "ACTIVE", "INACTIVE"},
			settingFlag{"by_sms", "SMS", "", []string{"recovery", "factors", "okta_sms", "status"}, "ACTIVE", "INACTIVE"},
			settingFlag{"by_call", "Voice call", "", []string{"recovery", "factors", "okta_call", "status"}, "ACTIVE", "INACTIVE"},
			settingFlag{"by_question", "Recovery question", "", []string{"recovery", "factors", "recovery_question", "status"}, "ACTIVE", "INACTIVE"}),
		numbersControl("Recovery",
			settingNumber{field: "link_life", label: "A link is good for", help: durationHelp, path: []string{"recovery", "factors", "okta_email", "properties", "recoveryToken", "tokenLifetimeMinutes"}, minutes: true},
			settingNumber{field: "question_length", label: "Characters of an answer at least", path: []string{"recovery", "factors", "recovery_question", "properties", "complexity", "minLength"}}),
	}},
}

// selfServiceControl is what people may do themselves.
var selfServiceControl = policyControl{
	read: func(e policyEntry, _ policyConditions, v url.Values) {
		for _, a := range passwordActions {
			v.Set("may_"+a.words, flag(e.Actions.Text(a.key, "access") == "ALLOW"))
			if e.ID == "" { // as the org has it for a rule that says nothing
				v.Set("may_"+a.words, flag(a.words != "unlock"))
			}
		}
		v["reset_by"] = nil
		if raw := e.Actions.Get("selfServicePasswordReset", "requirement", "primary", "methods"); raw != nil {
			var methods []string
			if decodeJSON(raw, &methods) == nil {
				v["reset_by"] = methods
			}
		}
		v.Set("reset_stepup", flag(string(e.Actions.Get("selfServicePasswordReset", "requirement", "stepUp", "required")) == "true"))
	},
	write: func(doc okta.Object, v url.Values) okta.Object {
		for _, a := range passwordActions {
			access := "DENY"
			if v.Get("may_"+a.words) == "true" {
				access = "ALLOW"
			}
			doc = doc.WithPath(access, "actions", a.key, "access")
		}
		reset := doc.Object("actions", "selfServicePasswordReset")
		if methods := filledIn(v["reset_by"]); len(methods) > 0 || reset.Get("requirement") != nil {
			reset = reset.WithPath(noneIDs(methods), "requirement", "primary", "methods").WithPath(v.Get("reset_stepup") == "true", "requirement", "stepUp", "required")
		}
		return doc.WithPath(reset, "actions", "selfServicePasswordReset")
	},
	draw: func(d *policyDrawing) []pages.Part {
		var parts []pages.Part
		for _, a := range passwordActions {
			parts = append(parts, d.box("may_"+a.words, a.label, a.help))
		}
		var options []ui.PickOption
		for _, m := range []struct{ key, label string }{{"email", "E-mail"}, {"sms", "SMS"}, {"voice", "Voice call"}, {"push", "Okta Verify push"}, {"otp", "One-time code"}} {
			options = append(options, ui.PickOption{Value: m.key, Label: m.label})
		}
		by := d.checks("reset_by", "A reset is proved by", "", options)
		by.Checks.Short = true
		by.Checks.Help = "None ticked: by the ways of recovery that the policy opens."
		return append(parts, by, d.box("reset_stepup", "And by another factor", ""))
	},
}

// enrollRuleControl is when people are asked to set up factors.
var enrollRuleControl = policyControl{
	read: func(e policyEntry, _ policyConditions, v url.Values) {
		self := e.Actions.Text("enroll", "self")
		if self == "" {
			self = "CHALLENGE"
		}
		v.Set("enroll", self)
	},
	write: func(doc okta.Object, v url.Values) okta.Object {
		return doc.WithPath(v.Get("enroll"), "actions", "enroll", "self")
	},
	draw: func(d *policyDrawing) []pages.Part {
		var options []pages.ChoiceOption
		for _, m := range enrollModes {
			options = append(options, pages.ChoiceOption{Value: m.key, Label: m.words})
		}
		return []pages.Part{d.choice("enroll", "People are asked to set up their factors", options...)}
	},
	causes: map[string]string{"enroll.self": "enroll"},
}

// knownFactors are the authenticators that a policy can speak of, in the order of the form.
var knownFactors = []string{
	"okta_password", "okta_verify", "google_otp", "webauthn", "phone_number", "okta_email", "security_question", "custom_otp", "yubikey_token",
}

// factorsControl is what a policy says of each factor.
var factorsControl = policyControl{
	read: func(e policyEntry, _ policyConditions, v url.Values) {
		for _, a := range factorsShown(e.Settings) {
			v.Set("factor_"+a.key, a.self)
		}
	},
	write: func(doc okta.Object, v url.Values) okta.Object {
		settings := doc.Object("settings")
		if !settings.Object("factors").IsZero() {
			for _, a := range factorsShown(settings) {
				settings = settings.WithPath(v.Get("factor_"+a.key), "factors", a.key, "enroll", "self")
			}
			return doc.With("settings", settings)
		}
		var in struct {
			Authenticators []okta.Object `json:"authenticators"`
		}
		if !settings.IsZero() && settings.Decode(&in) != nil {
			return doc
		}
		list := in.Authenticators
		for _, a := range factorsShown(settings) {
			self := v.Get("factor_" + a.key)
			i := slices.IndexFunc(list, func(o okta.Object) bool { return o.Text("key") == a.key })
			switch {
			case i >= 0:
				list[i] = list[i].WithPath(self, "enroll", "self")
			case self != "" && self != "NOT_ALLOWED":
				list = append(list, okta.Object{}.With("key", a.key).WithPath(self, "enroll", "self"))
			}
		}
		return doc.With("settings", settings.With("type", "AUTHENTICATORS").With("authenticators", list))
	},
	draw: func(d *policyDrawing) []pages.Part {
		var parts []pages.Part
		for _, a := range factorsShown(d.entry.Settings) {
			var options []ui.Option
			for _, r := range requirements {
				options = append(options, ui.Option{Value: r.key, Label: r.label})
			}
			f := d.field(ui.Field{Name: "factor_" + a.key, Label: factorName(a.key), Type: "select", Options: options})
			parts = append(parts, pages.Part{Field: &f})
		}
		return parts
	},
}

// factorsShown are the factors of a form: those that the settings name, then the others there are.
func factorsShown(settings okta.Object) []askedFactor {
	asked, older, err := factorsOf(settings)
	if err != nil || older {
		return asked
	}
	for _, key := range knownFactors {
		if !slices.ContainsFunc(asked, func(a askedFactor) bool { return a.key == key }) {
			self := "NOT_ALLOWED"
			if key == "okta_password" && settings.IsZero() { // a new policy
				self = "REQUIRED"
			}
			asked = append(asked, askedFactor{key, self})
		}
	}
	return asked
}
