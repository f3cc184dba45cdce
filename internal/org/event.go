package org

import (
	"encoding/json"
	"fmt"
	"time"

	"gatehouse/internal/db"
)

// Event is an entry of the System Log before it is stored. What the request tells
// (actor, client, transaction, time) is added at the commit of its Tx.
type Event struct {
	// Type is an event type of the published catalogue, such as "user.lifecycle.suspend".
	Type string
	// Message is the catalogue's display message.
	Message string
	// Severity is INFO unless set.
	Severity string
	// Result is SUCCESS unless set; Reason explains a FAILURE.
	Result, Reason string
	// Targets are what it was done to.
	Targets []Target
	// Debug is added to debugContext.debugData.
	Debug map[string]string
	// Actor is set where it is not the caller of the request, as at a sign-in.
	Actor *Target
	// Session is the external session id, where there is one.
	Session string
}

// Target is an actor or a target of an event.
type Target struct {
	ID          string          `json:"id"`
	Type        string          `json:"type"`
	AlternateID string          `json:"alternateId"`
	DisplayName string          `json:"displayName"`
	DetailEntry json.RawMessage `json:"detailEntry"`
}

// log adds an event to the transaction.
func (tx *Tx) log(e Event) { tx.events = append(tx.events, e) }

type logActor struct {
	Target
}

type logClient struct {
	UserAgent *logAgent       `json:"userAgent"`
	Zone      string          `json:"zone"`
	Device    string          `json:"device"`
	ID        *string         `json:"id"`
	IPAddress string          `json:"ipAddress"`
	Geo       json.RawMessage `json:"geographicalContext"`
}

type logAgent struct {
	Raw     string `json:"rawUserAgent"`
	OS      string `json:"os"`
	Browser string `json:"browser"`
}

type logOutcome struct {
	Result string  `json:"result"`
	Reason *string `json:"reason"`
}

// logEntry is a System Log entry as the API answers it (okta-semantics C8).
type logEntry struct {
	Actor                 logActor        `json:"actor"`
	Client                logClient       `json:"client"`
	Device                json.RawMessage `json:"device"`
	AuthenticationContext map[string]any  `json:"authenticationContext"`
	DisplayMessage        string          `json:"displayMessage"`
	EventType             string          `json:"eventType"`
	Outcome               logOutcome      `json:"outcome"`
	Published             string          `json:"published"`
	SecurityContext       map[string]any  `json:"securityContext"`
	Severity              string          `json:"severity"`
	DebugContext          map[string]any  `json:"debugContext"`
	LegacyEventType       *string         `json:"legacyEventType"`
	Transaction           map[string]any  `json:"transaction"`
	UUID                  string          `json:"uuid"`
	Version               string          `json:"version"`
	Request               map[string]any  `json:"request"`
	Target                []Target        `json:"target"`
}

// eventLock is the PostgreSQL advisory lock under which events get their numbers, in the
// order of the commits: who polls would never see one that is committed behind a higher
// number. The value means nothing.
const eventLock = 7283450013

// writeEvents stores the events of the transaction with their index rows.
func (tx *Tx) writeEvents() error {
	if len(tx.events) > 0 && tx.org.db.Dialect == db.Postgres {
		if _, err := tx.q.Exec(tx.ctx, `SELECT pg_advisory_xact_lock($1)`, eventLock); err != nil {
			return err
		}
	}
	for _, e := range tx.events {
		entry := tx.entry(e)
		body, err := json.Marshal(entry)
		if err != nil {
			return fmt.Errorf("event %s: %w", e.Type, err)
		}
		if err := tx.insertEvent(tx.org.now(), body, entry); err != nil {
			return err
		}
	}
	return nil
}

// insertEvent stores an entry with what it is looked up by.
func (tx *Tx) insertEvent(at time.Time, body []byte, e logEntry) error {
	seq, err := tx.insertNumbered(`INSERT INTO event (published, body) VALUES ($1, $2)`, "seq", at.UnixMilli(), string(body))
	if err != nil {
		return err
	}
	rows := []bulkRow{{"eventType", fold(e.EventType)}, {"actor.id", fold(e.Actor.ID)}}
	for _, t := range e.Target {
		rows = append(rows, bulkRow{"target.id", fold(t.ID)})
	}
	return bulkIndex.write(tx.ctx, tx.q, tx.org.db.Dialect, rows, seq)
}
