package handlers

import (
	"cmp"
	"slices"
	"strings"

	"gatehouse/internal/okta"
	"gatehouse/web/templates/ui"
	"gatehouse/web/templates/user"
)

// proof is how somebody shows that they hold a factor.
type proof int

const (
	// noProof is a kind that this console cannot ask for: it needs the person's own browser, or a vendor's.
	noProof proof = iota
	// codeProof is a code that an app or a token shows, sentProof one that is sent.
	codeProof
	sentProof
	answerProof
	// phoneProof is a question to a phone.
	phoneProof
)

// factorKind is a kind of factor, as the page speaks of it.
type factorKind struct {
	factorType, provider string
	icon, label, note    string
	proof                proof
	// detail is the field of the profile that tells one from another.
	detail string
	// says are sentences for the form that enrols it; nil for a kind that is enrolled elsewhere.
	says []string
	// several may be held.
	several bool
}

const (
	factorQuestion = "question"
	factorTOTP     = "token:software:totp"
	factorSMS      = "sms"
	factorCall     = "call"
	factorEmail    = "email"
	factorPush     = "push"
	factorHOTP     = "token:hotp"
	factorYubikey  = "token:hardware"
	factorU2F      = "u2f"
	factorWebAuthn = "webauthn"
)

var inTheirBrowser = []string{
	"An enrolment is begun. It is finished in the browser that holds the key, at a page of the org: not here.",
	"Until then it is shown as not activated, and nobody can sign in with it.",
}

// factorKinds are those that the console knows, in the order of the choice.
var factorKinds = []factorKind{
	{factorTOTP, "GOOGLE", "device-mobile", "Google Authenticator", "Codes of an authenticator app", codeProof, "", []string{
		"A key is made and shown once, as a QR code and as text. The person scans it with the app.", "The first code of the app activates it.",
	}, false},
	{factorTOTP, "OKTA", "device-mobile", "Okta Verify code", "Codes of Okta Verify", codeProof, "", []string{
		"A key is made and shown once, as a QR code and as text. The person scans it with the app.", "The first code of the app activates it.",
	}, false},
	{factorPush, "OKTA", "device-mobile", "Okta Verify push", "A question on their phone", phoneProof, "name", []string{
		"The phone is asked whether it adds the account. It has 10 minutes.", "The page shows when the phone is enrolled.",
	}, false},
	{factorSMS, "OKTA", "message", "SMS", "Codes as text messages", sentProof, "phoneNumber", []string{"A code is sent to the number. It activates the factor."}, false},
	{factorCall, "OKTA", "phone", "Voice call", "Codes that are read out", sentProof, "phoneNumber", []string{"The number is called and a code is read out. It activates the factor."}, false},
	{factorEmail, "OKTA", "mail", "E-mail", "Codes by e-mail", sentProof, "email", []string{"A code is sent to the address. It activates the factor."}, false},
	{factorQuestion, "OKTA", "help-circle", "Security question", "An answer that they choose", answerProof, "questionText", []string{"The answer is kept as a hash: nobody can read it later."}, false},
	{factorHOTP, "CUSTOM", "key", "Custom HOTP token", "Codes of a counter token", codeProof, "", []string{"The factor is active at once."}, false},
	{factorYubikey, "YUBICO", "usb", "YubiKey", "Codes of a YubiKey", codeProof, "credentialId", []string{"Touch the key in the field: the code that it types enrols it. The factor is active at once."}, false},
	{factorWebAuthn, "FIDO", "fingerprint", "Security key or biometrics", "WebAuthn", noProof, "authenticatorName", inTheirBrowser, true},
	{factorU2F, "FIDO", "usb", "U2F security key", "FIDO U2F", noProof, "credentialId", inTheirBrowser, true},
	{"token", "RSA", "key", "RSA SecurID", "Codes of an RSA token", codeProof, "credentialId", nil, false},
	{"token", "SYMANTEC", "key", "Symantec VIP", "Codes of a VIP credential", codeProof, "credentialId", nil, false},
	{"web", "DUO", "device-mobile", "Duo Security", "Duo's own pages", noProof, "credentialId", nil, false},
	{"signed_nonce", "OKTA", "fingerprint", "Okta FastPass", "Okta Verify on a device", noProof, "name", nil, false},
}

