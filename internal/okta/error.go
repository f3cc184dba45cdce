package okta

// Error is the error body of the management API ("recorded"; okta-semantics C1).
// Only Code is contractual.
type Error struct {
	// Status is the HTTP status the body came with. It is not part of the body.
	Status int `json:"-"`
	// Code is such as "E0000001".
	Code    string `json:"errorCode"`
	Summary string `json:"errorSummary"`
	// Link repeats Code.
	Link string `json:"errorLink"`
	// ID is "oae" and 22 characters, unique to the answer.
	ID     string  `json:"errorId"`
	Causes []Cause `json:"errorCauses"`
}

// Cause is one reason of an Error; for a field it reads "login: The field cannot be left blank".
type Cause struct {
	Summary string `json:"errorSummary"`
}

// Error returns the code, the summary and the causes in one line.
func (e *Error) Error() string {
	s := e.Code + ": " + e.Summary
	for _, c := range e.Causes {
		s += "; " + c.Summary
	}
	return s
}
