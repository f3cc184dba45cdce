// Package command holds the subcommands of console, one file each, and puts the parts
// together: it alone sees both the org and the console's pages.
package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"

	"github.com/alecthomas/kong"
)

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

// ExitCode says on stderr why a run ended and returns its exit code: 0 for a nil error.
func ExitCode(err error, stderr io.Writer) int {
	if err == nil {
		return 0
	}
	var exit *exitError
	if !errors.As(err, &exit) {
		exit = &exitError{code: exitFailed, err: err}
	}
	if exit.err != nil {
		fmt.Fprintln(stderr, "console: "+exit.err.Error())
	}
	return exit.code
}

// Process is what a run gets from outside.
type Process struct {
	// Version is printed by the version command.
	Version        string
	Getenv         func(string) string
	Stdout, Stderr io.Writer

	ctx context.Context
}

// log writes to stderr: stdout carries the start-up report only.
func (p *Process) log() *slog.Logger { return slog.New(slog.NewTextHandler(p.Stderr, nil)) }

// commands is the command line.
type commands struct {
	Demo    demoCommand    `cmd:"" help:"Run the console on an embedded org: nothing else is needed."`
	Org     orgCommand     `cmd:"" help:"Run the embedded org alone, for SDKs, Terraform and CI."`
	Serve   serveCommand   `cmd:"" help:"Run the console on an org elsewhere."`
	Audit   auditCommands  `cmd:"" help:"The audit trail."`
	Health  healthCommand  `cmd:"" help:"Ask a running server whether it is ready."`
	Version versionCommand `cmd:"" help:"Print the version."`
	Help    helpCommand    `cmd:"" help:"Print this help, or that of a command."`
}

// Run is the whole program: it parses args, runs a subcommand and returns when that
// ends or ctx is done. main and the browser journeys call it.
func Run(ctx context.Context, args []string, p Process) error {
	p.ctx = ctx
	var c commands
	helped := false
	parser, err := kong.New(&c,
		kong.Name("console"),
		kong.Description("Gatehouse: a web admin console for Okta organisations, with an org of its own."),
		kong.Writers(p.Stdout, p.Stderr),
		kong.Exit(func(int) { helped = true }),
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
	err = k.Run(&p)
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		return nil // told to stop while starting
	}
	return err
}

type versionCommand struct{}

// Run prints the version.
func (versionCommand) Run(p *Process) error {
	_, err := fmt.Fprintln(p.Stdout, p.Version)
	return err
}

type helpCommand struct {
	Command []string `arg:"" optional:"" help:"The command to explain."`
}

// Run prints the help of a command.
func (h helpCommand) Run(p *Process) error { return Run(p.ctx, append(h.Command, "--help"), *p) }
