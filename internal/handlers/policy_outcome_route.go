package handlers

import (
	"strings"

	"gatehouse/internal/okta"
)

// discoveryProvider is where a routing rule sends a sign-in.
type discoveryProvider struct {
	Type string `json:"type"`
	ID   string `json:"id"`
	Name string `json:"name"`
}

func providersOf(actions okta.Object) ([]discoveryProvider, error) {
	var in struct {
		Providers []discoveryProvider `json:"providers"`
	}
	if idp := actions.Object("idp"); !idp.IsZero() {
		if err := idp.Decode(&in); err != nil {
			return nil, badActions(err)
		}
	}
	return in.Providers, nil
}

// discoveryIDs are the identity providers that a routing rule names. What cannot be read
// names none here: where it is shown, that is said.
func discoveryIDs(actions okta.Object) (ids []string) {
	all, err := providersOf(actions)
	if err != nil {
		return nil
	}
	for _, p := range all {
		if p.ID != "" && p.Name == "" {
			ids = append(ids, p.ID)
		}
	}
	return ids
}

func (n policyNames) discoveryWords(r policyEntry) ([]string, string, error) {
	all, err := providersOf(r.Actions)
	if err != nil {
		return nil, "", err
	}
	var words []string
	elsewhere := false
	for _, p := range all {
		switch {
		case p.Type == "OKTA" && p.ID == "":
			words = append(words, "This org")
		case p.Name != "":
			words = append(words, p.Name)
		default:
			words = append(words, n.of(p.ID))
		}
		elsewhere = elsewhere || p.Type != "OKTA"
	}
	lines := []string{orWords(words)}
	if elsewhere {
		lines = append(lines, "Credentials are checked elsewhere: not judged here")
	}
	return lines, "", nil
}

// profileActions are what a rule of a profile enrollment policy does.
type profileActions struct {
	Access        string             `json:"access"`
	UnknownAction string             `json:"unknownUserAction"`
	Attributes    []profileAttribute `json:"profileAttributes"`
	Groups        []string           `json:"targetGroupIds"`
	Activation    struct {
		Email bool `json:"emailVerification"`
	} `json:"activationRequirements"`
}

// profileAttribute is what somebody who signs up fills in.
type profileAttribute struct {
	Name     string `json:"name"`
	Label    string `json:"label"`
	Required bool   `json:"required"`
}

func profileActionsOf(actions okta.Object) (a profileActions, err error) {
	if p := actions.Object("profileEnrollment"); !p.IsZero() {
		if err = p.Decode(&a); err != nil {
			err = badActions(err)
		}
	}
	return a, err
}

// profileGroups are the groups that who signs up joins.
func profileGroups(actions okta.Object) []string {
	a, err := profileActionsOf(actions)
	if err != nil {
		return nil
	}
	return a.Groups
}

func (n policyNames) profileWords(r policyEntry) ([]string, string, error) {
	a, err := profileActionsOf(r.Actions)
	if err != nil {
		return nil, "", err
	}
	if a.Access == "DENY" {
		return []string{"Nobody may sign up"}, "bad", nil
	}
	first := "People may sign up"
	if a.UnknownAction == "REGISTER" {
		first = "Unknown people are asked to sign up"
	}
	lines := []string{first}
	var labels []string
	for _, p := range a.Attributes {
		labels = append(labels, p.Label)
	}
	if len(labels) > 0 {
		lines = append(lines, "Filling in "+strings.Join(labels, ", "))
	}
	if a.Activation.Email {
		lines = append(lines, "The e-mail address is verified")
	}
	var groups []string
	for _, id := range a.Groups {
		groups = append(groups, "“"+n.of(id)+"”")
	}
	if len(groups) > 0 {
		lines = append(lines, "They join "+strings.Join(groups, ", "))
	}
	return lines, "", nil
}
