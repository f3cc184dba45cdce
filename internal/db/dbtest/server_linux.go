package dbtest

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// startLimit bounds how long a server may take until it answers.
const startLimit = 60 * time.Second

// settings are those of a database that nobody will miss after a crash.
var settings = []string{
	"listen_addresses=", "fsync=off", "synchronous_commit=off", "full_page_writes=off",
	"max_connections=200", "shared_buffers=64MB", "log_min_messages=fatal", "autovacuum=off",
}

// start makes a cluster in a temporary folder and runs a server on it, which listens
// on a unix socket in that folder only.
func start() (server, error) {
	programs, err := programs()
	if err != nil {
		return server{}, err
	}
	attributes, owner, err := runAs()
	if err != nil {
		return server{}, err
	}
	dir, err := os.MkdirTemp("", "gatehouse-pg-")
	if err != nil {
		return server{}, err
	}
	remove := func() { os.RemoveAll(dir) }
	if err := os.Chown(dir, owner, -1); err != nil {
		remove()
		return server{}, err
	}
	data := filepath.Join(dir, "data")
	initdb := exec.Command(filepath.Join(programs, "initdb"), "-D", data, "-U", "postgres", "-A", "trust",
		"-E", "UTF8", "--locale=C", "--lc-ctype=C.UTF-8", "--no-sync")
	initdb.SysProcAttr, initdb.Dir = attributes, dir
	if out, err := initdb.CombinedOutput(); err != nil {
		remove()
		return server{}, fmt.Errorf("initdb: %w: %s", err, out)
	}
	args := []string{"-D", data, "-k", dir}
	for _, s := range settings {
		args = append(args, "-c", s)
	}
	run := exec.Command(filepath.Join(programs, "postgres"), args...)
	run.SysProcAttr, run.Dir = attributes, dir
	ended, err := runUntilWeEnd(run)
	if err != nil {
		remove()
		return server{}, err
	}
	s := server{
		url: (&url.URL{Scheme: "postgres", Path: "/postgres", RawQuery: url.Values{"host": {dir}, "user": {"postgres"}}.Encode()}).String(),
		stop: func() {
			run.Process.Signal(syscall.SIGINT) // "fast shutdown" in PostgreSQL's words: it does not wait for clients
			<-ended
			remove()
		},
	}
	if err := answers(s.url, ended); err != nil {
		s.stop()
		return server{}, err
	}
	return s, nil
}

// programs is the folder of the newest installed server (Debian's layout, then PATH).
func programs() (string, error) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
	if err != nil {
		return "", err
	}
	if len(found) > 0 {
		newest := slices.MaxFunc(found, func(a, b string) int { return version(a) - version(b) })
		return filepath.Dir(newest), nil
	}
	p, err := exec.LookPath("postgres")
	if err != nil {
		return "", notInstalled("no PostgreSQL server is installed")
	}
	return filepath.Dir(p), nil
}

func version(program string) int {
	n, err := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(program))))
	if err != nil {
		return 0
	}
	return n
}

// runAs says as whom the server runs: it refuses to run as root, so root hands it to the user postgres.
// The signal ends it with the thread that started it, should this process be killed.
func runAs() (*syscall.SysProcAttr, int, error) {
	a := &syscall.SysProcAttr{Pdeathsig: syscall.SIGQUIT}
	if os.Geteuid() != 0 {
		return a, os.Geteuid(), nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return nil, 0, notInstalled("root cannot run PostgreSQL and there is no user postgres")
	}
	uid, uerr := strconv.Atoi(u.Uid)
	gid, gerr := strconv.Atoi(u.Gid)
	a.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	return a, uid, errors.Join(uerr, gerr)
}

// runUntilWeEnd starts c on a thread that is kept until c ends, because Pdeathsig
// follows the thread. The channel is closed when c has ended.
func runUntilWeEnd(c *exec.Cmd) (ended <-chan struct{}, err error) {
	started, done := make(chan error, 1), make(chan struct{})
	go func() {
		runtime.LockOSThread()
		defer close(done)
		err := c.Start()
		started <- err
		if err == nil {
			c.Wait() //nolint:errcheck // how it ended matters to nobody: answers() reports a server that dies early
		}
	}()
	return done, <-started
}

// answers waits until the server accepts connections.
func answers(address string, ended <-chan struct{}) error {
	ctx, cancel := context.WithTimeout(context.Background(), startLimit)
	defer cancel()
	for {
		c, err := pgx.Connect(ctx, address)
		if err == nil {
			return c.Close(ctx)
		}
		select {
		case <-ended:
			return errors.New("the server ended at once")
		case <-ctx.Done():
			return fmt.Errorf("no answer within %s: %w", startLimit, err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}
