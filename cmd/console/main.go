// Command console is Gatehouse: a web admin console for Okta organisations, and an
// embedded org to run it on. See DESIGN.md.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"gatehouse/cmd/console/command"
)

// version is set by the linker (-X main.version).
var version = "dev"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := command.Run(ctx, os.Args[1:], command.Process{Version: version, Getenv: os.Getenv, Stdout: os.Stdout, Stderr: os.Stderr})
	stop()
	os.Exit(command.ExitCode(err, os.Stderr))
}
