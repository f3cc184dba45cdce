// Command console is Gatehouse: a web admin console for Okta organisations, and an
// embedded org to run it on. See DESIGN.md.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

// version is set by the linker (-X main.version).
var version = "dev"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr)
	stop()
	if err == nil {
		return
	}
	var exit *exitError
	if !errors.As(err, &exit) {
		exit = &exitError{code: exitFailed, err: err}
	}
	if exit.err != nil {
		fmt.Fprintln(os.Stderr, "console: "+exit.err.Error())
	}
	os.Exit(exit.code)
}

// Exit codes (contracts.md section 1).
const (
	exitFailed = 1
	exitUsage  = 2
)

// exitError is an error with the code the process ends with. A nil err ends it without a word.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit %d", e.code)
	}
	return e.err.Error()
}

func (e *exitError) Unwrap() error { return e.err }

// usage is a wrong flag or setting: exit code 2 and one line that names it and the mend.
func usage(format string, a ...any) error {
	return &exitError{code: exitUsage, err: fmt.Errorf(format, a...)}
}

// process is what a subcommand gets from outside.
type process struct {
	ctx            context.Context
	getenv         func(string) string
	stdout, stderr io.Writer
}

// commands is the command line.
type commands struct {
	Demo    demoCommand    `cmd:"" help:"Run the console on an embedded org: nothing else is needed."`
	Org     orgCommand     `cmd:"" help:"Run the embedded org alone, for SDKs, Terraform and CI."`
	Serve   serveCommand   `cmd:"" help:"Run the console on an org elsewhere."`
	Audit   auditCommands  `cmd:"" help:"The audit trail."`
	Health  healthCommand  `cmd:"" help:"Ask a running server whether it is ready."`
	Version versionCommand `cmd:"" help:"Print the version."`
	Help    helpCommand    `cmd:"" help:"Print this help."`
}

// run is the whole program: it parses args, runs a subcommand and returns when that
// ends or ctx is done. Tests and browser journeys call it too.
func run(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) error {
	var c commands
	helped := false
	parser, err := kong.New(&c,
		kong.Name("console"),
		kong.Description("Gatehouse: a web admin console for Okta organisations, with an org of its own."),
		kong.Writers(stdout, stderr),
		kong.Exit(func(int) { helped = true }),
		kong.UsageOnError(),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
	)
	if err != nil {
		return err
	}
	if len(args) == 0 || len(args) == 1 && args[0] == "help" {
		args = []string{"--help"}
	}
	k, err := parser.Parse(args)
	if helped {
		return nil
	}
	if err != nil {
		return usage("%w. Try: console help", err)
	}
	return k.Run(&process{ctx: ctx, getenv: getenv, stdout: stdout, stderr: stderr})
}

type versionCommand struct{}

// Run prints the version.
func (versionCommand) Run(p *process) error {
	_, err := fmt.Fprintln(p.stdout, version)
	return err
}

type helpCommand struct {
	Command []string `arg:"" optional:"" help:"The command to explain."`
}

// Run prints the help of a command.
func (h helpCommand) Run(p *process) error {
	return run(p.ctx, append(h.Command, "--help"), p.getenv, p.stdout, p.stderr)
}
