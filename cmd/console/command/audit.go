package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"gatehouse/internal/audit"
	"gatehouse/internal/config"
	"gatehouse/internal/db"
)

type auditCommands struct {
	Verify auditVerifyCommand `cmd:"" help:"Check that no row of the trail was changed, removed or moved. Exit code: 0 whole, 1 broken, 2 unreadable."`
}

type auditVerifyCommand struct {
	Data        string `placeholder:"DIR" xor:"place" help:"Data folder of the console (or CONSOLE_DATA_DIR)."`
	DatabaseURL string `name:"database-url" placeholder:"URL" xor:"place" help:"PostgreSQL database of the console (or CONSOLE_DATABASE_URL); CONSOLE_SECRET_KEY_FILE names its key."`
	Head        string `placeholder:"SEQ:MAC" help:"A head from the console's log: finds an end that was cut off."`
}

// Run checks the trail.
func (c auditVerifyCommand) Run(p *Process) error {
	if c.Data == "" && c.DatabaseURL == "" {
		c.Data, c.DatabaseURL = p.Getenv("CONSOLE_DATA_DIR"), p.Getenv("CONSOLE_DATABASE_URL")
	}
	return auditVerify(p.ctx, c, p.Getenv("CONSOLE_SECRET_KEY_FILE"), p.Stdout)
}

// auditVerify writes one line on the trail to stdout. A broken trail is an exitError of
// code 1 without a further word; code 2 means that it cannot be read or not be checked whole.
func auditVerify(ctx context.Context, c auditVerifyCommand, keyFile string, stdout io.Writer) error {
	var expected *audit.Head
	if c.Head != "" {
		h, err := audit.ParseHead(c.Head)
		if err != nil {
			return usage("--head: %w", err)
		}
		expected = &h
	}
	address := c.DatabaseURL
	if address == "" {
		if c.Data == "" {
			return usage("which trail? Give --data DIR or --database-url URL")
		}
		address = filepath.Join(c.Data, "console.db")
		if _, err := os.Stat(address); errors.Is(err, fs.ErrNotExist) { // opening it would make an empty one
			return usage("there is no console.db in %s: --data is the folder that the console was started with", c.Data)
		}
		if keyFile == "" {
			keyFile = filepath.Join(c.Data, "secret.key")
		}
	}
	if keyFile == "" {
		return usage("the trail is checked with the console's secret key: set CONSOLE_SECRET_KEY_FILE")
	}
	keys, err := config.ReadSecretKeys(keyFile)
	if err != nil {
		return usage("%w", err)
	}
	d, err := db.Open(ctx, db.Options{URL: address})
	if err != nil {
		return usage("the audit trail cannot be read: %w", err)
	}
	defer d.Close()
	report, err := audit.Verify(ctx, d, auditKeys(keys), expected)
	if err != nil {
		return usage("%w", err)
	}
	if _, err := fmt.Fprintln(stdout, "audit trail "+report.String()); err != nil {
		return err
	}
	switch {
	case report.BadRow != 0:
		return &exitError{code: exitFailed}
	case report.Unchecked != 0:
		return &exitError{code: exitUsage}
	}
	return nil
}

// auditKeys are the keys of the trail, of which the secret keys are the source.
func auditKeys(keys config.SecretKeys) [][]byte {
	out := make([][]byte, len(keys))
	for i, k := range keys {
		out[i] = config.Derive(k, "audit")
	}
	return out
}
