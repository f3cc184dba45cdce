// Package auth signs people in to the console and keeps them signed in: it is the
// relying party of OpenID Connect, the sessions, the refresh of tokens, sign-out, and
// the answer to "may this person do that" (Can, Guard).
//
// It owns the tables auth_check, auth_pending and auth_session of console.db. It knows
// no page: what a person should read is the text of SignInError, SignedOut and Denied.
//
// The flow, one step a file: begin.go sends the browser to the org; complete.go takes
// it back, exchanges the code (token.go), verifies the ID token (idtoken.go, keys.go)
// and stores a session (store.go, seal.go); session.go finds it again on each request;
// transport.go puts its access token on calls to the org; refresh.go renews it once,
// whoever asks; signout.go ends it here first, then at the org.
//
// No token leaves the server, except the ID token that sign-out hands to the org as
// id_token_hint. At rest tokens are sealed under the row they belong to.
package auth
