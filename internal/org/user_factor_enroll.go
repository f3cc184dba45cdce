package org

import (
	"encoding/hex"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"gatehouse/internal/okta"
	"gatehouse/internal/policy"
)

// enrolment is what a request to enrol says.
type enrolment struct {
	FactorType string `json:"factorType"`
	Provider   string `json:"provider"`
	Profile    struct {
		PhoneNumber    string `json:"phoneNumber"`
		PhoneExtension string `json:"phoneExtension"`
		Email          string `json:"email"`
		Question       string `json:"question"`
		Answer         string `json:"answer"`
		SharedSecret   string `json:"sharedSecret"`
	} `json:"profile"`
	Verify struct {
		PassCode string `json:"passCode"`
	} `json:"verify"`
}

// enrolled is a factor that is about to be stored.
type enrolled struct {
	Factor
	// secret is told in the answer.
	secret string
	// proof has to be right before the factor is stored; nil for none.
	proof *Proof
}

func badEnrolment(cause string) error { return invalid("factorEnrollRequest", cause) }

// enrollFactor enrols a factor. One whose enrolment was never proved gives way to it.
func enrollFactor(o *Org, r *Request) (Reply, error) {
	var in enrolment
	if err := r.decode(&in); err != nil {
		return Reply{}, err
	}
	kind := factorKindOf(in.FactorType, in.Provider)
	if kind == nil {
		return Reply{}, badEnrolment("The factorType and provider are none that this org enrols.")
	}
	life, err := tokenLife(r)
	if err != nil {
		return Reply{}, err
	}
	doc, err := o.reads(r.ctx).argumentUser(r)
	if err != nil {
		return Reply{}, err
	}
	if err := o.reads(r.ctx).mayChangeFactors(r, doc); err != nil {
		return Reply{}, err
	}
	if allowed, err := o.mayEnrol(r, doc, kind); err != nil {
		return Reply{}, err
	} else if !allowed {
		return Reply{}, badEnrolment("The enrollment policy of this user does not allow this factor.")
	}
	fresh, err := o.newFactor(kind, doc, in, r.Now, r.flag("activate", false))
	if err != nil {
		return Reply{}, err
	}
	var answer factorAnswer
	err = o.refusal(r, func(tx *Tx) (refused, err error) {
		doc, err := tx.argumentUser(r)
		if err != nil {
			return nil, err
		}
		if err := tx.mayChangeFactors(r, doc); err != nil {
			return nil, err
		}
		e := fresh
		replaced, err := tx.makeRoom(e.Factor, r.flag("updatePhone", false))
		if err != nil {
			return nil, err
		}
		if e.proof != nil {
			if refused, err = tx.prove(&e.Factor, *e.proof); err != nil || refused != nil {
				return refused, err
			}
		}
		embedded, err := tx.beginEnrolment(&e, doc, life, nil)
		if err != nil {
			return nil, err
		}
		if replaced {
			tx.log(factorEvent(e.Factor, userTarget(doc), "user.mfa.factor.update", "Update factor for user"))
		}
		answer = o.renderFactor(e.Factor, doc)
		answer.Embedded = embedded
		return nil, nil
	})
	if err != nil {
		return Reply{}, err
	}
	return marshalled(http.StatusOK, answer)
}

// mayEnrol tells whether the enrolment policy of a person lets them have a kind of factor.
func (o *Org) mayEnrol(r *Request, person okta.Object, kind *factorKind) (bool, error) {
	s := o.reads(r.ctx)
	c, err := o.policyContext(s, person, nil, r.Client)
	if err != nil {
		return false, err
	}
	e, err := o.enrollment(s, c)
	return e.Of(kind.policyKind()) != policy.NotAllowed, err
}

