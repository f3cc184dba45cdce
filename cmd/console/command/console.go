package command

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	"github.com/go-jose/go-jose/v4"

	"gatehouse/internal/audit"
	"gatehouse/internal/auth"
	"gatehouse/internal/config"
	"gatehouse/internal/db"
	"gatehouse/internal/handlers"
	"gatehouse/internal/okta"
)

// consoleSettings is what a console needs, wherever its org is.
type consoleSettings struct {
	OrgURL, OrgName, BaseURL string
	// Outbox is that of an embedded org; "" for an org elsewhere.
	Outbox                 string
	ClientID, ClientSecret string
	PrivateKey             *jose.JSONWebKey
	Keys                   config.SecretKeys
	DatabaseURL            string
	Idle, Life             time.Duration
	Proxies                []netip.Prefix
}

// runningConsole is a console ready to be served.
type runningConsole struct {
	handler http.Handler
	stop    []func() error
}

// startConsole opens the console's store and puts its parts together. The way out to
// the org is one client: permission first, then the audit trail, stand in front of it.
func startConsole(ctx context.Context, c consoleSettings, log *slog.Logger) (*runningConsole, error) {
	store, err := db.Open(ctx, db.Options{URL: c.DatabaseURL, Migrations: auth.Migrations(), Table: auth.VersionTable, Durable: true, ConnectFor: connectFor})
	if err != nil {
		return nil, usage("the console's database: %w", err)
	}
	running := &runningConsole{stop: []func() error{store.Close}}
	if err := running.assemble(ctx, c, store, log); err != nil {
		return nil, errors.Join(err, running.close())
	}
	return running, nil
}

func (r *runningConsole) assemble(ctx context.Context, c consoleSettings, store *db.DB, log *slog.Logger) error {
	transport, err := okta.NewTransport(c.OrgURL, okta.TransportOptions{})
	if err != nil {
		return usage("%w", err)
	}
	trail, err := audit.New(ctx, store, audit.Options{Keys: auditKeys(c.Keys), Logger: log})
	if err != nil {
		return usage("the audit trail: %w", err)
	}
	r.stop = append(r.stop, func() error {
		ctx, cancel := context.WithTimeout(context.Background(), stopWithin)
		defer cancel()
		return trail.Close(ctx)
	})

	ip := config.ClientIP(c.Proxies)
	address := func(r *http.Request) string { return ip(r).String() }
	var client *okta.Client // set below: sign-in asks for roles through it
	signIn, err := auth.New(ctx, auth.Config{
		OrgURL: c.OrgURL, BaseURL: c.BaseURL, ClientID: c.ClientID, ClientSecret: c.ClientSecret, PrivateKey: c.PrivateKey,
		Keys: c.Keys, DB: store, HTTP: transport.Client(), Address: address, Idle: c.Idle, Life: c.Life, Log: log,
		OnEvent: keepEvents(trail, log),
		Roles: func(ctx context.Context, userID string) ([]auth.Role, error) {
			return auth.RolesOf(ctx, client, userID)
		},
		Probe: func(ctx context.Context, op *okta.Operation) error { return auth.Probe(ctx, client, op) },
	})
	if err != nil {
		return usage("%w", err)
	}
	client, err = okta.NewClient(c.OrgURL, signIn.Transport(transport), signIn.Guard(), trail.Guard())
	if err != nil {
		return fmt.Errorf("client of the org: %w", err)
	}
	stopSweep := signIn.StartSweep(ctx)
	r.stop = append(r.stop, func() error { stopSweep(); return nil })
	r.handler, err = handlers.New(handlers.Config{
		BaseURL: c.BaseURL, OrgURL: c.OrgURL, OrgName: c.OrgName, Outbox: c.Outbox, SignIn: signIn, Org: client, Budget: transport.Budget(),
		Trail: trail, Ready: store.Ping, Address: address, Log: log,
	})
	return err
}

// close ends background work and closes the store, last opened first.
func (r *runningConsole) close() error {
	var errs []error
	for i := len(r.stop) - 1; i >= 0; i-- {
		errs = append(errs, r.stop[i]())
	}
	return errors.Join(errs...)
}
