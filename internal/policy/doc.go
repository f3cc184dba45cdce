// Package policy decides which policy and which rule applies, and says why each earlier
// one did not. It is pure: documents and a Context in, a Decision with its trace out. The
// org decides sign-ins with it, the console explains them.
//
// Parse and ParseRule decode the parts of the documents that decide. Evaluate looks at
// the active policies in the order of their priorities: one applies when all of its
// conditions and all of the conditions of one of its active rules are met; a policy whose
// rules all fail gives way to the next, and one without rules never applies (published:
// "Policy evaluation"). A condition is matched, failed or, where the Context lacks what
// it reads or the package does not know it, unknown. Unknown is not met, and stays
// visible: Decision.Certain tells whether anything unknown stood in the way.
//
// A rule that sends people to another identity provider is unknown: who gets in is decided there.
//
// Which network zones a request is in, Locate tells from the documents of the zones.
//
// What a rule or policy then asks for is decoded by type: SignOn, Password, Enrollment,
// Discovery, ProfileEnrollment, Lives. SignIn is how a sign-in goes on after the password. Compare
// decides for a crowd by two sets of policies, Demand tells which of two decisions asks more.
//
// A TokenServer (files token*.go) is an authorization server as its documents describe it.
// Decide tells whether a TokenRequest gets tokens, by which rule, with which scopes and lives;
// Evaluate which claims land in which token for a Subject, each with the reason.
package policy