// newFactor makes the factor that a request describes; activate spares the proof where there is one. Hashing happens here, outside of a transaction.
func (o *Org) newFactor(kind *factorKind, person okta.Object, in enrolment, now time.Time, activate bool) (e enrolled, err error) {
	e.Factor = Factor{
		ID: o.ids.mint(kind.prefix), UserID: person.Text("id"), Type: kind.factorType, Provider: kind.provider,
		Active: !kind.pending, Profile: okta.Object{}, Created: now, Updated: now,
	}
	if kind.message != nil || kind.factorType == totpFactor {
		e.Active = activate
	}
	switch kind.factorType {
	case questionFactor:
		text := questionText(in.Profile.Question)
		if text == "" {
			return e, badEnrolment("question: The question is none of the catalogue.")
		}
		if err := checkQuestion(text, in.Profile.Answer, minAnswer); err != nil {
			return e, err
		}
		e.Profile = e.Profile.With("question", in.Profile.Question).With("questionText", text)
		e.Factor.secret = o.passwords.hash(plainAnswer(in.Profile.Answer))
	case totpFactor:
		e.secret = o.newSharedSecret()
		e.Factor.secret = o.sealer.seal("totp/"+e.UserID, e.secret)
	case smsFactor, callFactor:
		if !validPhone(in.Profile.PhoneNumber) {
			return e, fail("E0000098", "")
		}
		e.Profile = e.Profile.With("phoneNumber", in.Profile.PhoneNumber)
		if kind.factorType == callFactor && in.Profile.PhoneExtension != "" {
			e.Profile = e.Profile.With("phoneExtension", in.Profile.PhoneExtension)
		}
	case emailFactor:
		email := in.Profile.Email
		if email == "" {
			email = person.Text("profile", "email")
		}
		if !slices.Contains([]string{fold(person.Text("profile", "email")), fold(person.Text("profile", "secondEmail"))}, fold(email)) { // published
			return e, badEnrolment("email: The address must be the primary or the secondary email address of the user.")
		}
		if at := strings.IndexByte(email, '@'); at < 1 || at == len(email)-1 || len(email) > 100 {
			return e, badEnrolment("email: The address is not valid.")
		}
		e.Profile = e.Profile.With("email", email)
	case hotpFactor:
		secret, ok := hotpSecret(in.Profile.SharedSecret)
		if !ok {
			return e, badEnrolment("sharedSecret: The secret must be at least 16 bytes, in hexadecimal or base 32.")
		}
		e.Factor.secret = o.sealer.seal("factor/"+e.ID, secret)
	case yubikeyFactor:
		return o.newYubikey(e, in)
	}
	return e, nil
}

// newYubikey enrols a key. A cloud org holds the secrets of its keys from an import that
// is no part of the API; here the enrolment brings it as profile.sharedSecret [assumed].
func (o *Org) newYubikey(e enrolled, in enrolment) (enrolled, error) {
	credential, _, ok := yubikeyParts(in.Verify.PassCode)
	if !ok {
		return e, badEnrolment("passCode: A code of a YubiKey has 44 letters.")
	}
	if key, err := hex.DecodeString(in.Profile.SharedSecret); err != nil || len(key) != 16 {
		return e, badEnrolment("sharedSecret: The org holds no secret of this key. Give its 16 bytes in hexadecimal.")
	}
	e.Profile = e.Profile.With("credentialId", credential)
	e.Factor.secret, e.proof = o.sealer.seal("factor/"+e.ID, in.Profile.SharedSecret), &Proof{PassCode: in.Verify.PassCode}
	return e, nil
}

var (
	phonePattern = regexp.MustCompile(`^\+?[0-9][0-9 ().-]{5,30}$`)
	notDigit     = regexp.MustCompile(`[^0-9]`)
)

// validPhone tells whether a text is a phone number of 7 to 15 digits (E.164).
func validPhone(text string) bool {
	n := len(notDigit.ReplaceAllString(text, ""))
	return phonePattern.MatchString(text) && n >= 7 && n <= 15
}

// tokenLife reads tokenLifetimeSeconds: 1 second to 1 day (published).
func tokenLife(r *Request) (time.Duration, error) {
	text := r.Query.Get("tokenLifetimeSeconds")
	if text == "" {
		return factorCodeLife, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > 86_400 {
		return 0, badEnrolment("tokenLifetimeSeconds: The lifetime must be 1 to 86400 seconds.")
	}
	return time.Duration(n) * time.Second, nil
}
