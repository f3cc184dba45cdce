package handlers

import (
	"strings"

	"gatehouse/internal/policy"
	"gatehouse/web/templates/ui"
)

// decisionSteps is the trace of a decision: each policy with its rules, each with its
// conditions. names has what ids are called, and may be nil.
func decisionSteps(d policy.Decision, names map[string]string) []ui.Step {
	var out []ui.Step
	for _, t := range d.Policies {
		s := judgedStep(t.Outcome, "Policy "+t.Policy.Name, t.Passed, t.Clauses, names)
		for _, r := range t.Rules {
			s.Steps = append(s.Steps, judgedStep(r.Outcome, "Rule "+r.Rule.Name, r.Passed, r.Clauses, names))
		}
		out = append(out, s)
	}
	return out
}

// judgedStep is a policy or a rule; passed says why it was not looked at.
func judgedStep(o policy.Outcome, text, passed string, clauses []policy.Clause, names map[string]string) ui.Step {
	s := ui.Step{State: outcomeState(o), Text: text, Steps: clauseSteps(clauses, names)}
	if passed != "" {
		s.State, s.Notes = ui.Passed, []string{"Not looked at: " + passed}
	}
	return s
}

func clauseSteps(clauses []policy.Clause, names map[string]string) []ui.Step {
	var out []ui.Step
	for _, c := range clauses {
		s := ui.Step{State: outcomeState(c.Outcome), Text: conditionWords(c.Condition) + ": " + valueWords(c.Wanted, names)}
		switch {
		case c.Read == "none":
			s.Notes = []string{"In none of them"}
		case c.Why != "":
			s.Notes = []string{upper(c.Why)}
		case c.Read != "":
			s.Notes = []string{"Read: " + valueWords(c.Read, names)}
		}
		out = append(out, s)
	}
	return out
}

func outcomeState(o policy.Outcome) ui.StepState {
	return map[policy.Outcome]ui.StepState{policy.Matched: ui.Holds, policy.Failed: ui.Fails, policy.Unknown: ui.Unknown}[o]
}

// traceWords are the words for the conditions that need some.
var traceWords = map[string]string{
	"people.users.include": "One of these people", "people.users.exclude": "None of these people",
	"people.groups.include": "In one of these groups", "people.groups.exclude": "In none of these groups",
	"network.include": "From one of these zones", "network.exclude": "From none of these zones", "network.connection": "Network",
	"app.include": "One of these apps", "app.exclude": "None of these apps",
	"platform.include": "One of these platforms", "platform.exclude": "None of these platforms",
	"userType.include": "One of these user types", "userType.exclude": "None of these user types",
	"authContext.authType": "Way in", "authProvider.provider": "Who keeps the password", "identityProvider.provider": "Identity provider",
	"identityProvider.idpIds": "Identity provider", "riskScore.level": "Risk", "riskScore.minRiskLevel": "Risk at least",
	"risk.behaviors": "Behaviors", "device.registered": "Registered device", "device.managed": "Managed device",
	"device.assurance.include": "Device assurance", "userIdentifier.patterns": "What they sign in as", "actions.idp.providers": "Sign-in at",
	"clients.include": "One of these clients", "clients.exclude": "None of these clients", "grantTypes.include": "One of these grant types",
	"people.include": "One of these people or groups", "scopes.include": "Each scope asked for is among these",
}

func conditionWords(name string) string {
	if words := traceWords[name]; words != "" {
		return words
	}
	return upper(name)
}

// valueWords are what a condition wants or read: names for ids, words for the API's own.
func valueWords(text string, names map[string]string) string {
	switch text {
	case "ANY", "ANYWHERE":
		return strings.ToLower(text)
	case "OKTA":
		return "this org"
	case "ALL_ZONES":
		return "any zone"
	}
	return withNames(text, names)
}

// withNames puts names in the place of ids.
func withNames(text string, names map[string]string) string {
	parts := strings.Split(text, ", ")
	for i, id := range parts {
		id, rest, more := strings.Cut(id, " ")
		if name := names[id]; name != "" {
			parts[i] = name
			if more {
				parts[i] += " " + rest
			}
		}
	}
	return strings.Join(parts, ", ")
}
