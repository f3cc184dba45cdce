package policy

// Outcome is what became of a condition, a rule or a policy.
type Outcome int

// Unknown is the zero value: what nobody judged is not known.
const (
	Unknown Outcome = iota
	Failed
	Matched
)

func (o Outcome) String() string { return [...]string{"unknown", "failed", "matched"}[o] }

// Clause is one condition that was judged: what it wants, what it read and what came of it.
type Clause struct {
	// Condition is its name in the document, such as "people.groups.include".
	Condition string
	Outcome   Outcome
	// Wanted is what the document says, Read what the context had; both for people to read.
	Wanted, Read string
	// Why says what is missing where the outcome is unknown; "" otherwise.
	Why string
}

func matched(name, wanted, read string) Clause { return Clause{name, Matched, wanted, read, ""} }

func failed(name, wanted, read string) Clause { return Clause{name, Failed, wanted, read, ""} }

func unknown(name, wanted, why string) Clause { return Clause{name, Unknown, wanted, "", why} }

// met is matched or failed.
func met(ok bool, name, wanted, read string) Clause {
	if ok {
		return matched(name, wanted, read)
	}
	return failed(name, wanted, read)
}

// all is the outcome of clauses that must all be met: one that failed decides, else one
// that is unknown.
func all(clauses []Clause) Outcome {
	outcome := Matched
	for _, c := range clauses {
		if c.Outcome == Failed {
			return Failed
		}
		if c.Outcome == Unknown {
			outcome = Unknown
		}
	}
	return outcome
}
