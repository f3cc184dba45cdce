package org

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
)

// Who holds an activation link sets the password: a user admin is not given that of an admin, in no state (security 37).
func TestLinkOfAnAdmin(t *testing.T) {
	x := newTestOrg(t)
	userAdmin := x.as("user@example.com", "USER_ADMIN")
	orgAdmin := x.as("org@example.com", "ORG_ADMIN")
	for state, op := range map[string]string{"STAGED": "activate", "PROVISIONED": "reactivate", "RECOVERY": "reactivate", "DEPROVISIONED": "activate"} {
		for role, allowed := range map[string]bool{"SUPER_ADMIN": false, "": true} {
			t.Run(op+" "+state+" "+role, func(t *testing.T) {
				x := *x
				x.t = t
				for _, caller := range []*testOrg{userAdmin, orgAdmin} {
					id := x.inState(state, "")
					if role != "" {
						x.write(func(tx *Tx) error {
							_, err := tx.assignRole(id, role)
							return err
						})
					}
					want := 403
					if allowed {
						want = 200
					}
					caller.call("POST", "/api/v1/users/"+id+"/lifecycle/"+op+"?sendEmail=false", "").want(want)
					if !allowed { // the link goes to the person, whoever asks
						caller.call("POST", "/api/v1/users/"+id+"/lifecycle/"+op+"?sendEmail=true", "").want(200)
					}
				}
			})
		}
	}
}

// An edit that names thousands of unknown attributes is refused without a copy of the
// profile for each: it would hold the one writer for minutes (faults 23).
func TestEditWithManyNames(t *testing.T) {
	x := newTestOrg(t)
	id := x.inState("ACTIVE", "")
	var names strings.Builder
	for i := range 5000 {
		fmt.Fprintf(&names, `,"unknown%d":1`, i)
	}
	for _, method := range []string{"POST", "PUT"} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		x.call(method, "/api/v1/users/"+id, `{"profile":{"city":"Oslo"`+names.String()+`}}`).refused(400, "E0000001", "Property name 'unknown0' is not defined in profile")
		runtime.ReadMemStats(&after)
		if used := (after.TotalAlloc - before.TotalAlloc) >> 20; used > 64 {
			t.Errorf("%s took %d MB for a body of %d kB", method, used, names.Len()>>10)
		}
	}
}

// The id of a type is taken whole: another prefix before the same end names nothing.
func TestTypeOfAnotherPrefix(t *testing.T) {
	x := newTestOrg(t)
	body := `{"type":{"id":"` + schemaID(x.defaultType()) + `"},` + strings.TrimPrefix(personBody("new@example.com", "null"), "{")
	x.call("POST", "/api/v1/users?activate=false", body).refused(404, "E0000007", "")
}
