package config

import (
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"os"

	"github.com/go-jose/go-jose/v4"
)

// minRSA is the shortest RSA key in bits (NIST SP 800-131A).
const minRSA = 2048

// readPrivateKey reads the key for private_key_jwt: the JWK that the org shows once when
// it makes the key, or PEM (PKCS #8, PKCS #1 or SEC 1). Errors never hold its text.
func readPrivateKey(file string) (*jose.JSONWebKey, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("CONSOLE_PRIVATE_KEY_FILE cannot be read: %w", err)
	}
	key, err := parsePrivateKey(text)
	if err == nil {
		err = usable(key)
	}
	if err != nil {
		return nil, fmt.Errorf("CONSOLE_PRIVATE_KEY_FILE: %s %w", file, err)
	}
	return key, nil
}

func parsePrivateKey(text []byte) (*jose.JSONWebKey, error) {
	block, _ := pem.Decode(text)
	if block == nil {
		var key jose.JSONWebKey
		if json.Unmarshal(text, &key) != nil {
			return nil, errors.New("is neither a JWK nor PEM: copy the private key again, or make a new one in the org")
		}
		return &key, nil
	}
	if key, err := x509.ParsePKCS8PrivateKey(block.Bytes); err == nil {
		return &jose.JSONWebKey{Key: key}, nil
	}
	if key, err := x509.ParsePKCS1PrivateKey(block.Bytes); err == nil {
		return &jose.JSONWebKey{Key: key}, nil
	}
	if key, err := x509.ParseECPrivateKey(block.Bytes); err == nil {
		return &jose.JSONWebKey{Key: key}, nil
	}
	return nil, fmt.Errorf("holds PEM %q that is not an unencrypted private key: give PKCS #8, PKCS #1 or SEC 1", block.Type)
}

// usable checks the kind of key and names its algorithm where the file does not.
func usable(key *jose.JSONWebKey) error {
	var algorithm jose.SignatureAlgorithm
	switch k := key.Key.(type) {
	case *rsa.PrivateKey:
		if k.N.BitLen() < minRSA {
			return fmt.Errorf("is an RSA key of %d bits: make one of at least %d", k.N.BitLen(), minRSA)
		}
		algorithm = jose.RS256
	case *ecdsa.PrivateKey:
		switch k.Curve.Params().BitSize {
		case 256:
			algorithm = jose.ES256
		case 384:
			algorithm = jose.ES384
		case 521:
			algorithm = jose.ES512
		default:
			return errors.New("is a key on a curve that no algorithm signs with: use P-256, P-384 or P-521")
		}
	default:
		return errors.New("is not a private RSA or EC key: give the private key, not the public one")
	}
	if key.Algorithm == "" {
		key.Algorithm = string(algorithm)
	}
	return nil
}
