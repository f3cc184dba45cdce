package org

// The states of a person (okta-semantics C5). An empty status is "not there".
const (
	staged          = "STAGED"
	provisioned     = "PROVISIONED"
	active          = "ACTIVE"
	recovery        = "RECOVERY"
	passwordExpired = "PASSWORD_EXPIRED"
	lockedOut       = "LOCKED_OUT"
	suspended       = "SUSPENDED"
	deprovisioned   = "DEPROVISIONED"
)

// userStates are the columns of userMoves.
var userStates = [...]string{staged, provisioned, active, recovery, passwordExpired, lockedOut, suspended, deprovisioned}

// What somebody does to a person, or a person does. The names that a link can have are the links' names.
const (
	opActivate       = "activate"
	opReactivate     = "reactivate"
	opDeactivate     = "deactivate"
	opSuspend        = "suspend"
	opUnsuspend      = "unsuspend"
	opUnlock         = "unlock"
	opResetPassword  = "resetPassword"
	opExpirePassword = "expirePassword"
	opForgotPassword = "forgotPassword"
	opChangePassword = "changePassword"
	opChangeQuestion = "changeRecoveryQuestion"
	opResetFactors   = "resetFactors"
	opDelete         = "delete"
	// opEdit is a change of the profile, opSetPassword of the password by an admin.
	opEdit        = "edit"
	opSetPassword = "setPassword"
	// opSignIn is a sign-in with the right password, opLock the failed one that reaches the policy's limit.
	opSignIn = "signIn"
	opLock   = "lock"
	// opRedeem is the use of a one-time link to set a password.
	opRedeem = "redeemLink"
)

// move is one cell: the new status, or the error that refuses. linked tells whether a
// person in this state carries the operation's link.
type move struct {
	to     string
	code   string
	linked bool
}

// to moves on and is linked; quiet moves on without a link; no refuses; shown refuses although the link is published ("recorded").
func to(status string) move    { return move{to: status, linked: true} }
func quiet(status string) move { return move{to: status} }
func no(code string) move      { return move{code: code} }
func shown(code string) move   { return move{code: code, linked: true} }

// whenReady is PROVISIONED for somebody without a password, else ACTIVE.
const whenReady = "ready"

// gone is the state after the document is removed.
const gone = "gone"

// userMoves is the whole state machine: what an operation makes of each state. Cells
// without a published or recorded source are marked in okta-semantics C5; lifecycle
// handlers, sign-in and the links of a person all read this table.
var userMoves = map[string][len(userStates)]move{
	//                STAGED              PROVISIONED         ACTIVE               RECOVERY            PASSWORD_EXPIRED     LOCKED_OUT          SUSPENDED           DEPROVISIONED
	opActivate:       {to(whenReady), no("E0000016"), no("E0000016"), no("E0000038"), no("E0000016"), no("E0000038"), no("E0000038"), to(whenReady)},
	opReactivate:     {no("E0000038"), to(provisioned), no("E0000038"), to(recovery), no("E0000038"), no("E0000038"), no("E0000038"), no("E0000038")},
	opDeactivate:     {quiet(deprovisioned), to(deprovisioned), to(deprovisioned), to(deprovisioned), to(deprovisioned), to(deprovisioned), to(deprovisioned), no("E0000038")},
	opSuspend:        {no("E0000001"), shown("E0000001"), to(suspended), no("E0000001"), no("E0000001"), no("E0000001"), no("E0000001"), no("E0000001")},
	opUnsuspend:      {no("E0000001"), no("E0000001"), no("E0000001"), no("E0000001"), no("E0000001"), no("E0000001"), to(active), no("E0000001")},
	opUnlock:         {no("E0000032"), no("E0000032"), no("E0000032"), no("E0000032"), no("E0000032"), to(active), no("E0000032"), no("E0000032")},
	opResetPassword:  {no("E0000017"), to(recovery), to(recovery), to(recovery), to(recovery), to(recovery), no("E0000017"), no("E0000017")},
	opExpirePassword: {no("E0000038"), no("E0000038"), to(passwordExpired), no("E0000038"), to(passwordExpired), no("E0000038"), no("E0000038"), no("E0000038")},
	opForgotPassword: {no("E0000034"), no("E0000034"), to(active), no("E0000034"), no("E0000034"), no("E0000034"), no("E0000034"), no("E0000034")},
	opChangePassword: {quiet(staged), no("E0000035"), to(active), to(active), to(active), no("E0000035"), no("E0000035"), no("E0000035")},
	opChangeQuestion: {quiet(staged), no("E0000036"), to(active), to(recovery), no("E0000036"), no("E0000036"), no("E0000036"), no("E0000036")},
	opResetFactors:   {to(staged), to(provisioned), to(active), to(recovery), to(passwordExpired), to(lockedOut), to(suspended), no("E0000038")},
	opDelete:         {quiet(deprovisioned), quiet(deprovisioned), quiet(deprovisioned), quiet(deprovisioned), quiet(deprovisioned), quiet(deprovisioned), quiet(deprovisioned), to(gone)},
	opEdit:           {quiet(staged), quiet(provisioned), quiet(active), quiet(recovery), quiet(passwordExpired), quiet(lockedOut), quiet(suspended), no("E0000038")},
	opSetPassword:    {quiet(staged), quiet(active), quiet(active), quiet(active), quiet(active), quiet(lockedOut), quiet(suspended), no("E0000038")},
	opSignIn:         {no("E0000004"), no("E0000004"), quiet(active), no("E0000004"), quiet(passwordExpired), no("E0000004"), no("E0000004"), no("E0000004")},
	opRedeem:         {no("E0000105"), quiet(active), quiet(active), quiet(active), quiet(active), no("E0000105"), no("E0000105"), no("E0000105")},
	opLock:           {no("E0000004"), no("E0000004"), quiet(lockedOut), no("E0000004"), quiet(lockedOut), no("E0000004"), no("E0000004"), no("E0000004")},
}

// moveFor looks an operation up. It panics on an operation or a state that is none: a programming mistake.
func moveFor(op, state string) move {
	row, ok := userMoves[op]
	if ok {
		for i, s := range userStates {
			if s == state {
				return row[i]
			}
		}
	}
	panic("org: no move " + op + " from " + state)
}

// next returns the status that op makes of state, or the error that refuses it.
// ready tells whether the person can sign in without the welcome link.
func next(op, state string, ready bool) (string, error) {
	m := moveFor(op, state)
	switch {
	case m.code == "E0000001":
		return "", invalid(op+"User", op+"User: "+refusals[op])
	case m.code != "":
		return "", fail(m.code, "")
	case m.to == whenReady && ready:
		return active, nil
	case m.to == whenReady:
		return provisioned, nil
	}
	return m.to, nil
}

// refusals word E0000001, as the cloud does.
var refusals = map[string]string{
	opSuspend:   "Cannot suspend a user that is not active",
	opUnsuspend: "Cannot unsuspend a user that is not suspended",
}
