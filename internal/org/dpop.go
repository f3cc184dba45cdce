package org

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// ProofAlgorithms are those a DPoP proof may be signed with ("recorded" discovery).
var ProofAlgorithms = []jose.SignatureAlgorithm{jose.RS256, jose.RS384, jose.RS512, jose.ES256, jose.ES384, jose.ES512}

const (
	// proofAge is how old a proof may be, proofSkew how wrong a client's clock.
	proofAge  = 5 * time.Minute
	proofSkew = time.Minute
	// nonceLife is how long a nonce is handed out, nonceKept how many of those before it
	// still work (the DPoP guide: renewed each day, good for three days more).
	nonceLife = 24 * time.Hour
	nonceKept = 3
	// maxProof bounds a proof in bytes, maxProofKey its RSA key in bits.
	maxProof    = 8 << 10
	minProofKey = 2048
	maxProofKey = 8192
	maxProofID  = 256
)

// ProofError says what is wrong with a DPoP proof, or with how a bound token was used, in
// the words of the cloud's catalogue. Status is 400 or 401.
type ProofError struct {
	Status            int
	Code, Description string
}

func (e *ProofError) Error() string { return e.Code + ": " + e.Description }

func badProof(description string) *ProofError {
	return &ProofError{http.StatusBadRequest, "invalid_dpop_proof", description}
}

// ErrProofNonce asks for a proof with the nonce of ProofNonce (RFC 9449 section 8).
var ErrProofNonce = &ProofError{http.StatusBadRequest, "use_dpop_nonce", "Authorization server requires nonce in DPoP proof."}

// ProofUse is the request that a proof has to be made for.
type ProofUse struct {
	Method, Path string
	// Token is the access token that comes with the request, "" at the token endpoint.
	Token string
	// Nonce tells whether the proof needs one.
	Nonce bool
}

// proofClaims are the claims of a DPoP proof (RFC 9449 section 4.2).
type proofClaims struct {
	ID       string   `json:"jti"`
	Method   string   `json:"htm"`
	URL      string   `json:"htu"`
	IssuedAt *float64 `json:"iat"`
	Expires  *float64 `json:"exp"`
	Hash     string   `json:"ath"`
	Nonce    string   `json:"nonce"`
}

// CheckProof checks the DPoP proof of a request (RFC 9449 section 4.3), uses it up, and
// returns the thumbprint of its key. What is wrong with it is a *ProofError.
func (o *Org) CheckProof(r *Request, use ProofUse) (thumbprint string, err error) {
	proofs := r.Header.Values("DPoP")
	switch {
	case len(proofs) == 0:
		return "", badProof("The DPoP proof JWT header is missing.")
	case len(proofs) > 1:
		return "", badProof("Multiple DPoP proof JWT headers are not allowed.")
	}
	claims, thumbprint, err := parseProof(proofs[0])
	if err != nil {
		return "", err
	}
	if err := claims.check(use, o.baseURL, o.now()); err != nil {
		return "", err
	}
	if use.Nonce && !o.knownNonce(claims.Nonce) {
		return "", ErrProofNonce
	}
	isNew, err := o.Asserted(r, "dpop/"+thumbprint, claims.ID, o.now().Add(proofAge+2*proofSkew))
	if err == nil && !isNew {
		err = badProof("The DPoP proof JWT has already been used.")
	}
	return thumbprint, err
}

// parseProof reads a proof and checks it against the key that it carries.
func parseProof(text string) (claims proofClaims, thumbprint string, err error) {
	unreadable := badProof("The DPoP proof JWT cannot be parsed.")
	if len(text) > maxProof {
		return claims, "", unreadable
	}
	token, err := jose.ParseSignedCompact(text, ProofAlgorithms)
	if err != nil {
		if strings.Contains(err.Error(), "unexpected signature algorithm") {
			return claims, "", badProof("The DPoP proof JWT signature algorithm is invalid.")
		}
		return claims, "", unreadable
	}
	head := token.Signatures[0].Protected
	if typ, is := head.ExtraHeaders[jose.HeaderType].(string); !is || typ != "dpop+jwt" {
		return claims, "", badProof("'typ' must be 'dpop+jwt' in the DPoP proof JWT.")
	}
	if !fitForProof(head.JSONWebKey) {
		return claims, "", badProof("The DPoP proof JWT is invalid.")
	}
	payload, err := token.Verify(head.JSONWebKey)
	if err != nil {
		return claims, "", badProof("The DPoP proof JWT signature is invalid.")
	}
	if err := json.Unmarshal(payload, &claims); err != nil {
		return claims, "", unreadable
	}
	sum, err := head.JSONWebKey.Thumbprint(crypto.SHA256)
	if err != nil {
		return claims, "", unreadable
	}
	return claims, base64.RawURLEncoding.EncodeToString(sum), nil
}

// fitForProof tells whether a key is public, and neither weak nor so large that to check with it is work.
func fitForProof(key *jose.JSONWebKey) bool {
	if key == nil || !key.Valid() || !key.IsPublic() {
		return false
	}
	public, isRSA := key.Key.(*rsa.PublicKey)
	return !isRSA || public.N.BitLen() >= minProofKey && public.N.BitLen() <= maxProofKey
}

func (c proofClaims) check(use ProofUse, base string, now time.Time) error {
	switch {
	case c.ID == "" || len(c.ID) > maxProofID:
		return badProof("'jti' claim in the DPoP proof JWT is invalid.")
	case c.Method != use.Method:
		return badProof("'htm' claim in the DPoP proof JWT is invalid.")
	case !sameAddress(c.URL, base, use.Path):
		return badProof("'htu' claim in the DPoP proof JWT is invalid.")
	case c.IssuedAt == nil || *c.IssuedAt < 0 || *c.IssuedAt > 1e11:
		return badProof("'iat' claim in the DPoP proof JWT is invalid.")
	}
	issued := time.Unix(int64(*c.IssuedAt), 0)
	switch {
	case issued.After(now.Add(proofSkew)):
		return badProof("The DPoP proof JWT is issued in the future.")
	case now.Sub(issued) > proofAge+proofSkew:
		return badProof("The DPoP proof JWT is issued more than five minutes in the past.")
	case c.Expires != nil && *c.Expires < float64(now.Add(-proofSkew).Unix()):
		return badProof("The DPoP proof JWT is expired.")
	case use.Token != "" && c.Hash != tokenHash(use.Token):
		return badProof("'ath' claim in the DPoP proof does not match the presented access_token.")
	}
	return nil
}

// tokenHash is the ath of an access token (RFC 9449 section 4.2).
func tokenHash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// sameAddress compares an htu with the address of a request, below the base URL and never
// below what the request calls its host. Query and fragment do not count (RFC 9449 section 4.3).
func sameAddress(htu, base, path string) bool {
	got, err := url.Parse(htu)
	if err != nil || got.User != nil {
		return false
	}
	want, err := url.Parse(base)
	return err == nil && strings.EqualFold(got.Scheme, want.Scheme) && strings.EqualFold(hostWithPort(got), hostWithPort(want)) &&
		got.EscapedPath() == want.EscapedPath()+path
}

func hostWithPort(u *url.URL) string {
	if u.Port() != "" {
		return u.Host
	}
	if strings.EqualFold(u.Scheme, "https") {
		return u.Host + ":443"
	}
	return u.Host + ":80"
}
