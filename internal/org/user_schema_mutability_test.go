package org

import "testing"

func TestReadOnlyAndImmutableAttributes(t *testing.T) {
	x := newTestOrg(t)
	x.call("POST", defaultSchema, schemaBody(`"fixed":{"title":"F","type":"string","mutability":"READ_ONLY"},"once":{"title":"O","type":"string","mutability":"IMMUTABLE"}`)).want(200)
	x.call("POST", "/api/v1/users", `{"profile":{"firstName":"A","lastName":"B","login":"new@example.com","email":"new@example.com","fixed":"x"}}`).refused(403, "E0000077", "")

	path := "/api/v1/users/" + x.personOf(x.defaultType(), "ada@org.example", `,"fixed":"x"`)
	x.call("POST", path, `{"profile":{"fixed":"y"}}`).refused(403, "E0000077", "")
	x.call("POST", path, `{"profile":{"fixed":null}}`).refused(403, "E0000077", "")
	x.call("POST", path, `{"profile":{"fixed":"x","once":"first"}}`).want(200)
	x.call("POST", path, `{"profile":{"once":"second"}}`).refused(403, "E0000078", "")
	x.call("POST", path, `{"profile":{"once":"first","city":"Oslo"}}`).want(200)
}
