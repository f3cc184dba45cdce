package org

import (
	"cmp"
	"crypto/rand"
	"encoding/hex"
	"net/url"
	"slices"
	"strings"

	"gatehouse/internal/policy"
)

// entry makes the stored form of an event from what the request tells.
func (tx *Tx) entry(e Event) logEntry {
	if e.Severity == "" {
		e.Severity = "INFO"
	}
	if e.Result == "" {
		e.Result = "SUCCESS"
	}
	out := logEntry{
		EventType: e.Type, DisplayMessage: e.Message, Severity: e.Severity, Version: "0",
		Published: stamp(tx.org.now()), UUID: newUUID(), Target: e.Targets,
		Outcome:         logOutcome{Result: e.Result},
		SecurityContext: map[string]any{"asNumber": nil, "asOrg": nil, "isp": nil, "domain": nil, "isProxy": nil},
		AuthenticationContext: map[string]any{
			"authenticationProvider": nil, "credentialProvider": nil, "credentialType": nil, "issuer": nil,
			"authenticationStep": 0, "rootSessionId": nil, "externalSessionId": "unknown", "interface": nil,
		},
		Actor: logActor{Target{ID: "unknown", Type: "SystemPrincipal", AlternateID: "system@okta.com", DisplayName: "Okta System"}},
	}
	if e.Reason != "" {
		out.Outcome.Reason = &e.Reason
	}
	if e.Session == "" && tx.req != nil {
		e.Session = tx.req.Actor.Session
	}
	if e.Session != "" {
		out.AuthenticationContext["externalSessionId"] = e.Session
		out.AuthenticationContext["rootSessionId"] = e.Session
	}
	debug := map[string]string{}
	for k, v := range e.Debug {
		debug[k] = v
	}
	out.DebugContext = map[string]any{"debugData": debug}
	out.Transaction = map[string]any{"type": "JOB", "id": newUUID(), "detail": map[string]any{}}
	out.Request = map[string]any{"ipChain": []any{}}
	if r := tx.req; r != nil {
		out.fromRequest(r, debug)
	}
	if e.Actor != nil {
		out.Actor = logActor{*e.Actor}
	}
	return out
}

func (out *logEntry) fromRequest(r *Request, debug map[string]string) {
	if r.Actor.UserID != "" {
		out.Actor = logActor{Target{ID: r.Actor.UserID, Type: "User", AlternateID: r.Actor.Login, DisplayName: r.Actor.Name}}
	}
	if r.Actor.ClientID != "" {
		debug["clientId"] = r.Actor.ClientID
		if r.Actor.UserID == "" { // a client that acts for itself
			out.Actor = logActor{Target{ID: r.Actor.ClientID, Type: "PublicClientApp", AlternateID: r.Actor.ClientID, DisplayName: r.Actor.Name}}
		}
	}
	path, _, _ := strings.Cut(r.URI, "?")
	if _, err := url.Parse(path); err == nil {
		debug["requestUri"], debug["url"] = path, path
	}
	debug["requestId"] = r.ID
	out.Transaction = map[string]any{"type": "WEB", "id": r.ID, "detail": map[string]any{}}
	out.Client = logClient{Zone: cmp.Or(zoneOf(r.zones, policy.ZonePolicy, r.Client), "null"), Device: "Computer", IPAddress: r.Client.IP.String(), UserAgent: agentOf(r.Client.UserAgent)}
	out.Request = map[string]any{"ipChain": ipChain(r.Client)}
}

// ipChain is where a request came from, who asked at first in front [assumed].
func ipChain(c Client) []any {
	var chain []any
	for _, a := range slices.Backward(c.chain()) {
		version := "V4"
		if a.Is6() {
			version = "V6"
		}
		chain = append(chain, map[string]any{"ip": a.String(), "version": version, "geographicalContext": nil, "source": nil})
	}
	return chain
}

// agentOf names the browser and system of a user agent, coarsely.
func agentOf(raw string) *logAgent {
	a := &logAgent{Raw: raw, OS: "Unknown", Browser: "UNKNOWN"}
	for _, b := range []struct{ mark, name string }{{"Edg/", "EDGE"}, {"Chrome/", "CHROME"}, {"Firefox/", "FIREFOX"}, {"Safari/", "SAFARI"}} {
		if strings.Contains(raw, b.mark) {
			a.Browser = b.name
			break
		}
	}
	for _, s := range []struct{ mark, name string }{{"Windows", "Windows"}, {"Mac OS X", "Mac OS X"}, {"Android", "Android"}, {"iPhone", "iOS"}, {"Linux", "Linux"}} {
		if strings.Contains(raw, s.mark) {
			a.OS = s.name
			break
		}
	}
	return a
}

// newUUID is a random UUID, version 4 (RFC 9562 section 5.4).
func newUUID() string {
	var b [16]byte
	rand.Read(b[:]) //nolint:errcheck // never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	h := hex.EncodeToString(b[:])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}
