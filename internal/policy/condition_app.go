package policy

import "strings"

// app is what somebody wants to reach. Both lists empty: everything (published).
type app struct {
	Include []appRef `json:"include"`
	Exclude []appRef `json:"exclude"`
}

// appRef names one instance by id, or all of a kind by name.
type appRef struct {
	Type string `json:"type"`
	ID   string `json:"id"`
	Name string `json:"name"`
}

func (r appRef) is(a App) bool { return r.ID != "" && r.ID == a.ID || r.ID == "" && r.Name == a.Name }

func (a app) judge(c Context) (clauses []Clause) {
	for _, list := range []struct {
		name    string
		refs    []appRef
		include bool
	}{{"app.include", a.Include, true}, {"app.exclude", a.Exclude, false}} {
		if len(list.refs) == 0 {
			continue
		}
		names := make([]string, len(list.refs))
		hit := false
		for i, r := range list.refs {
			names[i] = r.ID + r.Name
			hit = hit || c.App != nil && r.is(*c.App)
		}
		if c.App == nil {
			clauses = append(clauses, unknown(list.name, words(names), "no app was named"))
			continue
		}
		clauses = append(clauses, met(hit == list.include, list.name, words(names), strings.TrimSpace(c.App.Name+" "+c.App.ID)))
	}
	return clauses
}

// platform is the kind of device and its operating system.
type platform struct {
	Include []platformRef `json:"include"`
	Exclude []platformRef `json:"exclude"`
}

type platformRef struct {
	Type string `json:"type"`
	OS   struct {
		Type       string `json:"type"`
		Expression string `json:"expression"`
	} `json:"os"`
}

func (r platformRef) text() string { return strings.Trim(r.Type+" "+r.OS.Type, " ") }

// is compares with a device. An OS of "ANY" or "" is any; OSX and MACOS are one.
func (r platformRef) is(d Device) Outcome {
	same := func(want, have string) Outcome {
		switch {
		case want == "" || want == "ANY":
			return Matched
		case have == "":
			return Unknown
		case want == have || want == "OSX" && have == "MACOS":
			return Matched
		}
		return Failed
	}
	if r.OS.Expression != "" {
		return Unknown // a pattern of user agents
	}
	kind, system := same(r.Type, d.Platform), same(r.OS.Type, d.OS)
	switch {
	case kind == Failed || system == Failed:
		return Failed
	case kind == Unknown || system == Unknown:
		return Unknown
	}
	return Matched
}

func (p platform) judge(c Context) (clauses []Clause) {
	for _, list := range []struct {
		name    string
		refs    []platformRef
		include bool
	}{{"platform.include", p.Include, true}, {"platform.exclude", p.Exclude, false}} {
		if len(list.refs) == 0 {
			continue
		}
		names, any := make([]string, len(list.refs)), Failed
		for i, r := range list.refs {
			names[i] = r.text()
			one := Unknown
			if c.Device != nil {
				one = r.is(*c.Device)
			}
			if one == Matched || one == Unknown && any == Failed {
				any = one
			}
		}
		if any == Unknown {
			clauses = append(clauses, unknown(list.name, words(names), "the platform of the device is not known"))
			continue
		}
		clauses = append(clauses, met((any == Matched) == list.include, list.name, words(names), strings.Trim(c.Device.Platform+" "+c.Device.OS, " ")))
	}
	return clauses
}

// device is what must be known of the device itself.
type device struct {
	Registered *bool `json:"registered"`
	Managed    *bool `json:"managed"`
	Assurance  *struct {
		Include []string `json:"include"`
	} `json:"assurance"`
}

func (d device) judge(c Context) (clauses []Clause) {
	one := func(name string, wanted *bool, read func(Device) *bool) {
		if wanted == nil {
			return
		}
		var is *bool
		if c.Device != nil {
			is = read(*c.Device)
		}
		if is == nil {
			clauses = append(clauses, unknown(name, yes(*wanted), "the device is not known"))
			return
		}
		clauses = append(clauses, met(*is == *wanted, name, yes(*wanted), yes(*is)))
	}
	one("device.registered", d.Registered, func(d Device) *bool { return d.Registered })
	one("device.managed", d.Managed, func(d Device) *bool { return d.Managed })
	if d.Assurance != nil && len(d.Assurance.Include) > 0 {
		clauses = append(clauses, unknown("device.assurance.include", words(d.Assurance.Include), "device assurance is not evaluated"))
	}
	return clauses
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}
