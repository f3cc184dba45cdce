package ui

// Why is the answer to why something is so, or is not so: the answer in a few words, then
// the chain that leads there. Title heads the page or card that holds it. It serves memberships, assignments of apps, policies and
// tokens alike:
//
//	@ui.WhyAnswer(ui.Why{
//		Title: "Why Ana Alves has CRM", Kind: "ok", Answer: "Assigned by the group Sales", Text: "Of two groups that give it, Sales comes first.",
//		Steps: []ui.Step{
//			{State: ui.Fails, Text: "Assigned directly"},
//			{State: ui.Holds, Text: "Member of Sales", Href: "/groups/00g1", Steps: ...},
//		},
//	})
//
// A trace of policies (policy.Decision) becomes Steps by decisionSteps of package handlers.
// Chain draws Steps alone, for a page with a layout of its own. Why is its JSON, too.
type Why struct {
	Title string `json:"title"`
	// Kind colours the answer: ok, info, warn, bad or off.
	Kind   string `json:"kind"`
	Answer string `json:"answer"`
	Text   string `json:"text,omitempty"`
	Steps  []Step `json:"steps"`
}

// Step is a line of a chain, with what it rests on below it.
type Step struct {
	State StepState `json:"state"`
	// Text says what was asked; Code marks an expression. Href leads to the object that it is about.
	Text string `json:"text"`
	Code bool   `json:"-"`
	Href string `json:"-"`
	// Notes are the values that were read, or why it is not known: sentences without an end.
	Notes []string `json:"notes,omitempty"`
	Steps []Step   `json:"steps,omitempty"`
	// Folded hides what is below until somebody opens it.
	Folded bool `json:"-"`
}

// StepState is what became of a step.
type StepState string

// Unknown stays unknown: a Note says what is missing. Passed did not count, because a step
// before it decided. Told is a remark that neither holds nor fails.
const (
	Holds   StepState = "true"
	Fails   StepState = "false"
	Unknown StepState = "unknown"
	Passed  StepState = "passed"
	Told    StepState = "told"
)

func (s StepState) icon() string {
	switch s {
	case Holds:
		return "check"
	case Fails:
		return "x"
	case Unknown:
		return "help-circle"
	}
	return "minus"
}

// word is the state for screen readers.
func (s StepState) word() string {
	switch s {
	case Holds:
		return "Holds: "
	case Fails:
		return "Does not hold: "
	case Unknown:
		return "Not known: "
	case Passed:
		return "Does not count: "
	}
	return ""
}
