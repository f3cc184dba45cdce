package org

// The answers of a phone, as the API names them.
const (
	PushWaiting  = pushWaiting
	PushApproved = pushApproved
	PushRejected = pushRejected
	PushTimeout  = pushTimeout
)

// AskPush asks the phone of somebody who signs in. The sign-in holds the question.
func (o *Org) AskPush(r *Request, p Pending, factorID string) (Pending, error) {
	err := o.update(r, func(tx *Tx) error {
		if under, err := tx.underWay(p, StageFactor); err != nil || !under {
			return over(err)
		}
		f, err := tx.factorOf(p.UserID, factorID)
		if err != nil {
			return err
		}
		if !f.Active || f.Type != pushFactor {
			return fail("E0000154", "")
		}
		l, err := tx.factorLimit(f.UserID, "send "+f.Type)
		if err != nil {
			return err
		}
		if l.spent() { // nobody is worn down by questions
			return fail("E0000047", "")
		}
		if err := tx.countFactor(l, false); err != nil {
			return err
		}
		person, err := tx.subject(p.UserID)
		if err != nil {
			return err
		}
		t, err := tx.ask(f, person, pushVerify, pushLife)
		if err != nil {
			return err
		}
		p.Factor = t.id
		return tx.advanceSignIn(StageFactor, p)
	})
	return p, err
}

// PushResult is how the phone answered the question of a sign-in, "" where none was asked
// about this factor. An answer is read once: then the sign-in holds no question any more.
func (o *Org) PushResult(r *Request, p Pending, factorID string) (Pending, string, error) {
	if p.Factor == "" {
		return p, "", nil
	}
	result, question := "", p.Factor
	err := o.update(r, func(tx *Tx) error {
		result, p.Factor = "", question
		t, err := tx.transaction(question)
		if isCode(err, "E0000007") {
			return nil
		}
		if err != nil || t.user != p.UserID || t.factor != factorID || t.kind != pushVerify {
			return err
		}
		if result = t.resultAt(tx.now); result == pushWaiting {
			return nil
		}
		if _, err := tx.q.Exec(tx.ctx, `DELETE FROM factor_transaction WHERE id = $1`, t.id); err != nil {
			return err
		}
		p.Factor = ""
		return tx.advanceSignIn(StageFactor, p)
	})
	return p, result, err
}
