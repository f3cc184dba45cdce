package oidc

import (
	"net/http"

	"gatehouse/internal/org"
)

// factorChoice is a factor as the page of the second step names it.
type factorChoice struct {
	ID string
	// Label is of the input, Hint says what to enter, Name what the factor is.
	Label, Hint, Name string
	// Sends tells that a code has to be sent first, Text that the answer is words, Key that
	// a security key answers, Push that a phone does.
	Sends, Text, Key, Push bool
	// Credential is the id of the key's credential, Challenge what it is to sign, Host what it is bound to.
	Credential, Challenge, Host string
}

func choiceOf(f org.Factor) factorChoice {
	c := factorChoice{ID: f.ID, Label: "Code"}
	switch f.Type {
	case "sms":
		c.Sends, c.Name, c.Hint = true, "Text message", "The six digits of the text message."
	case "call":
		c.Sends, c.Name, c.Hint = true, "Phone call", "The six digits that the call tells."
	case "email":
		c.Sends, c.Name, c.Hint = true, "Email", "The six digits of the email."
	case "question":
		c.Text, c.Label, c.Name, c.Hint = true, "Answer", "Security question", f.Profile.Text("questionText")
	case "push":
		c.Push, c.Name, c.Hint = true, "Okta Verify push", "Approve the sign-in on your phone, then continue."
	case "webauthn", "u2f":
		c.Key, c.Name, c.Hint = true, "Security key", "Touch your security key, or use this device's screen lock."
		c.Credential = f.Profile.Text("credentialId")
	case "token:hardware":
		c.Text, c.Name, c.Hint = true, "YubiKey", "Put the cursor here and touch your YubiKey."
	case "token:hotp":
		c.Name, c.Hint = "Token", "The six digits that your token shows."
	case "token:software:totp":
		c.Name, c.Hint = "Authenticator app", "The six digits that your authenticator app shows now."
	}
	return c
}

// choices are the factor that a request names, else the first one, and the others.
func (p *Provider) choices(h *http.Request, r *org.Request, pending org.Pending) (chosen factorChoice, others []factorChoice, err error) {
	held, err := p.org.SignInFactors(r, pending)
	if err != nil || len(held) == 0 {
		return chosen, nil, err
	}
	at := chosenOf(h, held)
	for i, f := range held {
		if i != at {
			others = append(others, choiceOf(f))
		}
	}
	chosen = choiceOf(held[at])
	if chosen.Key {
		chosen.Host = p.org.RelyingParty()
		chosen.Challenge, err = p.org.KeyChallenge(held[at])
	}
	return chosen, others, err
}

func chosenOf(h *http.Request, held []org.Factor) int {
	for i, f := range held {
		if f.ID == h.URL.Query().Get("factor") {
			return i
		}
	}
	return 0
}

// takeFactor sends a code, or checks what was entered.
func (p *Provider) takeFactor(w http.ResponseWriter, h *http.Request, r *org.Request, pending org.Pending) (next org.Pending, v signInView, err error) {
	held, err := p.org.SignInFactors(r, pending)
	if err != nil || len(held) == 0 { // none left: the next step is found anew
		return pending, v, err
	}
	factor := held[chosenOf(h, held)]
	chosen := choiceOf(factor)
	if h.PostForm.Get("send") != "" && chosen.Sends {
		err := p.org.SendFactorCode(r, pending.UserID, chosen.ID)
		if refused(err) {
			v.Problem, v.Sent = reason(err), true
			return pending, v, nil
		}
		v.Notice, v.Sent = "A code was sent.", err == nil
		return pending, v, err
	}
	if h.PostForm.Get("send") != "" && chosen.Key {
		_, err := p.org.ChallengeKey(r, pending.UserID, chosen.ID)
		v.Notice, v.Sent = "Waiting for your security key.", err == nil
		return pending, v, err
	}
	if chosen.Push {
		return p.takePush(w, h, r, pending, factor)
	}
	entered := h.PostForm.Get("passcode")
	proof := org.Proof{
		PassCode: digits(entered), ClientData: h.PostForm.Get("clientData"), AuthenticatorData: h.PostForm.Get("authenticatorData"), SignatureData: h.PostForm.Get("signatureData"),
	}
	if factor.Type == "question" {
		proof = org.Proof{Answer: entered}
	}
	err = p.org.VerifyFactor(r, pending.UserID, chosen.ID, proof)
	if refused(err) {
		v.Sent = !chosen.Key
		v.Problem = wrongProof(err, chosen)
		return pending, v, nil
	}
	if err == nil && h.PostForm.Get("remember") != "" {
		err = p.remember(r, pending, p.device(w, h))
	}
	return pending.ProvedBy(factor), v, err
}

// takePush asks the phone, or looks whether it has answered.
func (p *Provider) takePush(w http.ResponseWriter, h *http.Request, r *org.Request, pending org.Pending, factor org.Factor) (next org.Pending, v signInView, err error) {
	if h.PostForm.Get("send") != "" {
		pending, err = p.org.AskPush(r, pending, factor.ID)
		if refused(err) {
			v.Problem = "Too many questions were sent to your phone. Wait five minutes, then try again."
			return pending, v, nil
		}
		v.Notice, v.Sent = "A question was sent to your phone.", err == nil
		return pending, v, err
	}
	pending, result, err := p.org.PushResult(r, pending, factor.ID)
	switch {
	case err != nil:
		return pending, v, err
	case result == org.PushApproved:
		if h.PostForm.Get("remember") != "" {
			err = p.remember(r, pending, p.device(w, h))
		}
		return pending.ProvedBy(factor), v, err
	case result == org.PushWaiting:
		v.Problem, v.Sent = "Your phone has not answered yet. Approve the sign-in there, then continue.", true
	case result == org.PushRejected:
		v.Problem = "The sign-in was denied on your phone."
	default:
		v.Problem = "Your phone did not answer in time. Send the question again."
	}
	return pending, v, nil
}

// wrongProof says what is wrong with a code or an answer.
func wrongProof(err error, chosen factorChoice) string {
	switch {
	case tooMany(err):
		return "Too many wrong codes. Wait five minutes, then try again."
	case chosen.Key:
		return "The security key was not accepted. Use the one that you set up, and try again."
	case chosen.Text && chosen.Label == "Answer":
		return "The answer is wrong."
	case chosen.Sends:
		return "The code is wrong, was used before, or is too old. Enter the one of the last message."
	}
	return "The code is wrong, or was used before. Enter the one that is shown now."
}