// kindOfFactor finds the kind of a factor, or makes one for what the console does not know.
func kindOfFactor(factorType, provider string) factorKind {
	for _, k := range factorKinds {
		if k.factorType == factorType && k.provider == provider {
			return k
		}
	}
	return factorKind{factorType: factorType, provider: provider, icon: "key", label: cmp.Or(roleWords(factorType), "Factor"), note: roleWords(provider)}
}

// key is the kind's place in an address.
func (k factorKind) key() string { return k.factorType + "/" + k.provider }

// findFactorKind finds a kind that can be enrolled here by its key.
func findFactorKind(key string) (factorKind, bool) {
	i := slices.IndexFunc(factorKinds, func(k factorKind) bool { return k.key() == key && k.says != nil })
	if i < 0 {
		return factorKind{}, false
	}
	return factorKinds[i], true
}

// fields are what the form asks for; person fills in what the org knows already.
func (k factorKind) fields(p person, questions []okta.Object) []ui.Field {
	phone := ui.Field{Name: "phoneNumber", Label: "Phone number", Type: "tel", Required: true, Help: "With the country code, such as +1 555 0100", Autocomplete: "off", MaxLength: 40, Value: p.doc.Text("profile", "mobilePhone")}
	known := ui.Field{Name: "activate", Label: "Activate it now, without a code: it is known to be theirs", Type: "checkbox"}
	switch k.factorType {
	case factorSMS:
		return []ui.Field{phone, known}
	case factorCall:
		return []ui.Field{phone, {Name: "phoneExtension", Label: "Extension", Autocomplete: "off", MaxLength: 15}, known}
	case factorEmail:
		return []ui.Field{{Name: "email", Label: "E-mail address", Type: "email", Required: true, Autocomplete: "off", MaxLength: 100, Value: p.doc.Text("profile", "email")}, known}
	case factorQuestion:
		q := ui.Field{Name: "question", Label: "Question", Type: "select", Required: true}
		for _, d := range questions {
			q.Options = append(q.Options, ui.Option{Value: d.Text("question"), Label: d.Text("questionText")})
		}
		return []ui.Field{q, {Name: "answer", Label: "Answer", Required: true, Help: "At least 4 characters", Autocomplete: "off", MaxLength: 100}}
	case factorHOTP:
		return []ui.Field{
			{Name: "sharedSecret", Label: "Secret of the token", Required: true, Help: "At least 16 bytes, in hexadecimal or base 32", Autocomplete: "off", MaxLength: 200},
			{Name: "factorProfileId", Label: "Factor profile", Help: "The id of the custom TOTP profile; a cloud org needs it", Autocomplete: "off", MaxLength: 64},
		}
	case factorYubikey:
		return []ui.Field{
			{Name: "passCode", Label: "Code of the key", Required: true, Help: "Put the cursor here and touch the key", Autocomplete: "off", MaxLength: 64},
			{Name: "sharedSecret", Label: "Secret of the key", Help: "Only where the org holds no import of it: 16 bytes in hexadecimal", Autocomplete: "off", MaxLength: 64},
		}
	}
	return nil
}

// describeFactor is a factor as a line.
func describeFactor(d okta.Object) (user.Factor, factorKind) {
	k := kindOfFactor(d.Text("factorType"), d.Text("provider"))
	f := user.Factor{
		ID: d.Text("id"), Label: k.label, Note: k.note, Icon: k.icon, Provider: cmp.Or(factorVendors[k.provider], roleWords(k.provider)),
		Created: d.Text("created"), Updated: d.Text("lastUpdated"), Active: d.Text("status") == "ACTIVE",
	}
	if k.detail != "" {
		f.Detail = d.Text("profile", k.detail)
	}
	if x := d.Text("profile", "phoneExtension"); x != "" {
		f.Detail += " ext. " + x
	}
	f.Detail = cmp.Or(f.Detail, d.Text("profile", "credentialId"))
	return f, k
}

var factorVendors = map[string]string{
	"OKTA": "Okta", "GOOGLE": "Google", "YUBICO": "Yubico", "FIDO": "FIDO", "CUSTOM": "Custom", "RSA": "RSA", "DUO": "Duo", "SYMANTEC": "Symantec",
}

// factorWords is a factor within a sentence.
func factorWords(label string) string {
	if strings.HasPrefix(label, "Security") || strings.HasPrefix(label, "Voice") {
		return strings.ToLower(label[:1]) + label[1:]
	}
	return label
}
