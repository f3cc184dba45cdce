package policy

import "fmt"

// Discovery is where a rule of an IDP_DISCOVERY policy sends people to sign in.
type Discovery struct {
	// Providers are the ids of the identity providers, or the types of those without id; none is this org.
	Providers []string
}

// DiscoveryOf decodes what a rule of an IDP_DISCOVERY policy does.
func DiscoveryOf(r *Rule) (Discovery, error) {
	var in struct {
		IDP struct {
			Providers []struct {
				Type string `json:"type"`
				ID   string `json:"id"`
			} `json:"providers"`
			Selection string `json:"idpSelectionType"`
		} `json:"idp"`
	}
	if err := decode(r.Actions, &in); err != nil {
		return Discovery{}, fmt.Errorf("rule %s: actions: %w", r.ID, err)
	}
	var d Discovery
	for _, p := range in.IDP.Providers {
		switch {
		case p.Type == "OKTA":
		case p.ID != "":
			d.Providers = append(d.Providers, p.ID)
		default:
			d.Providers = append(d.Providers, p.Type)
		}
	}
	if in.IDP.Selection == "DYNAMIC" {
		d.Providers = append(d.Providers, "the one that an expression names")
	}
	return d, nil
}

// elsewhere is the clause of a rule that sends people to another identity provider: whether
// they get in is decided there. nil for a rule of this org.
func elsewhere(r *Rule) []Clause {
	const name = "actions.idp.providers"
	d, err := DiscoveryOf(r)
	switch {
	case err != nil:
		return []Clause{unknown(name, string(r.Actions), "the action cannot be read")}
	case len(d.Providers) > 0:
		return []Clause{unknown(name, words(d.Providers), "the rule names an identity provider: who signs in there is decided there")}
	}
	return nil
}

// ProfileEnrollment is what a rule of a PROFILE_ENROLLMENT policy lets strangers do.
type ProfileEnrollment struct {
	// Register: somebody without an account may make one.
	Register bool
	// Attributes are the profile attributes that they are asked for, Required those that must be there.
	Attributes, Required []string
	// VerifyEmail: the account works once its address is proved.
	VerifyEmail bool
}

// ProfileEnrollmentOf decodes what a rule of a PROFILE_ENROLLMENT policy does.
func ProfileEnrollmentOf(r *Rule) (ProfileEnrollment, error) {
	var in struct {
		Enrollment struct {
			Access     string `json:"access"`
			Unknown    string `json:"unknownUserAction"`
			Attributes []struct {
				Name     string `json:"name"`
				Required bool   `json:"required"`
			} `json:"profileAttributes"`
			Activation struct {
				Email bool `json:"emailVerification"`
			} `json:"activationRequirements"`
		} `json:"profileEnrollment"`
	}
	if err := decode(r.Actions, &in); err != nil {
		return ProfileEnrollment{}, fmt.Errorf("rule %s: actions: %w", r.ID, err)
	}
	a := in.Enrollment
	e := ProfileEnrollment{Register: a.Access == allow && a.Unknown == "REGISTER", VerifyEmail: a.Activation.Email}
	for _, p := range a.Attributes {
		e.Attributes = append(e.Attributes, p.Name)
		if p.Required {
			e.Required = append(e.Required, p.Name)
		}
	}
	return e, nil
}
