package command

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"gatehouse/internal/config"
	"gatehouse/internal/db"
	"gatehouse/internal/org"
	"gatehouse/internal/org/oidc"
)

type orgCommand struct {
	Addr            string   `default:"127.0.0.1:8081" help:"Address to listen on; port 0 takes a free one."`
	BaseURL         string   `name:"base-url" help:"Where clients reach the org; from the address when empty."`
	Data            string   `help:"Folder for the database and keys; a temporary one when empty." xor:"store"`
	DatabaseURL     string   `name:"database-url" help:"A postgres:// address instead of a folder." xor:"store"`
	Seed            string   `default:"company" help:"company, none, or a number of people."`
	Password        string   `help:"One password for the seeded sign-ins; random when empty."`
	APIToken        string   `name:"api-token" help:"An API token that acts as the seeded super admin; random when empty."`
	Client          []string `sep:"none" placeholder:"ID,SECRET,REDIRECT_URI" help:"An OAuth client to register; may be repeated."`
	RateLimit       string   `name:"rate-limit" default:"off" enum:"off,on" help:"Whether requests beyond the limits get 429."`
	TrustedProxies  string   `name:"trusted-proxies" placeholder:"CIDR,..." help:"Networks whose X-Forwarded-For is believed."`
	TLSCert         string   `name:"tls-cert" help:"Certificate file."`
	TLSKey          string   `name:"tls-key" help:"Key file."`
	AllowRemoteHTTP bool     `name:"allow-remote-http" help:"Listen beyond this machine without TLS."`
	MetricsAddr     string   `name:"metrics-addr" help:"Address for /metrics; off when empty."`
	JSON            bool     `help:"Print the start-up report as one line of JSON."`
}

// Run serves the embedded org until the context ends.
func (c orgCommand) Run(p *Process) (err error) {
	log := p.log()
	clients, err := parseClients(c.Client)
	if err != nil {
		return err
	}
	l, err := listen(c.Addr, c.TLSCert, c.TLSKey, c.AllowRemoteHTTP)
	if err != nil {
		return err
	}
	defer l.Close()
	data, err := c.openData()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, data.close()) }()
	figures := newFigures()
	servers, err := serveMetrics(c.MetricsAddr, log, figures)
	if err != nil {
		return err
	}
	o, api, err := serveLate(p.ctx, l, log,
		func() (*runningOrg, error) { return c.start(p.ctx, l, data, log, clients) },
		func(r *runningOrg) http.Handler { return r.handler })
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, o.close()) }()
	servers = append(servers, api)
	figures.MustRegister(countQueries(o.db))
	if err := o.report.write(p.Stdout, c.JSON); err != nil {
		return err
	}
	return wait(p.ctx, servers...)
}

func (c orgCommand) openData() (*dataFolder, error) {
	if c.DatabaseURL != "" {
		return &dataFolder{}, nil
	}
	return openData(c.Data)
}

// runningOrg is an open org, ready to be served.
type runningOrg struct {
	org     *org.Org
	handler http.Handler
	report  report
	db      *db.DB
}

// start opens the store, seeds it when it is empty and registers the clients.
func (c orgCommand) start(ctx context.Context, l *listener, data *dataFolder, log *slog.Logger, clients []org.OAuthClient) (*runningOrg, error) {
	proxies, err := config.ParseNetworks(c.TrustedProxies)
	if err != nil {
		return nil, usage("--trusted-proxies: %w", err)
	}
	seed, err := c.seed(data)
	if err != nil {
		return nil, err
	}
	url := c.DatabaseURL
	if url == "" {
		url = data.file("org.db")
	}
	options := org.DatabaseOptions(url)
	options.ConnectFor = connectFor
	store, err := db.Open(ctx, options)
	if err != nil {
		return nil, usage("the org's database: %w", err)
	}
	running, err := c.open(ctx, store, l, data, log, seed, clients, proxies)
	if err != nil {
		return nil, errors.Join(err, store.Close())
	}
	return running, nil
}

