package audit_test

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"gatehouse/internal/audit"
	"gatehouse/internal/db"
)

// crashChild names the file to which a copy of this test program appends until it is killed.
const crashChild = "GATEHOUSE_TEST_CRASH_FILE"

func appendForever(file string) {
	ctx := context.Background()
	d, err := db.Open(ctx, db.Options{URL: file, Durable: true})
	if err == nil {
		var log *audit.Log
		if log, err = audit.New(ctx, d, audit.Options{Keys: [][]byte{firstKey}, Logger: slog.New(slog.DiscardHandler)}); err == nil {
			for n := 1; err == nil; n++ {
				if err = log.Write(ctx, audit.Entry{Operation: "signIn", Targets: []string{"00u1"}}); err == nil {
					fmt.Println(n)
				}
			}
		}
	}
	fmt.Println(err)
	os.Exit(1)
}

// fault 10
func TestTheChainIsWholeAfterAKill(t *testing.T) {
	file := filepath.Join(t.TempDir(), "console.db")
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), crashChild+"="+file)
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	written := 0
	for written < 20 && lines.Scan() {
		if _, err := fmt.Sscan(lines.Text(), &written); err != nil {
			t.Fatalf("the child says %q", lines.Text())
		}
	}
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	for lines.Scan() { // what it wrote and said before the kill reached it
		fmt.Sscan(lines.Text(), &written) //nolint:errcheck // the last line may be cut
	}
	child.Wait() //nolint:errcheck // it was killed
	ctx := context.Background()
	d, err := db.Open(ctx, db.Options{URL: file, Durable: true})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	r, err := audit.Verify(ctx, d, [][]byte{firstKey}, nil)
	if err != nil || !r.Whole() || r.Rows < int64(written) {
		t.Errorf("%s (%v) after %d acknowledged rows", r, err, written)
	}
}
