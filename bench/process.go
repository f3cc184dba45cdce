package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// startWithin bounds a start, the filling of a large company included.
const startWithin = 3 * time.Minute

// process is a server that the run started.
type process struct {
	cmd *exec.Cmd
	// first is the first line that it printed.
	first string
	ended chan error
	log   string
}

// start runs a server and waits for its first line on stdout.
func (b *bench) start(dir, name string, args ...string) (*process, error) {
	log, err := os.CreateTemp(b.dir, "log-")
	if err != nil {
		return nil, err
	}
	defer log.Close()
	cmd := exec.CommandContext(b.ctx, name, args...)
	cmd.Dir, cmd.Stderr = dir, log
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 15 * time.Second
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	p := &process{cmd: cmd, ended: make(chan error, 1), log: log.Name()}
	first := make(chan string, 1)
	go func() {
		lines := bufio.NewScanner(out)
		lines.Buffer(nil, 1<<20)
		if lines.Scan() {
			first <- lines.Text()
		}
		close(first)
		for lines.Scan() { // what else it prints is not kept
		}
		p.ended <- cmd.Wait()
	}()
	select {
	case line, ok := <-first:
		if p.first = line; ok {
			return p, nil
		}
		err = fmt.Errorf("%s ended: %w", filepath.Base(name), <-p.ended)
	case <-time.After(startWithin):
		err = fmt.Errorf("%s printed nothing within %s", filepath.Base(name), startWithin)
		err = errors.Join(err, p.stop())
	}
	said, _ := os.ReadFile(p.log)
	return nil, fmt.Errorf("%w: %s", err, said)
}

// stop ends a server and waits for it.
func (p *process) stop() error {
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	select {
	case <-p.ended:
		return nil
	case <-time.After(15 * time.Second):
		return p.cmd.Process.Kill()
	}
}

// memory reads one of the process's figures, such as VmRSS, in MB.
func (p *process) memory(name string) (float64, error) {
	file := fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid)
	words := strings.Fields(strings.TrimPrefix(fact(file, name), ":"))
	if len(words) == 0 {
		return 0, fmt.Errorf("%s has no %s", file, name)
	}
	kb, err := strconv.ParseFloat(words[0], 64)
	return kb / 1024, err
}

// started is the start-up report of the console.
type started struct {
	*process
	Console, Org, APIToken string
	SignIns                []struct{ Login, TOTPSecret string }
}

// The secrets of a run: its servers are on loopback and gone with it.
const (
	password = "Bench-pass-1"
	apiToken = "bench-token"
	// clientID and its secret are the client that gets tokens.
	clientID     = "bench-client"
	clientSecret = "bench-secret"
	redirectURI  = "http://127.0.0.1:9/callback"
)

// org starts an org with a company of so many people.
func (b *bench) org(data string, people int, more ...string) (*started, error) {
	return b.filled(data, append([]string{
		"org", "--addr", "127.0.0.1:0", "--seed", strconv.Itoa(people), "--password", password, "--api-token", apiToken,
		"--client", clientID + "," + clientSecret + "," + redirectURI, "--json",
	}, more...)...)
}

// filled starts the console on a data folder, which an earlier start has filled: what is
// measured is no process that had that to do.
func (b *bench) filled(data string, args ...string) (*started, error) {
	dir := filepath.Join(b.dir, data)
	args = append(args, "--data", dir)
	if _, err := os.Stat(dir); err != nil {
		first, err := b.console(args...)
		if err != nil {
			return nil, err
		}
		if err := first.stop(); err != nil {
			return nil, err
		}
	}
	return b.console(args...)
}

func (b *bench) console(args ...string) (*started, error) {
	p, err := b.start("", b.consoleFile, args...)
	if err != nil {
		return nil, err
	}
	s := &started{process: p}
	if err := json.Unmarshal([]byte(p.first), s); err != nil {
		return nil, errors.Join(fmt.Errorf("start-up report: %w", err), p.stop())
	}
	return s, nil
}

// floorOn starts the floor on the store of a data folder.
func (b *bench) floorOn(data string) (*process, error) {
	return b.start("", b.floorFile, filepath.Join(b.dir, data, "org.db"))
}

// stopAll ends servers, the last started first.
func stopAll(err *error, all ...*process) {
	for i := len(all) - 1; i >= 0; i-- {
		if all[i] != nil {
			*err = errors.Join(*err, all[i].stop())
		}
	}
}
