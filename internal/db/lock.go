package db

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// ErrLocked: another process uses the data folder.
var ErrLocked = errors.New("data folder is in use")

// Lock holds a data folder for this process.
type Lock struct{ file *os.File }

// LockDir takes the data folder dir, which must exist, for this process by locking the
// file "lock" in it. Where another process holds it, the error wraps ErrLocked and names
// that process. The lock ends with the process, however it ends.
func LockDir(dir string) (*Lock, error) {
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock the data folder: %w", err)
	}
	taken, err := tryLock(f)
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("lock the data folder %s: %w", dir, err)
	}
	if !taken {
		defer f.Close()
		return nil, fmt.Errorf("%w: %s is held by %s; stop it, or choose another folder", ErrLocked, dir, holder(f))
	}
	if err = f.Truncate(0); err == nil {
		_, err = fmt.Fprintf(f, "%d\n", os.Getpid())
	}
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("lock the data folder %s: %w", dir, err)
	}
	return &Lock{f}, nil
}

// Release lets another process take the folder.
func (l *Lock) Release() error { return l.file.Close() }

// holder names the process that wrote its number into the lock file.
func holder(f *os.File) string {
	b := make([]byte, 32)
	n, _ := f.ReadAt(b, 0) // a file shorter than b ends with io.EOF
	if pid := strings.TrimSpace(string(b[:n])); pid != "" {
		return "process " + pid
	}
	return "another process"
}
