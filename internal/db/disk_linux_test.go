package db_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"gatehouse/internal/db"
)

// fault 11
func TestARealFullDiskIsSurvived(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=1m"); err != nil {
		t.Skipf("no small disk to fill: mounting one needs root (%v)", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Errorf("unmount: %v", err)
		}
	})
	filler := filepath.Join(dir, "filler")
	if err := os.WriteFile(filler, make([]byte, 256<<10), 0o600); err != nil {
		t.Fatal(err)
	}
	o := options(1)
	o.URL = filepath.Join(dir, "console.db")
	d, err := db.Open(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close() // before the disk goes
	rows := 0
	for ; rows < 5000 && err == nil; rows++ {
		err = insert(d, fmt.Sprintf("%0500d", rows), rows)
	}
	if !errors.Is(err, db.ErrFull) || !db.Unwritable(err) {
		t.Fatalf("after %d rows: %v; want ErrFull", rows, err)
	}
	if got := count(t, d); got != rows-1 {
		t.Errorf("%d rows can be read on the full disk; want %d", got, rows-1)
	}
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	if err := insert(d, "room again", 1); err != nil {
		t.Errorf("write after there was room again: %v", err)
	}
	var state string
	if err := d.Reader().QueryRow(context.Background(), `PRAGMA integrity_check`).Scan(&state); err != nil || state != "ok" {
		t.Errorf("the database is %q (%v); want ok", state, err)
	}
}
