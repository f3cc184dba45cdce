package audit

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"gatehouse/internal/db"
)

//go:embed migrations
var migrations embed.FS

// versionTable is goose's table for this package's part of console.db.
const versionTable = "audit_version"

// appendLock is the PostgreSQL advisory lock under which rows are appended. The number means nothing.
const appendLock = 7283450012

// headEvery is how many rows apart the head goes to the log (contracts.md section 9).
const headEvery = 1000

var (
	// ErrNotRecorded: the trail could not be written, so what it stood in front of was not done.
	ErrNotRecorded = errors.New("not done, because the audit trail cannot be written")
	// ErrNoActor: a call that must be audited came without WithActor, a programming mistake.
	ErrNoActor = errors.New("no actor in the context of an audited call")
	// ErrKey: the trail was written under a key that is not at hand.
	ErrKey = errors.New("the audit trail was written under another secret key")
)

// Options are what a Log needs besides its database.
type Options struct {
	// Keys are derived from the console's secret keys for this purpose alone: the current one
	// first, then at most one older.
	Keys [][]byte
	// Logger gets the heads, and what went wrong after a call was made.
	Logger *slog.Logger
	// Now is the clock. nil means time.Now.
	Now func() time.Time
}

// Log is the trail. It is safe for use by several goroutines, and by several processes on one database.
type Log struct {
	db   *db.DB
	keys []key
	mask masker
	log  *slog.Logger
	now  func() time.Time

	mu   sync.Mutex
	open map[int64]bool // intents of this process whose calls have not ended
}

// New migrates the trail's tables in d, which is opened Durable, and continues its chain.
// ErrKey: the last row was written under a key that is not among o.Keys.
func New(ctx context.Context, d *db.DB, o Options) (*Log, error) {
	if len(o.Keys) == 0 || o.Logger == nil {
		return nil, errors.New("audit: a trail needs a key and a logger")
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, fmt.Errorf("audit migrations: %w", err)
	}
	if err := d.Migrate(ctx, files, versionTable); err != nil {
		return nil, fmt.Errorf("audit trail: %w", err)
	}
	keys := newKeys(o.Keys)
	l := &Log{db: d, keys: keys, mask: masker{keys[0]}, log: o.Logger, now: o.Now, open: map[int64]bool{}}
	var keyID string
	err = d.Reader().QueryRow(ctx, `SELECT key_id FROM audit_row ORDER BY seq DESC LIMIT 1`).Scan(&keyID)
	switch {
	case db.IsNone(err):
	case err != nil:
		return nil, fmt.Errorf("audit trail: %w", err)
	case !slices.ContainsFunc(keys, func(k key) bool { return k.id == keyID }):
		return nil, fmt.Errorf("%w: put the key it was written under (id %s) on the second line of the secret key file", ErrKey, keyID)
	}
	return l, nil
}

// Close writes the head to the log. The database stays open.
func (l *Log) Close(ctx context.Context) error {
	h, err := head(ctx, l.db.Reader())
	if err != nil {
		return fmt.Errorf("audit trail: read the head: %w", err)
	}
	if h.Seq > 0 {
		l.log.Info("audit head", "head", h.String())
	}
	return nil
}

// Entry is an event: something that is no call to the org.
type Entry struct {
	// Operation names what was done: "signIn", "exportUsers".
	Operation string
	// Actor is who did it; zero means the context's.
	Actor Actor
	// Targets are the ids of what it was done to.
	Targets []string
	Result  Result
	Reason  string
	// Error is why it was refused or failed, in words.
	Error string
	// Detail is whatever else a reader needs; secrets in it are masked by name.
	Detail map[string]string
}

// Write appends an event. An error (ErrNotRecorded) means that it is not in the trail.
func (l *Log) Write(ctx context.Context, e Entry) error {
	if e.Actor == (Actor{}) {
		e.Actor, _ = ActorOf(ctx)
	}
	_, err := l.append(ctx, &entry{
		Kind: event, Actor: &e.Actor, Operation: e.Operation, Targets: unique(e.Targets), Result: e.Result,
		Reason: e.Reason, Error: clip(e.Error), Detail: l.mask.texts(e.Detail),
	})
	return err
}

// append adds e to the chain and returns its number.
func (l *Log) append(ctx context.Context, e *entry) (int64, error) {
	e.At = l.now().UTC().Truncate(time.Millisecond)
	text, err := e.canonical()
	if err != nil {
		return 0, err
	}
	var added Head
	err = l.db.UpdateAlone(ctx, appendLock, func(q db.Querier) error {
		last, err := head(ctx, q)
		if err != nil {
			return err
		}
		k, seq := l.keys[0], last.Seq+1
		added = Head{seq, k.link(seq, last.MAC, text)}
		change := e.Change
		if change == 0 {
			change = seq
		}
		_, err = q.Exec(ctx, `INSERT INTO audit_row (seq, at, kind, change, actor, operation, entry, key_id, mac)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
			seq, e.At.UnixMilli(), e.Kind, change, e.actorID(), e.Operation, string(text), k.id, added.MAC)
		if err != nil {
			return err
		}
		for _, target := range e.Targets {
			if _, err := q.Exec(ctx, `INSERT INTO audit_target (target, change, seq) VALUES ($1, $2, $3)`, target, change, seq); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("%w: %w", ErrNotRecorded, err)
	}
	if added.Seq%headEvery == 0 {
		l.log.Info("audit head", "head", added.String())
	}
	return added.Seq, nil
}

// head reads the last row's number and mac; zero when there is none.
func head(ctx context.Context, q db.Querier) (h Head, err error) {
	err = q.QueryRow(ctx, `SELECT seq, mac FROM audit_row ORDER BY seq DESC LIMIT 1`).Scan(&h.Seq, &h.MAC)
	if db.IsNone(err) {
		return Head{}, nil
	}
	return h, err
}

func (m masker) texts(texts map[string]string) map[string]string {
	if len(texts) == 0 {
		return nil
	}
	out := maps.Clone(texts)
	for name, value := range out {
		out[name] = m.text(name, value)
	}
	return out
}

// unique sorts ids and drops empty and repeated ones.
func unique(ids []string) []string {
	out := slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return id == "" })
	slices.Sort(out)
	return slices.Compact(out)
}

// clip bounds a text that came from outside.
func clip(s string) string {
	const limit = 1000
	if len(s) <= limit {
		return s
	}
	return string([]rune(s[:limit])[:limit/4]) + " ..."
}
