// Package audit keeps the trail of who changed what, before and after, and why. It
// owns the tables audit_row and audit_target.
//
// Each change is two appended rows: the intent, committed before the call leaves (a
// call whose intent cannot be written is not made), and the outcome. What is no call,
// such as a sign-in, is one row, an event. Rows form a chain: the mac of each covers
// its number, the mac of the row before and its entry, under a key derived from the
// console's secret key. Verify walks the chain and names the first row that was
// changed, removed or moved; the head that goes to the log shows a cut-off end.
//
// Guard puts the trail in front of every call of an okta.Client; Write appends an
// event; List reads changes, newest first. Secrets are masked before anything is
// stored (mask.go). Who acts comes with the context: WithActor.
package audit
