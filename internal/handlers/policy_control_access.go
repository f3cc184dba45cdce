package handlers

import (
	"net/url"

	"gatehouse/internal/okta"
	pages "gatehouse/web/templates/policy"
)

// The ways to prove who one is, as the cloud console offers them: which factors, and whether
// a constraint on knowledge or possession goes with them.
const (
	assurePassword   = "1FA_KNOWLEDGE"
	assurePossession = "1FA_POSSESSION"
	assureOne        = "1FA"
	assureBoth       = "2FA_KNOWLEDGE"
	assureTwo        = "2FA"
	// assureOther is what has no name here: chains, or several ways that are enough.
	assureOther = "OTHER"
)

// assurance is which of the ways a rule asks for.
func (a accessActions) assurance() string {
	if a.Method.Type == "AUTH_METHOD_CHAIN" || len(a.Method.Constraints) > 1 {
		return assureOther
	}
	var c accessConstraint
	if len(a.Method.Constraints) == 1 {
		c = a.Method.Constraints[0]
	}
	switch {
	case a.Method.FactorMode == "2FA" && c.Knowledge != nil:
		return assureBoth
	case a.Method.FactorMode == "2FA":
		return assureTwo
	case c.Knowledge != nil && c.Possession == nil:
		return assurePassword
	case c.Possession != nil:
		return assurePossession
	}
	return assureOne
}

// possessionNames are what can be asked of a factor that somebody holds.
var possessionNames = []struct{ key, field, label, help string }{
	{"phishingResistant", "phishing", "Phishing-resistant", "Bound to the site: security keys, passkeys"},
	{"hardwareProtection", "hardware", "Hardware-protected", "Its key cannot leave the device"},
	{"deviceBound", "bound", "Device-bound", "No phone number and no e-mail"},
	{"userPresence", "presence", "With user presence", "Somebody approves it by hand"},
	{"userVerification", "verified", "With user verification", "A PIN or a fingerprint"},
}

// accessControl is whether a rule of an app lets people in, and what it asks of them.
var accessControl = policyControl{
	read: func(e policyEntry, _ policyConditions, v url.Values) {
		a, err := accessActionsOf(e)
		if err != nil {
			a = accessActions{}
		}
		access := "ALLOW"
		if a.Access == "DENY" {
			access = "DENY"
		}
		v.Set("access", access)
		assurance := a.assurance()
		if e.ID == "" {
			assurance = assureTwo
		}
		v.Set("assurance_mode", assurance)
		for _, p := range possessionNames {
			v.Set(p.field, flag(e.constraint(p.key) == "REQUIRED"))
		}
	},
	write: func(doc okta.Object, v url.Values) okta.Object {
		signOn := doc.Object("actions", "appSignOn").With("access", v.Get("access"))
		mode := v.Get("assurance_mode")
		if v.Get("access") == "DENY" || mode == assureOther {
			return doc.WithPath(signOn, "actions", "appSignOn")
		}
		factors := "1FA"
		if mode == assureBoth || mode == assureTwo {
			factors = "2FA"
		}
		method := signOn.Object("verificationMethod").Without("chains").With("type", "ASSURANCE").With("factorMode", factors)
		constraints := constraintsOf(method, mode, v)
		if len(constraints) > 0 {
			method = method.With("constraints", constraints)
		} else {
			method = method.Without("constraints")
		}
		return doc.WithPath(signOn.With("verificationMethod", method), "actions", "appSignOn")
	},
	draw: func(d *policyDrawing) []pages.Part {
		options := []pages.ChoiceOption{
			{Value: assurePassword, Label: "A password"},
			{Value: assurePossession, Label: "A factor that they hold", Help: "Not a password"},
			{Value: assureOne, Label: "Any one factor"},
			{Value: assureBoth, Label: "A password and another factor"},
			{Value: assureTwo, Label: "Any two factors"},
		}
		if d.v.Get("assurance_mode") == assureOther {
			options = append(options, pages.ChoiceOption{Value: assureOther, Label: "As it is: several ways, see JSON", Help: "Choose another to replace it"})
		}
		parts := []pages.Part{
			d.choice("access", "Access", pages.ChoiceOption{Value: "ALLOW", Label: "Allowed"}, pages.ChoiceOption{Value: "DENY", Label: "Denied"}),
			when("access=ALLOW", d.choice("assurance_mode", "People prove who they are by", options...)),
		}
		for _, p := range possessionNames {
			parts = append(parts, when("access=ALLOW&assurance_mode="+assurePossession+"|"+assureBoth+"|"+assureTwo, d.box(p.field, p.label, p.help)))
		}
		return parts
	},
	causes: map[string]string{"access": "access", "actions.appSignOn": "access"},
}

