package command

import (
	"errors"

	"gatehouse/internal/org"
)

type demoCommand struct {
	Addr     string `default:"127.0.0.1:8080" help:"Address of the console; port 0 takes a free one."`
	OrgAddr  string `name:"org-addr" default:"127.0.0.1:8081" help:"Address of the embedded org."`
	Data     string `help:"Folder for the databases and keys; a temporary one when empty."`
	Seed     string `default:"company" help:"company, none, or a number of people."`
	Password string `help:"One password for the seeded sign-ins; random when empty."`
	JSON     bool   `help:"Print the start-up report as one line of JSON."`
}

// demoClientID is the console's client at its embedded org.
const demoClientID = "gatehouse-console"

// Run serves an embedded org and a console on it, which reaches the org over HTTP as
// it would reach any other.
func (c demoCommand) Run(p *Process) (err error) {
	log := p.log()
	consoleListener, err := listen(c.Addr, "", "", false)
	if err != nil {
		return err
	}
	defer consoleListener.Close()
	orgListener, err := listen(c.OrgAddr, "", "", false)
	if err != nil {
		return err
	}
	defer orgListener.Close()
	data, err := openData(c.Data)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, data.close()) }()

	client := demoConsole(data.secret("console client", 40), consoleListener.url()+"/callback")
	embedded := orgCommand{Seed: c.Seed, Password: c.Password}
	o, err := embedded.start(p.ctx, orgListener, data, log.With("part", "org"), []org.OAuthClient{client})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, o.close()) }()
	orgServer := serveOn(orgListener, o.handler, log)

	console, err := startConsole(p.ctx, consoleSettings{
		OrgURL: orgListener.url(), OrgName: "demo org", Outbox: o.report.Outbox, BaseURL: consoleListener.url(),
		ClientID: client.ID, ClientSecret: client.Secret,
		Keys: data.keys, DatabaseURL: data.file("console.db"),
	}, log.With("part", "console"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, console.close()) }()
	consoleServer := serveOn(consoleListener, console.handler, log)

	r := o.report
	r.Console = consoleListener.url()
	if err := r.write(p.Stdout, c.JSON); err != nil {
		return err
	}
	return wait(p.ctx, consoleServer, orgServer)
}
