package handlers

import (
	"encoding/json"
	"errors"
	"strconv"
	"strings"

	"gatehouse/internal/expr"
	"gatehouse/web/templates/ui"
)

// exprSteps are what an expression says of somebody, part by part. Conditions that must
// all hold are a list.
func exprSteps(t expr.Trace) []ui.Step {
	if t.Join != expr.JoinAll {
		return []ui.Step{exprStep(t)}
	}
	return exprParts(t)
}

func exprParts(t expr.Trace) []ui.Step {
	out := make([]ui.Step, len(t.Parts))
	for i, part := range t.Parts {
		out[i] = exprStep(part)
	}
	return out
}

var joinWordings = map[expr.Join]string{
	expr.JoinAll: "All of these", expr.JoinAny: "One of these", expr.JoinNot: "Not this",
	expr.JoinChoice: "Where the first holds the second counts, else the third",
}

func exprStep(t expr.Trace) ui.Step {
	s := ui.Step{State: stepState(t.Outcome), Text: joinWordings[t.Join]}
	if t.Join == expr.JoinNone {
		s.Text, s.Code, s.Notes = t.Text, true, readsOf(t.Reads)
		if t.Err != nil {
			s.Notes = append(s.Notes, unknownWords(t.Err))
		}
	} else {
		s.Steps = exprParts(t)
	}
	if t.Passed {
		s.State = ui.Passed
	}
	return s
}

func stepState(o expr.Outcome) ui.StepState {
	return map[expr.Outcome]ui.StepState{expr.True: ui.Holds, expr.False: ui.Fails, expr.Unknown: ui.Unknown}[o]
}

// unknownWords says why an expression cannot be told.
func unknownWords(err error) string {
	var fault *expr.Error
	if errors.As(err, &fault) {
		return upper(fault.Problem) + ": " + fault.Mend
	}
	return upper(err.Error())
}

// readsOf puts into words what a condition read.
func readsOf(reads []expr.Read) []string {
	var out []string
	for _, r := range reads {
		value := "is empty"
		switch v := r.Value.(type) {
		case bool:
			if isObject(r.Name) {
				out = append(out, r.Name+" is there")
				continue
			}
			value = "is " + strconv.FormatBool(v)
			if strings.HasPrefix(r.Name, "isMemberOf") {
				out = append(out, map[bool]string{true: "is a member", false: "is no member"}[v])
				continue
			}
		case nil:
		default:
			if b, err := json.Marshal(v); err == nil {
				value = "is " + string(b)
			}
		}
		out = append(out, r.Name+" "+value)
	}
	return out
}

// isObject tells whether an expression read a whole object, such as "appuser", not an
// attribute or a question: all that is known of it then is that it is there.
func isObject(name string) bool { return !strings.ContainsAny(name, ".(") }
