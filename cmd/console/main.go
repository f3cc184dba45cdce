// Command console is Gatehouse: a web admin console for Okta organisations, and an
// embedded org to run it on. See DESIGN.md.
package main

import (
	"context"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"gatehouse/cmd/console/command"
)

// version is set by the linker (-X main.version).
var version = "dev"

// The memory in use is small and what a request leaves behind large beside it: collecting
// less often costs memory that is bounded and saves a tenth of the time. GOGC and
// GOMEMLIMIT set otherwise.
const (
	gcPercent   = 300
	gcHeapLimit = 128 << 20
)

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(gcHeapLimit)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := command.Run(ctx, os.Args[1:], command.Process{Version: version, Getenv: os.Getenv, Stdout: os.Stdout, Stderr: os.Stderr})
	stop()
	os.Exit(command.ExitCode(err, os.Stderr))
}
