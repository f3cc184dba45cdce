package auth

import (
	"fmt"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

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