func (c orgCommand) open(ctx context.Context, store *db.DB, l *listener, data *dataFolder, log *slog.Logger, seed org.SeedOptions, clients []org.OAuthClient, proxies []netip.Prefix) (*runningOrg, error) {
	base := c.BaseURL
	if base == "" {
		base = l.url()
	}
	settings := org.Config{DB: store, BaseURL: base, Log: log, ClientChain: config.ClientChain(proxies), RateLimit: c.RateLimit == "on"}
	if len(data.keys) > 0 {
		settings.SealKey = config.Derive(data.keys[0], "org")
	}
	if len(data.keys) > 1 {
		settings.OldSealKey = config.Derive(data.keys[1], "org")
	}
	o, err := org.New(ctx, settings)
	if err != nil {
		return nil, usage("the org cannot start: %w", err)
	}
	provider := oidc.New(o, oidc.Config{Log: log, OpenOutbox: ofThisMachine(l, base, proxies)})
	running, err := c.fill(ctx, o, provider, base, seed, clients)
	if err != nil {
		stop, cancel := context.WithTimeout(context.Background(), stopWithin)
		defer cancel()
		return nil, errors.Join(err, o.Close(stop))
	}
	running.db = store
	return running, nil
}

// ofThisMachine tells whether only programs of this machine reach an org: it listens on
// loopback, has an address there, and no proxy stands in front of it.
func ofThisMachine(l *listener, base string, proxies []netip.Prefix) bool {
	u, err := url.Parse(base)
	bound, _, splitErr := net.SplitHostPort(l.Addr().String())
	return err == nil && splitErr == nil && len(proxies) == 0 && config.Loopback(bound) && config.Loopback(u.Hostname())
}

// fill seeds the org, registers its clients and makes its handler and report.
func (c orgCommand) fill(ctx context.Context, o *org.Org, provider *oidc.Provider, base string, seed org.SeedOptions, clients []org.OAuthClient) (*runningOrg, error) {
	signIns, password, err := o.Seed(ctx, seed)
	if err != nil {
		return nil, err
	}
	demo, err := seedClients(ctx, o, seed.Company, clients)
	if err != nil {
		return nil, err
	}
	r := report{Org: base, Outbox: base + "/outbox", APIToken: seed.APIToken, Clients: demo}
	if len(clients) > 0 {
		r.Client = &reportClient{ID: clients[0].ID, Secret: clients[0].Secret, RedirectURI: clients[0].RedirectURIs[0]}
	}
	for _, s := range signIns {
		r.SignIns = append(r.SignIns, reportSignIn{s.Role, s.Login, password, s.UserID, s.TOTPSecret, s.Groups, s.Apps})
	}
	return &runningOrg{org: o, handler: orgHandler(o, provider), report: r}, nil
}

// seed reads --seed, --password and --api-token. What is not given is derived from
// the folder's secret key: random for each folder, the same at each start.
func (c orgCommand) seed(data *dataFolder) (org.SeedOptions, error) {
	s := org.SeedOptions{Company: true, Password: c.Password, APIToken: c.APIToken}
	switch c.Seed {
	case "company":
	case "none":
		s.Company = false
	default:
		n, err := strconv.Atoi(c.Seed)
		if err != nil || n < 1 || n > 1_000_000 {
			return s, usage("--seed is company, none, or a number of people from 1 to 1,000,000, not %q", c.Seed)
		}
		s.People = n
	}
	if c.Password != "" && len(c.Password) < 8 {
		return s, usage("--password needs at least 8 characters")
	}
	if s.Password == "" {
		s.Password = data.secret("seed password", 12) + "-Aa1"
	}
	if s.APIToken == "" {
		s.APIToken = "00" + data.secret("api token", 40)
	}
	return s, nil
}

// close ends background work and closes the store.
func (o *runningOrg) close() error {
	ctx, cancel := context.WithTimeout(context.Background(), stopWithin)
	defer cancel()
	return errors.Join(o.org.Close(ctx), o.db.Close())
}

// parseClients reads ID,SECRET,REDIRECT_URI. The client's signed-out page stands beside its redirect URI.
func parseClients(list []string) ([]org.OAuthClient, error) {
	var out []org.OAuthClient
	for _, s := range list {
		parts := strings.SplitN(s, ",", 3)
		if len(parts) != 3 || parts[0] == "" || parts[2] == "" {
			return nil, usage("--client needs ID,SECRET,REDIRECT_URI")
		}
		out = append(out, consoleClient(parts[0], parts[1], parts[2]))
	}
	return out, nil
}
