//go:build !unix

package db

import (
	"errors"
	"os"
)

func tryLock(*os.File) (bool, error) {
	return false, errors.New("only a Unix system can lock a data folder so that a crash frees it")
}
