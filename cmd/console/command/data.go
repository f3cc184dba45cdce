package command

import (
	"crypto/rand"
	"encoding/base32"
	"fmt"
	"os"
	"path/filepath"

	"gatehouse/internal/config"
	"gatehouse/internal/db"
)

// dataFolder holds what a run keeps: the databases, the secret key and the lock that
// keeps a second process out.
type dataFolder struct {
	path      string
	temporary bool
	keys      config.SecretKeys
	unlock    func() error
}

// openData prepares dir, or a temporary folder that close removes when dir is empty.
func openData(dir string) (*dataFolder, error) {
	d := &dataFolder{path: dir}
	if dir == "" {
		made, err := os.MkdirTemp("", "gatehouse-")
		if err != nil {
			return nil, usage("no temporary folder: %w. Name a folder with --data", err)
		}
		d.path, d.temporary = made, true
	}
	if err := os.MkdirAll(d.path, 0o700); err != nil {
		return nil, usage("the data folder cannot be made: %w", err)
	}
	lock, err := db.LockDir(d.path)
	if err != nil {
		d.remove()
		return nil, usage("%w", err)
	}
	d.unlock = lock.Release
	if d.keys, err = config.EnsureSecretKeys(filepath.Join(d.path, "secret.key")); err != nil {
		d.close()
		return nil, usage("%w", err)
	}
	return d, nil
}

// file is the path of a file in the folder.
func (d *dataFolder) file(name string) string { return filepath.Join(d.path, name) }

func (d *dataFolder) remove() error {
	if !d.temporary {
		return nil
	}
	return os.RemoveAll(d.path)
}

// close gives the lock back and removes a temporary folder.
func (d *dataFolder) close() error {
	if d.unlock == nil {
		return nil
	}
	err := d.unlock()
	if rerr := d.remove(); rerr != nil {
		return fmt.Errorf("remove the temporary folder: %w", rerr)
	}
	return err
}

// secret is n characters for one purpose: random for each folder, the same at each
// start. Without a folder they are random at each start.
func (d *dataFolder) secret(purpose string, n int) string {
	key := make([]byte, 32)
	if len(d.keys) > 0 {
		key = d.keys[0]
	} else {
		rand.Read(key) //nolint:errcheck // never fails
	}
	return base32.StdEncoding.EncodeToString(append(config.Derive(key, purpose), config.Derive(key, purpose+" more")...))[:n]
}
