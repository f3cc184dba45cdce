package handlers

import (
	"net/url"

	"gatehouse/internal/okta"
	pages "gatehouse/web/templates/policy"
	"gatehouse/web/templates/ui"
)

const durationHelp = "Such as 30 min, 12 h or 7 d"

// signOnControl is whether a rule lets people in, and what it asks of them.
var signOnControl = policyControl{
	read: func(e policyEntry, _ policyConditions, v url.Values) {
		a, err := signOnActionsOf(e)
		if err != nil {
			a = signOnActions{}
		}
		access := "ALLOW"
		if a.Access == "DENY" {
			access = "DENY"
		}
		v.Set("access", access)
		v.Set("factor", "NONE")
		if a.RequireFactor {
			v.Set("factor", a.PromptMode)
		}
		v.Set("factor_life", limitWords(a.FactorLifetime))
		v.Set("remember", flag(a.Remember))
		v.Set("primary", a.PrimaryFactor)
		if a.PrimaryFactor == "" {
			v.Set("primary", "PASSWORD_IDP_ANY_FACTOR")
		}
	},
	write: func(doc okta.Object, v url.Values) okta.Object {
		a := doc.Object("actions", "signon").With("access", v.Get("access"))
		if v.Get("access") == "DENY" {
			return doc.WithPath(a, "actions", "signon")
		}
		mode := v.Get("factor")
		a = a.With("requireFactor", mode != "NONE").With("primaryFactor", v.Get("primary")).With("rememberDeviceByDefault", v.Get("remember") == "true")
		if mode == "NONE" {
			a = a.Without("factorPromptMode", "factorLifetime")
		} else {
			a = a.With("factorPromptMode", mode)
		}
		if minutes, _ := durationMinutes(v.Get("factor_life")); mode == "SESSION" {
			a = a.With("factorLifetime", minutes)
		}
		return doc.WithPath(a, "actions", "signon")
	},
	draw: func(d *policyDrawing) []pages.Part {
		none := "Not asked for"
		if d.entry.System {
			none = "Asked of who holds one"
		}
		primary := d.field(ui.Field{Name: "primary", Label: "First factor", Type: "select", Options: []ui.Option{
			{Value: "PASSWORD_IDP_ANY_FACTOR", Label: "Password, identity provider or any factor that the app allows"},
			{Value: "PASSWORD_IDP", Label: "Password or identity provider"},
		}})
		return []pages.Part{
			d.choice("access", "Access", pages.ChoiceOption{Value: "ALLOW", Label: "Allowed"}, pages.ChoiceOption{Value: "DENY", Label: "Denied"}),
			when("access=ALLOW", d.choice("factor", "A second factor is",
				pages.ChoiceOption{Value: "NONE", Label: none}, pages.ChoiceOption{Value: "ALWAYS", Label: "Asked for at every sign-in"},
				pages.ChoiceOption{Value: "DEVICE", Label: "Asked for once per device"}, pages.ChoiceOption{Value: "SESSION", Label: "Asked for again after a time"})),
			when("access=ALLOW&factor=SESSION", d.text("factor_life", "Again after", durationHelp)),
			when("access=ALLOW&factor=DEVICE|SESSION", d.box("remember", "Offer to remember the device", "The box on the sign-in page is ticked from the start")),
			when("access=ALLOW", pages.Part{Field: &primary}),
		}
	},
	check: func(v url.Values, wrong map[string]string) {
		if n, ok := durationMinutes(v.Get("factor_life")); !ok {
			wrong["factor_life"] = noDuration
		} else if n == 0 && v.Get("factor") == "SESSION" && v.Get("access") == "ALLOW" {
			wrong["factor_life"] = "A duration is needed. Such as 12 h."
		}
	},
	causes: map[string]string{"factorLifetime": "factor_life", "factorPromptMode": "factor", "access": "access", "actions.signon": "access"},
}

// sessionControl is how long a session lasts.
var sessionControl = policyControl{
	read: func(e policyEntry, _ policyConditions, v url.Values) {
		a, err := signOnActionsOf(e)
		if err != nil {
			a = signOnActions{}
		}
		if e.ID == "" { // as the org has it for a rule that says nothing
			a.Session.Idle = 120
		}
		v.Set("idle", limitWords(a.Session.Idle))
		v.Set("life", limitWords(a.Session.Life))
		v.Set("persistent", flag(a.Session.Persistent))
	},
	write: func(doc okta.Object, v url.Values) okta.Object {
		idle, _ := durationMinutes(v.Get("idle"))
		life, _ := durationMinutes(v.Get("life"))
		s := doc.Object("actions", "signon", "session").With("usePersistentCookie", v.Get("persistent") == "true").With("maxSessionLifetimeMinutes", life)
		if idle > 0 {
			s = s.With("maxSessionIdleMinutes", idle)
		} else {
			s = s.Without("maxSessionIdleMinutes")
		}
		return doc.WithPath(s, "actions", "signon", "session")
	},
	draw: func(d *policyDrawing) []pages.Part {
		return []pages.Part{
			when("access=ALLOW", d.line("Session",
				ui.Field{Name: "idle", Label: "Ends when unused for", Help: durationHelp + ". Empty: 2 h"},
				ui.Field{Name: "life", Label: "Ends at the latest after", Help: durationHelp + ". Empty: no end"})),
			when("access=ALLOW", d.box("persistent", "Outlives the browser", "Closing the browser does not end it")),
		}
	},
	check:  checkDurations("idle", "life"),
	causes: map[string]string{"session.maxSessionIdleMinutes": "idle", "session.maxSessionLifetimeMinutes": "life"},
}
