package db_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"

	"gatehouse/internal/db"
)

// lockChild names the folder that a copy of this test program holds until its input ends.
const lockChild = "GATEHOUSE_TEST_LOCK_DIR"

func holdLock(dir string) {
	if _, err := db.LockDir(dir); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println("locked")
	io.Copy(io.Discard, os.Stdin) //nolint:errcheck // the end of the input is the signal
	os.Exit(0)
}

func TestADataFolderServesOneProcess(t *testing.T) {
	dir := t.TempDir()
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), lockChild+"="+dir)
	in, err := child.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "locked\n" {
		t.Fatalf("the child says %q (%v)", line, err)
	}
	_, err = db.LockDir(dir)
	if !errors.Is(err, db.ErrLocked) || !strings.Contains(err.Error(), fmt.Sprint("process ", child.Process.Pid)) || !strings.Contains(err.Error(), dir) {
		t.Errorf("lock while the child runs: %v; want ErrLocked with folder and process", err)
	}
	in.Close()
	if err := child.Wait(); err != nil {
		t.Fatal(err)
	}
	lock, err := db.LockDir(dir)
	if err != nil {
		t.Fatalf("lock after the child ended: %v", err)
	}
	if err := lock.Release(); err != nil {
		t.Fatal(err)
	}
	again, err := db.LockDir(dir)
	if err != nil {
		t.Fatalf("lock after it was released: %v", err)
	}
	again.Release()
}
