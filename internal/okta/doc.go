// Package okta is the management API as data, and the client that calls it: the
// operations, the documents (Object), the error body, and Client, the one way out to
// an org. It imports nothing of ours and knows no user interface and no SQL.
//
// A call, from top to bottom: Client.Do checks the arguments, asks each Guard, takes
// one of a bounded number of slots, and sends the request through the RoundTripper that
// adds the access token and ends in Transport, which reaches the configured origin and
// nothing else. What comes back is an answer (Response), a refusal by the org (*Error),
// a limit (*RateLimited) or no usable answer (*Failure); a 429 and a failed GET are
// repeated within the caller's patience. Pages and All walk lists, a call a page.
package okta