// constraint is a member of what a rule asks of a factor that somebody holds, where there is one way.
func (p policyEntry) constraint(key string) string {
	var in struct {
		Constraints []okta.Object `json:"constraints"`
	}
	method := p.Actions.Object("appSignOn", "verificationMethod")
	if method.IsZero() || method.Decode(&in) != nil || len(in.Constraints) != 1 {
		return ""
	}
	return in.Constraints[0].Text("possession", key)
}

// constraintsOf are the constraints of a way, on top of what the document says of them.
func constraintsOf(method okta.Object, mode string, v url.Values) []okta.Object {
	var in struct {
		Constraints []okta.Object `json:"constraints"`
	}
	c := okta.Object{}
	if method.Decode(&in) == nil && len(in.Constraints) == 1 {
		c = in.Constraints[0]
	}
	if mode == assurePassword || mode == assureBoth {
		if c.Object("knowledge").IsZero() {
			c = c.With("knowledge", okta.Object{}.With("types", []string{"password"}))
		}
	} else {
		c = c.Without("knowledge")
	}
	possession := c.Object("possession")
	for _, p := range possessionNames {
		if v.Get(p.field) == "true" {
			possession = possession.With(p.key, "REQUIRED")
		} else if possession.Text(p.key) == "REQUIRED" {
			possession = possession.Without(p.key)
		}
	}
	switch {
	case mode == assurePassword || mode == assureOne:
		c = c.Without("possession")
	case !possession.IsZero() && len(possession.Keys()) > 0:
		c = c.With("possession", possession)
	case mode == assurePossession:
		c = c.With("possession", okta.Object{}.With("required", true))
	default:
		c = c.Without("possession")
	}
	if len(c.Keys()) == 0 {
		return nil
	}
	return []okta.Object{c}
}

// againControl is how often people prove themselves anew.
var againControl = policyControl{
	read: func(e policyEntry, _ policyConditions, v url.Values) {
		a, err := accessActionsOf(e)
		if err != nil {
			a = accessActions{}
		}
		minutes, known := isoMinutes(a.Method.Again)
		v.Set("again", "AFTER")
		v.Set("again_after", "")
		switch {
		case a.Method.Again == "" && e.ID == "":
			v.Set("again_after", "12 h")
		case known && minutes == 0:
			v.Set("again", "ALWAYS")
		case !known || minutes >= neverMinutes:
			v.Set("again", "SESSION")
		default:
			v.Set("again_after", minuteWords(minutes))
		}
		minutes, _ = isoMinutes(a.Method.Inactivity)
		v.Set("inactivity", limitWords(minutes))
	},
	write: func(doc okta.Object, v url.Values) okta.Object {
		method := doc.Object("actions", "appSignOn", "verificationMethod")
		if v.Get("access") == "DENY" && method.IsZero() {
			return doc
		}
		minutes, _ := durationMinutes(v.Get("again_after"))
		again := isoOf(minutes)
		switch v.Get("again") {
		case "ALWAYS":
			again = "PT0S"
		case "SESSION":
			again = "PT43800H"
		}
		method = method.With("reauthenticateIn", again)
		if minutes, _ := durationMinutes(v.Get("inactivity")); minutes > 0 {
			method = method.With("inactivityPeriod", isoOf(minutes))
		} else {
			method = method.Without("inactivityPeriod")
		}
		return doc.WithPath(method, "actions", "appSignOn", "verificationMethod")
	},
	draw: func(d *policyDrawing) []pages.Part {
		return []pages.Part{
			when("access=ALLOW", d.choice("again", "They prove it again",
				pages.ChoiceOption{Value: "ALWAYS", Label: "Every time they open the app"},
				pages.ChoiceOption{Value: "AFTER", Label: "After a time"},
				pages.ChoiceOption{Value: "SESSION", Label: "Not while the session lasts"})),
			when("access=ALLOW&again=AFTER", d.text("again_after", "Again after", durationHelp)),
			when("access=ALLOW", d.text("inactivity", "And after no activity for", durationHelp+". Empty: not asked")),
		}
	},
	check: func(v url.Values, wrong map[string]string) {
		checkDurations("again_after", "inactivity")(v, wrong)
		if n, ok := durationMinutes(v.Get("again_after")); ok && n == 0 && v.Get("again") == "AFTER" && v.Get("access") == "ALLOW" {
			wrong["again_after"] = "A duration is needed. Such as 12 h."
		}
	},
	causes: map[string]string{"reauthenticateIn": "again_after", "inactivityPeriod": "inactivity"},
}
