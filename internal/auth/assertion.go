package auth

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

// ParsePrivateKey reads the key that signs client assertions: a JWK, or PEM (PKCS #8, PKCS #1
// or SEC 1). RSA of 2048 bits or more signs RS256, P-256 signs ES256. The id of a PEM key is its
// JWK thumbprint (RFC 7638); a JWK keeps its own.
func ParsePrivateKey(text []byte) (*jose.JSONWebKey, error) {
	k := &jose.JSONWebKey{}
	if block, _ := pem.Decode(text); block != nil {
		private, err := parsePEM(block)
		if err != nil {
			return nil, err
		}
		k.Key = private
	} else if err := json.Unmarshal(text, k); err != nil {
		return nil, errors.New("the private key is neither PEM nor a JWK") // the reason could quote the key
	}
	switch private := k.Key.(type) {
	case *rsa.PrivateKey:
		if private.N.BitLen() < 2048 {
			return nil, errors.New("the private key is an RSA key of less than 2048 bits")
		}
		k.Algorithm = string(jose.RS256)
	case *ecdsa.PrivateKey:
		if private.Curve != elliptic.P256() {
			return nil, errors.New("the private key is an EC key on another curve than P-256")
		}
		k.Algorithm = string(jose.ES256)
	default:
		return nil, errors.New("the private key is not a private RSA or EC key")
	}
	if k.KeyID == "" {
		print, err := k.Thumbprint(crypto.SHA256)
		if err != nil {
			return nil, fmt.Errorf("name the private key: %w", err)
		}
		k.KeyID = encode(print)
	}
	return k, nil
}

func parsePEM(block *pem.Block) (any, error) {
	switch block.Type {
	case "PRIVATE KEY":
		return x509.ParsePKCS8PrivateKey(block.Bytes)
	case "RSA PRIVATE KEY":
		return x509.ParsePKCS1PrivateKey(block.Bytes)
	case "EC PRIVATE KEY":
		return x509.ParseECPrivateKey(block.Bytes)
	}
	return nil, fmt.Errorf("the private key file holds a PEM block %q, wanted an unencrypted PRIVATE KEY", block.Type)
}

// assertion signs the client's own token for endpoint (RFC 7523 section 3), good for one minute.
func (a *Auth) assertion(endpoint string) (string, error) {
	key := a.config.PrivateKey
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.SignatureAlgorithm(key.Algorithm), Key: key}, (&jose.SignerOptions{}).WithType("JWT"))
	if err != nil {
		return "", fmt.Errorf("the private key cannot sign: %w", err)
	}
	id, err := a.random()
	if err != nil {
		return "", err
	}
	now := a.now()
	signed, err := jwt.Signed(signer).Claims(jwt.Claims{
		Issuer: a.config.ClientID, Subject: a.config.ClientID, Audience: jwt.Audience{endpoint},
		ID: id, IssuedAt: jwt.NewNumericDate(now), Expiry: jwt.NewNumericDate(now.Add(time.Minute)),
	}).Serialize()
	if err != nil {
		return "", fmt.Errorf("sign the client assertion: %w", err)
	}
	return signed, nil
}
