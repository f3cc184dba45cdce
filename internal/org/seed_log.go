package org

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"net/netip"
	"time"

	"gatehouse/internal/db"
)

// seedLogDays and seedLogEvents bound the System Log of the seed company.
const (
	seedLogDays   = 30
	seedLogEvents = 1500
)

// seedSignIn is one sign-in of the month before the seed.
type seedSignIn struct {
	person int
	at     time.Time
	failed bool
}

// seedSignIns are sign-ins of a month among n people, oldest first, some within the
// last hour. One in twenty fails, as wrong passwords do.
func seedSignIns(n int, now time.Time) []seedSignIn {
	if n == 0 {
		return nil
	}
	r := rand.New(rand.NewPCG(0x10c, 1))
	list := make([]seedSignIn, min(seedLogEvents, 4*n))
	start := now.Add(-seedLogDays * 24 * time.Hour)
	step := seedLogDays * 24 * time.Hour / time.Duration(len(list))
	for i := range list {
		at := start.Add(time.Duration(i)*step + time.Duration(r.Int64N(int64(step))))
		if i >= len(list)-8 {
			at = now.Add(-time.Duration(len(list)-i) * 7 * time.Minute) // the last hour is never empty
		}
		list[i] = seedSignIn{r.IntN(n), at, i%20 == 7 || i == len(list)-2}
	}
	return list
}

// seedLog writes the sign-ins into the System Log.
func (o *Org) seedLog(ctx context.Context, people seedPeople, signIns []seedSignIn) error {
	r := rand.New(rand.NewPCG(0x10c, 2))
	return o.db.Update(ctx, func(q db.Querier) error {
		for _, in := range signIns {
			p := people.person(in.person)
			if p.lastLogin.IsZero() {
				continue // nobody signs in before they are activated
			}
			if err := o.seedEvent(store{ctx, q}, p, in.at, in.failed, r); err != nil {
				return err
			}
		}
		return nil
	})
}

func (o *Org) seedEvent(s store, p seedPerson, at time.Time, failed bool, r *rand.Rand) error {
	tx := &Tx{store: s, org: o, req: &Request{
		ctx: s.ctx, ID: o.ids.random(22), URI: "/api/v1/authn",
		Client: Client{IP: netip.AddrFrom4([4]byte{203, 0, 113, byte(r.IntN(250) + 1)}), UserAgent: seedAgents[r.IntN(len(seedAgents))]},
	}}
	person := Target{ID: p.id, Type: "User", AlternateID: p.profile.Login, DisplayName: p.profile.DisplayName}
	e := Event{Type: "user.session.start", Message: "User login to Okta", Actor: &person, Targets: []Target{person}, Session: "102" + o.ids.random(22)}
	if failed {
		e.Result, e.Reason, e.Severity = "FAILURE", "INVALID_CREDENTIALS", "WARN"
	}
	entry := tx.entry(e)
	entry.Published = stamp(at)
	body, err := json.Marshal(entry)
	if err != nil {
		return err
	}
	return tx.insertEvent(at, body, entry)
}

// seedAgents are the browsers that the company signs in with.
var seedAgents = []string{
	"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
	"Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15",
	"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
	"Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
}
