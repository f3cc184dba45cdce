package org

import "time"

// The factor types that the rest names.
const (
	questionFactor = "question"
	totpFactor     = "token:software:totp"
	smsFactor      = "sms"
	callFactor     = "call"
	emailFactor    = "email"
	pushFactor     = "push"
	hotpFactor     = "token:hotp"
	yubikeyFactor  = "token:hardware"
	u2fFactor      = "u2f"
	webauthnFactor = "webauthn"
)

// factorKind is a kind of factor that this org enrols.
type factorKind struct {
	factorType, provider string
	// prefix begins the ids (okta-semantics C4).
	prefix string
	// logged is what the System Log calls it.
	logged string
	// message is how its codes are sent; nil where there are none.
	message *factorMessage
	// several tells that somebody may hold more than one.
	several bool
	// pending tells that the enrolment has to be proved.
	pending bool
}

// factorMessage is how the codes of a kind travel.
type factorMessage struct {
	// every is how long to wait between two messages, tooSoon the error that says so ("published").
	every   time.Duration
	tooSoon string
	// event and what are the System Log's type and message.
	event, what string
	// to is the field of the profile that holds the recipient.
	to string
}

var (
	smsMessage   = &factorMessage{30 * time.Second, "E0000109", "system.sms.send_factor_verify_message", "Send second factor auth SMS", "phoneNumber"}
	callMessage  = &factorMessage{30 * time.Second, "E0000133", "system.voice.send_mfa_challenge_call", "Send second factor auth call", "phoneNumber"}
	emailMessage = &factorMessage{5 * time.Second, "E0000118", "system.email.send_factor_verify_message", "Send second factor verify email", "email"}
)

// factorKinds are the kinds in the order of the catalogue. What needs a service
// outside of the org (RSA, Symantec, Duo) is not among them.
var factorKinds = []factorKind{
	{questionFactor, "OKTA", "ufs", "SECURITY_QUESTION", nil, false, false},
	{totpFactor, "OKTA", "ost", "SOFTWARE_TOTP", nil, false, true},
	{totpFactor, "GOOGLE", "uft", "SOFTWARE_TOTP", nil, false, true},
	{smsFactor, "OKTA", "sms", "SMS_FACTOR", smsMessage, false, true},
	{callFactor, "OKTA", "clf", "CALL_FACTOR", callMessage, false, true},
	{emailFactor, "OKTA", "emf", "EMAIL_FACTOR", emailMessage, false, true},
	{pushFactor, "OKTA", "opf", "OKTA_VERIFY_PUSH", nil, false, true},
	{hotpFactor, "CUSTOM", "chf", "CUSTOM_HOTP", nil, false, false},
	{yubikeyFactor, "YUBICO", "ykf", "YUBIKEY_TOKEN", nil, false, false},
	{u2fFactor, "FIDO", "fuf", "FIDO_U2F", nil, true, true},
	{webauthnFactor, "FIDO", "fwf", "FIDO_WEBAUTHN", nil, true, true},
}

// factorKindOf finds a kind; nil for one that this org does not enrol.
func factorKindOf(factorType, provider string) *factorKind {
	for i := range factorKinds {
		if k := &factorKinds[i]; k.factorType == factorType && k.provider == provider {
			return k
		}
	}
	return nil
}
