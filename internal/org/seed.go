package org

import (
	"context"
	"encoding/base32"
	"errors"
	"fmt"
	"strings"

	"gatehouse/internal/db"
)

// SeedOptions say what an empty store is filled with.
type SeedOptions struct {
	// Company fills the store with the seed company; without it the org is fresh: one
	// super admin, the group Everyone and the default type.
	Company bool
	// People is how many people the company has, the sign-ins included. 0 means 1,200.
	People int
	// Password is that of every seeded sign-in.
	Password string
	// APIToken acts as the seeded super admin.
	APIToken string
}

// companyPeople is the size of the seed company.
const companyPeople = 1200

// SeededSignIn is a seeded person with a password.
type SeededSignIn struct {
	// Role names what the sign-in is for: a standard role type, or "END_USER".
	Role   string
	Login  string
	UserID string
	// TOTPSecret is base 32, for the person who has TOTP enrolled.
	TOTPSecret string
	// Groups and Apps are what the role is narrowed to.
	Groups, Apps []string
}

// seedAccount is a sign-in of the seed before it has an id.
type seedAccount struct {
	name, role, group, app string
	totp                   bool
}

// seedAccounts are the sign-ins of the company (contracts.md section 4).
var seedAccounts = []seedAccount{
	{name: "super-admin", role: "SUPER_ADMIN"},
	{name: "org-admin", role: "ORG_ADMIN"},
	{name: "user-admin", role: "USER_ADMIN"},
	{name: "app-admin", role: "APP_ADMIN"},
	{name: "read-only-admin", role: "READ_ONLY_ADMIN"},
	{name: "mobile-admin", role: "MOBILE_ADMIN"},
	{name: "help-desk-admin", role: "HELP_DESK_ADMIN"},
	{name: "api-access-management-admin", role: "API_ACCESS_MANAGEMENT_ADMIN"},
	{name: "report-admin", role: "REPORT_ADMIN"},
	{name: "group-membership-admin", role: "GROUP_MEMBERSHIP_ADMIN"},
	{name: "help-desk-support", role: "HELP_DESK_ADMIN", group: "Support"},
	{name: "user-admin-support", role: "USER_ADMIN", group: "Support"},
	{name: "group-admin-support", role: "GROUP_MEMBERSHIP_ADMIN", group: "Support"},
	{name: "app-admin-crm", role: "APP_ADMIN", app: "CRM"},
	{name: "super-admin-totp", role: "SUPER_ADMIN", totp: true},
	{name: "end-user", role: "END_USER"},
}

// ErrSeedInterrupted says that a store holds part of a seed.
var ErrSeedInterrupted = errors.New("seeding this store was interrupted")

// Seed fills an empty store and returns its sign-ins; a store that holds a seed
// already is left as it is. The password returned is the one the sign-ins have.
func (o *Org) Seed(ctx context.Context, so SeedOptions) (signIns []SeededSignIn, password string, err error) {
	accounts := seedAccounts
	if !so.Company {
		accounts = seedAccounts[:1]
	}
	var kept string
	s := o.reads(ctx)
	err = s.q.QueryRow(ctx, `SELECT value FROM meta WHERE name = 'seed'`).Scan(&kept)
	switch {
	case err == nil:
		err := o.update(o.seedRequest(ctx), func(tx *Tx) error {
			if err := errors.Join(ensurePolicies(tx), ensureAuthServers(tx)); err != nil { // a store of before there were any
				return err
			}
			if err := ensureZones(tx); err != nil {
				return err
			}
			return tx.putStartToken(so.APIToken)
		})
		if err != nil {
			return nil, "", fmt.Errorf("keep the policies, the zones and the API token: %w", err)
		}
		return o.keptSeed(ctx, kept)
	case !db.IsNone(err):
		return nil, "", err
	}
	people, err := s.ids(`SELECT id FROM document WHERE kind = $1 ORDER BY id LIMIT 1`, users.kind)
	if err != nil {
		return nil, "", err
	}
	if len(people) > 0 {
		return nil, "", fmt.Errorf("%w: remove it and start again", ErrSeedInterrupted)
	}
	if err := o.fill(ctx, so, accounts); err != nil {
		return nil, "", fmt.Errorf("seed: %w", err)
	}
	return o.signIns(accounts), so.Password, nil
}

// fill writes the seed. The row that says so is written last, so that an interrupted seed is noticed.
func (o *Org) fill(ctx context.Context, so SeedOptions, accounts []seedAccount) error {
	r := o.seedRequest(ctx)
	err := o.update(r, func(tx *Tx) error {
		if err := ensureDefaults(tx); err != nil {
			return err
		}
		if so.Company {
			return seedStructure(tx)
		}
		return nil
	})
	if err != nil {
		return err
	}
	n := 0
	if so.Company {
		if n = so.People; n == 0 {
			n = companyPeople
		}
		n = max(n-len(accounts), 0)
		if err := o.seedCompany(ctx, n); err != nil {
			return err
		}
		if err := o.update(r, seedGroupRules); err != nil {
			return err
		}
	}
	if err := o.seedAccounts(r, accounts, so); err != nil {
		return err
	}
	return o.update(r, func(tx *Tx) error {
		name := "none"
		if so.Company {
			name = "company"
			if err := seedApps(tx, seedPeople{&o.ids, o.now()}, n); err != nil {
				return err
			}
		}
		_, err := tx.q.Exec(ctx, `INSERT INTO meta (name, value) VALUES ('seed', $1), ('seed-password', $2)`,
			name, o.sealer.seal("seed-password", so.Password))
		return err
	})
}

// seedRequest is the request in whose name the seed is written.
func (o *Org) seedRequest(ctx context.Context) *Request {
	return &Request{ctx: ctx, Now: second(o.now()), ID: o.ids.random(22), URI: "/"}
}

