package org

import (
	"context"
	"slices"
	"strings"
	"time"

	"gatehouse/internal/db"
)

// outboxLife is how long messages are kept to be read.
const outboxLife = 30 * 24 * time.Hour

// outboxPage is how many messages are read at once.
const outboxPage = 50

// Message is something that a cloud org would have sent: it waits in the outbox.
type Message struct {
	ID      string
	Created time.Time
	// Recipient is an e-mail address, a phone number or, of a push, a login.
	Recipient string
	// Kind is such as "activation", "password_reset", "factor_sms", "factor_push".
	Kind, Body string
	// Link is a one-time link; "" where the message has none.
	Link string
	// Question is what AnswerPush takes, of a push; Result how it stands: WAITING,
	// SUCCESS, REJECTED or TIMEOUT.
	Question, Result string
}

// send puts a message into the outbox in place of sending it. Its time is finer than
// that of the request: what came last stands first.
func (tx *Tx) send(recipient, kind, body, link string) error {
	if _, err := tx.q.Exec(tx.ctx, `DELETE FROM outbox WHERE created < $1`, tx.now.Add(-outboxLife).UnixMilli()); err != nil {
		return err
	}
	_, err := tx.q.Exec(tx.ctx, `INSERT INTO outbox (id, created, recipient, kind, body, link) VALUES ($1, $2, $3, $4, $5, $6)`,
		tx.org.NewID("oml"), tx.org.now().UnixMilli(), recipient, kind, body, link)
	return err
}

// Outbox lists messages, the newest first: those to one recipient, or with "" to
// everybody, and older than the message before, or with "" from the newest on. next is
// before for the following page; "" at the end.
func (o *Org) Outbox(ctx context.Context, to, before string) (list []Message, next string, err error) {
	s := o.reads(ctx)
	newest := o.now().Add(time.Hour).UnixMilli() // of this org no message is younger
	if before != "" {
		err := s.q.QueryRow(ctx, `SELECT created FROM outbox WHERE id = $1`, before).Scan(&newest)
		if db.IsNone(err) {
			return nil, "", notFound(printable(before), "Message")
		}
		if err != nil {
			return nil, "", err
		}
	}
	rows, err := s.q.Query(ctx, `SELECT id, created, recipient, kind, body, link FROM outbox
		WHERE (created < $1 OR created = $1 AND id < $2) AND ($3 = '' OR recipient = $3)
		ORDER BY created DESC, id DESC LIMIT $4`, newest, before, to, outboxPage+1)
	if err != nil {
		return nil, "", err
	}
	defer rows.Close()
	for rows.Next() {
		var m Message
		var created int64
		if err := rows.Scan(&m.ID, &created, &m.Recipient, &m.Kind, &m.Body, &m.Link); err != nil {
			return nil, "", err
		}
		m.Created = fromMillis(created)
		list = append(list, m)
	}
	if err := rows.Err(); err != nil {
		return nil, "", err
	}
	if len(list) > outboxPage {
		list = list[:outboxPage]
		next = list[outboxPage-1].ID
	}
	return list, next, s.questions(list, o.now())
}

// questions tells of each push how its question stands. One that is gone was never answered.
func (s store) questions(list []Message, now time.Time) error {
	for i := range list {
		m := &list[i]
		if m.Kind != "factor_push" {
			continue
		}
		m.Question, m.Link = m.Link[strings.LastIndexByte(m.Link, '/')+1:], ""
		t, err := s.transaction(m.Question)
		switch {
		case isCode(err, "E0000007"):
			m.Result = pushTimeout
		case err != nil:
			return err
		default:
			m.Result = t.resultAt(now)
		}
	}
	return nil
}

// IsSuperAdmin tells whether somebody who can sign in holds the role that may do everything.
func (o *Org) IsSuperAdmin(ctx context.Context, user string) (bool, error) {
	s := o.reads(ctx)
	if _, err := s.activePerson(user); err != nil {
		return false, err
	}
	roles, err := rolesOf(s, user)
	return slices.Contains(roles, superAdmin), err
}
