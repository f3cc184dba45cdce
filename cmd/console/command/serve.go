package command

import (
	"errors"
	"net/http"
	"path/filepath"

	"gatehouse/internal/config"
)

// serveCommand runs the console on an org elsewhere.
type serveCommand struct {
	config.Flags
	Config      string `placeholder:"FILE" help:"File of NAME=value lines, below flags and environment."`
	MetricsAddr string `name:"metrics-addr" placeholder:"HOST:PORT" help:"Address for /metrics; off when empty."`
}

// Run serves the console until the context ends.
func (c serveCommand) Run(p *Process) (err error) {
	log := p.log()
	s, err := config.Load(c.Flags, c.Config, p.Getenv)
	if err != nil {
		return usage("%w", err)
	}
	l, err := listen(s.Addr, s.TLSCert, s.TLSKey, s.AllowRemoteHTTP)
	if err != nil {
		return err
	}
	defer l.Close()
	if s.BaseURL == "" {
		s.BaseURL = l.url()
	}
	database := s.DatabaseURL
	if s.DataDir != "" {
		data, err := openData(s.DataDir)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, data.close()) }()
		if database == "" {
			database = filepath.Join(s.DataDir, "console.db")
		}
		if len(s.Keys) == 0 {
			s.Keys = data.keys
		}
	}
	servers, err := serveMetrics(c.MetricsAddr, log, newFigures())
	if err != nil {
		return err
	}
	settings := consoleSettings{
		OrgURL: s.OrgURL, BaseURL: s.BaseURL, ClientID: s.ClientID, ClientSecret: s.ClientSecret, PrivateKey: s.PrivateKey,
		Keys: s.Keys, DatabaseURL: database, Idle: s.Idle, Life: s.Life, Proxies: s.TrustedProxies,
	}
	console, pages, err := serveLate(p.ctx, l, log,
		func() (*runningConsole, error) { return startConsole(p.ctx, settings, log) },
		func(r *runningConsole) http.Handler { return r.handler })
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, console.close()) }()
	servers = append(servers, pages)
	if err := (report{Console: s.BaseURL, Org: s.OrgURL}).write(p.Stdout, false); err != nil {
		return err
	}
	return wait(p.ctx, servers...)
}