// keptSeed returns the sign-ins of a store that was filled earlier.
func (o *Org) keptSeed(ctx context.Context, name string) ([]SeededSignIn, string, error) {
	var sealed string
	err := o.db.Reader().QueryRow(ctx, `SELECT value FROM meta WHERE name = 'seed-password'`).Scan(&sealed)
	if err != nil {
		return nil, "", err
	}
	password, err := o.sealer.open("seed-password", sealed)
	if err != nil {
		return nil, "", err
	}
	accounts := seedAccounts
	if name == "none" {
		accounts = seedAccounts[:1]
	}
	return o.signIns(accounts), password, nil
}

func (o *Org) signIns(accounts []seedAccount) []SeededSignIn {
	var out []SeededSignIn
	for _, a := range accounts {
		in := SeededSignIn{Role: a.role, Login: a.login(), UserID: a.id(o), Groups: []string{}, Apps: []string{}}
		if a.group != "" {
			in.Groups = []string{a.group}
		}
		if a.app != "" {
			in.Apps = []string{a.app}
		}
		if a.totp {
			in.TOTPSecret = a.totpSecret(o)
		}
		out = append(out, in)
	}
	return out
}

func (a seedAccount) login() string { return a.name + "@" + seedDomain }

func (a seedAccount) id(o *Org) string { return o.ids.fixedID(users.prefix, a.login()) }

// totpSecret is the same at every start, so that an authenticator app that was enrolled once keeps working.
func (a seedAccount) totpSecret(o *Org) string {
	seed := o.ids.fixedID("sec", a.login()) + o.ids.fixedID("ret", a.login())
	return strings.TrimRight(base32.StdEncoding.EncodeToString([]byte(seed[:20])), "=")
}

// profile is the profile of a seeded sign-in.
func (a seedAccount) profile() seedProfile {
	words := strings.Split(a.name, "-")
	for i, w := range words {
		words[i] = strings.ToUpper(w[:1]) + w[1:]
		if w == "api" || w == "crm" || w == "totp" {
			words[i] = strings.ToUpper(w)
		}
	}
	last := len(words) - 1
	p := seedProfile{FirstName: strings.Join(words[:last], " "), LastName: words[last], Login: a.login(), Email: a.login(), Department: "IT", Title: "Administrator"}
	if a.role == "END_USER" {
		p.Department, p.Title = "Sales", "Account executive"
	}
	return p
}

// seedAccounts writes the people who can sign in, with their roles, and the API token.
func (o *Org) seedAccounts(r *Request, accounts []seedAccount, so SeedOptions) error {
	hash := o.passwords.hash(so.Password) // once: one password for all
	err := o.update(r, func(tx *Tx) error {
		for _, a := range accounts {
			if err := o.seedAccount(tx, a, hash); err != nil {
				return fmt.Errorf("%s: %w", a.name, err)
			}
		}
		tx.changed = true
		return tx.putStartToken(so.APIToken)
	})
	if err != nil {
		return err
	}
	for _, a := range accounts {
		if a.totp {
			if err := o.EnrolTOTP(r.ctx, a.id(o), a.totpSecret(o)); err != nil {
				return err
			}
		}
	}
	return nil
}

// putStartToken makes token the API token of the seeded super admin, in place of the one of an earlier start.
func (tx *Tx) putStartToken(token string) error {
	held, err := tx.found(`SELECT id FROM api_token WHERE hash = $1`, hashSecret(token))
	if err != nil || held {
		return err
	}
	id := tx.org.ids.fixedID("00T", "start-up")
	if _, err := tx.q.Exec(tx.ctx, `DELETE FROM api_token WHERE id = $1`, id); err != nil {
		return err
	}
	tx.changed = true
	_, err = tx.q.Exec(tx.ctx, `INSERT INTO api_token (hash, id, name, user_id, created) VALUES ($1, $2, $3, $4, $5)`,
		hashSecret(token), id, "Start-up token", seedAccounts[0].id(tx.org), tx.now.UnixMilli())
	return err
}

func (o *Org) seedAccount(tx *Tx, a seedAccount, hash string) error {
	id := a.id(o)
	profile, err := encodeDocument(a.profile())
	if err != nil {
		return err
	}
	doc, err := newUserDocument(newUser{id: id, typeID: o.defaultType(), realmID: o.realm(), status: active, profile: profile, password: true, created: tx.now.AddDate(-1, -2, 0)})
	if err != nil {
		return err
	}
	if err := tx.put(users, id, doc); err != nil {
		return err
	}
	if err := joinEveryone(tx, id); err != nil {
		return err
	}
	if err := tx.storePassword(id, hash); err != nil {
		return err
	}
	if a.role == "END_USER" {
		return nil
	}
	role := o.roleID(id, a.role)
	if _, err := tx.q.Exec(tx.ctx, `INSERT INTO role_assignment (owner, id, type, via, created) VALUES ($1, $2, $3, 'USER', $4)`, id, role, a.role, tx.now.UnixMilli()); err != nil {
		return err
	}
	for kind, target := range map[string]string{"group": seedTarget(o, groups.prefix, a.group), "app": seedTarget(o, "0oa", a.app)} {
		if target == "" {
			continue
		}
		if _, err := tx.q.Exec(tx.ctx, `INSERT INTO role_target (owner, role, kind, target) VALUES ($1, $2, $3, $4)`, id, role, kind, target); err != nil {
			return err
		}
		if err := tx.reachTarget(assignment{owner: id, id: role}, target); err != nil {
			return err
		}
	}
	return nil
}

func seedTarget(o *Org, prefix, name string) string {
	if name == "" {
		return ""
	}
	return o.ids.fixedID(prefix, name)
}
