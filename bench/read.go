package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"
)

// The seeded sign-ins that a run uses.
const superAdmin = "super-admin@company.example"

// reads compares a person by id, and a page of 200, with the floor and the peer.
func (b *bench) reads() (err error) {
	b.report.how("A company of %d people in SQLite. `wrk -t1 -c16`, warm-up %s, then %s, the servers in turn, median of %d. The org answers an OAuth access token of a super admin: token, scope and role are checked on each request. 1,000 people by turns.",
		b.people, b.warmUp, b.run, b.rounds)
	org, err := b.org("small", b.people)
	if err != nil {
		return err
	}
	defer func() { stopAll(&err, org.process) }()
	_, held, err := b.tokensOf(org.Org, superAdmin, "openid okta.users.read")
	if err != nil {
		return err
	}
	if err := b.createOne(org.Org); err != nil { // the floor repeats the bytes of its event
		return err
	}
	floor, err := b.floorOn("small")
	if err != nil {
		return err
	}
	defer func() { stopAll(&err, floor) }()
	peer, err := b.peer()
	if err != nil {
		return err
	}
	defer func() { stopAll(&err, peer) }()
	ids, err := b.ids(org.Org, 1000)
	if err != nil {
		return err
	}
	peerIDs := make([]string, 1000)
	for i := range peerIDs {
		peerIDs[i] = fmt.Sprintf("00upeer%013d", i)
	}
	mine, err := b.writeLines("ids", ids)
	if err != nil {
		return err
	}
	theirs, err := b.writeLines("peer-ids", peerIDs)
	if err != nil {
		return err
	}
	f := &contestant{name: "floor", url: floor.first, kind: "get", ids: mine}
	o := &contestant{name: "org", url: org.Org, kind: "get", ids: mine, authorization: "Bearer " + held.Access}
	p := &contestant{name: "peer", url: peer.first, kind: "get", ids: theirs, authorization: "SSWS %s-%d"}
	if err := b.race(f, o, p); err != nil {
		return err
	}
	b.report.note("get a user: floor", number(f.rate())+"/s", size(f))
	b.report.note("get a user: peer", number(p.rate())+"/s", size(p))
	b.report.note("get a user: org", number(o.rate())+"/s", size(o))
	b.report.atLeast("get a user, org / floor", o.rate()/f.rate(), 0.5, "", "")
	b.report.atLeast("get a user, org / peer", o.rate()/p.rate(), 1.4, "", "")
	*f, *o = contestant{name: "floor", url: f.url, kind: "list"}, contestant{name: "org", url: o.url, kind: "list", authorization: o.authorization}
	if err := b.race(f, o); err != nil {
		return err
	}
	b.report.note("list 200 users: floor", number(f.rate())+"/s", size(f))
	b.report.note("list 200 users: org", number(o.rate())+"/s", size(o))
	b.report.atLeast("list 200 users, org / floor", o.rate()/f.rate(), 0.5, "", "")
	return nil
}

func size(c *contestant) string { return strconv.Itoa(c.size) + " bytes an answer" }

// ids lists the ids of n people.
func (b *bench) ids(org string, n int) ([]string, error) {
	c := b.client("SSWS " + apiToken)
	var out []string
	for to := org + "/api/v1/users?limit=200"; to != "" && len(out) < n; {
		r, err := c.get(to)
		if err != nil {
			return nil, err
		}
		var page []struct{ ID string }
		if err := json.Unmarshal(r.body, &page); err != nil {
			return nil, err
		}
		for _, p := range page {
			out = append(out, p.ID)
		}
		to = r.next()
	}
	return out[:min(n, len(out))], nil
}

// createOne creates a person.
func (b *bench) createOne(org string) error {
	login := fmt.Sprintf("made.%d@company.example", time.Now().UnixNano())
	_, err := b.client("SSWS "+apiToken).json(200, "POST", org+"/api/v1/users?activate=true",
		map[string]any{"profile": map[string]string{"firstName": "Made", "lastName": "Once", "email": login, "login": login}})
	return err
}

// peer installs the peer in the run's folder and starts it with as many people.
func (b *bench) peer() (*process, error) {
	dir := filepath.Join(b.dir, "peer")
	if err := os.CopyFS(dir, os.DirFS("bench/peer")); err != nil {
		return nil, err
	}
	install := exec.CommandContext(b.ctx, "npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts")
	install.Dir = dir
	if out, err := install.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("install the peer: %w: %s", err, out)
	}
	return b.start(dir, "node", "peer.js", strconv.Itoa(b.people))
}
