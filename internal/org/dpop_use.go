package org

import (
	"encoding/base64"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// ProofNonce is the nonce that a proof is asked to carry now. It is derived, not stored:
// every process knows it.
func (o *Org) ProofNonce() string { return o.proofNonce(0) }

func (o *Org) proofNonce(before int64) string {
	day := o.now().UnixMilli()/nonceLife.Milliseconds() - before
	return base64.RawURLEncoding.EncodeToString(o.sealer.sign("dpop nonce/" + strconv.FormatInt(day, 10))[:macSize])
}

func (o *Org) knownNonce(nonce string) bool {
	good := make([]string, nonceKept+1)
	for i := range good {
		good[i] = o.proofNonce(int64(i))
	}
	return slices.Contains(good, nonce)
}

// UseToken checks that a request with an access token uses it as it may be used: one that
// is bound to a key with a proof by that key, any other as a bearer token (RFC 9449
// section 7.1). bound is the thumbprint of the key, "" for none.
func (o *Org) UseToken(r *Request, method, path, bound string) error {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	asProof := strings.EqualFold(scheme, "DPoP")
	switch {
	case bound == "" && asProof:
		return &ProofError{http.StatusUnauthorized, "invalid_token", "The presented access_token is not DPoP bound."}
	case bound == "":
		return nil
	case !asProof:
		return &ProofError{http.StatusBadRequest, "invalid_request", "The resource request must use the DPoP authentication scheme when using a DPoP bound token."}
	case r.Header.Get("DPoP") == "":
		return &ProofError{http.StatusBadRequest, "invalid_request", "The resource request requires a DPoP proof."}
	}
	thumbprint, err := o.CheckProof(r, ProofUse{Method: method, Path: path, Token: strings.TrimSpace(token)})
	if err == nil && thumbprint != bound {
		err = badProof("The access_token is not bound to the provided DPoP proof.")
	}
	return err
}

// ProofChallenge is the WWW-Authenticate header that tells of a ProofError ("recorded" by
// clients of the cloud). scope is what the operation needs, resource its path.
func (o *Org) ProofChallenge(e *ProofError, scope, resource string) string {
	names := make([]string, len(ProofAlgorithms))
	for i, a := range ProofAlgorithms {
		names[i] = string(a)
	}
	return `DPoP algs="` + strings.Join(names, " ") + `", authorization_uri="` + o.baseURL + `/oauth2/v1/authorize", realm="` + o.baseURL + `", scope="` + scope +
		`", error="` + e.Code + `", error_description="` + e.Description + `", resource="` + resource + `"`
}

// refuseProof tells of a ProofError in the header, and in the body as the management API tells errors.
func (o *Org) refuseProof(h http.Header, r *Request, err error) error {
	var refused *ProofError
	if !errors.As(err, &refused) {
		return err
	}
	scope, path := "", r.URI
	if r.Op != nil {
		scope, path = r.Op.Scope, r.Op.Path
	}
	h.Set("WWW-Authenticate", o.ProofChallenge(refused, scope, path))
	e := fail("E0000011", "", refused.Description)
	e.Status = refused.Status
	return e
}
