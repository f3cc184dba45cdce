package org

import (
	"crypto/rsa"
	"sync"
)

type keyRing struct {
	make func() (*rsa.PrivateKey, error)
	mu   sync.Mutex
}
