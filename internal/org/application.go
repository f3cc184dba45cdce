package org

import (
	"fmt"
	"strings"

	"gatehouse/internal/okta"
)

// apps is the collection of applications. A document holds everything that an admin
// sets, whatever its signOnMode; secrets, assignments and keys are rows of their own.
var apps = &collection{kind: "app", noun: "AppInstance", prefix: "0oa", attrs: appAttrs, sorted: []string{"label"}}

// appAttrs are the searched values of an application.
func appAttrs(doc okta.Object) []attr {
	var out []attr
	for _, name := range []string{"status", "name", "label", "signOnMode", "credentials.signing.kid", "settings.slo.enabled", accessPolicy} {
		out = appendAttrs(out, name, valueAt(doc, name))
	}
	for _, origin := range spaOrigins(doc) {
		out = append(out, attr{"spaOrigin", cut(fold(origin))})
	}
	return out
}

// The states of an application.
const (
	appActive   = "ACTIVE"
	appInactive = "INACTIVE"
)

// ownAppPrefix begins the names of applications that are of no catalog: the org makes
// them from the label and a number ("recorded": subdomain, label, number).
const ownAppPrefix = "org_"

func ownApp(name string) bool { return strings.HasPrefix(name, ownAppPrefix) }

// ownAppName is a free name for an application with this label.
func (s store) ownAppName(label string) (string, error) {
	letters := strings.Map(func(r rune) rune {
		if 'a' <= r && r <= 'z' || '0' <= r && r <= '9' {
			return r
		}
		return -1
	}, strings.ToLower(label))
	for n := 1; ; n++ {
		name := fmt.Sprintf("%s%s_%d", ownAppPrefix, letters, n)
		taken, err := s.found(`SELECT id FROM attr WHERE kind = $1 AND name = 'name' AND value = $2 LIMIT 1`, apps.kind, cut(name))
		if err != nil || !taken {
			return name, err
		}
	}
}

// applicationTarget names an application in an event.
func applicationTarget(doc okta.Object) Target {
	return Target{ID: doc.Text("id"), Type: "AppInstance", AlternateID: doc.Text("label"), DisplayName: doc.Text("label")}
}

// appEvent is an event about an application alone.
func appEvent(doc okta.Object, kind, message string) Event {
	return Event{Type: kind, Message: message, Targets: []Target{applicationTarget(doc)}}
}

// argumentApp reads the application that the path names.
func (s store) argumentApp(r *Request) (okta.Object, error) { return s.get(apps, r.Args["appId"]) }
