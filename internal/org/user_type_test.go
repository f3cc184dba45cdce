package org

import (
	"fmt"
	"sync"
	"testing"
	"time"
)

func TestUserType(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *testOrg) {
		doc := x.call("POST", "/api/v1/meta/types/user", `{"name":"contractor","displayName":"Contractor <b>","description":"Outside"}`).want(200).doc()
		id := doc.Text("id")
		schema := "osc" + id[3:]
		want := `{"id":"` + id + `","displayName":"Contractor <b>","name":"contractor","description":"Outside","createdBy":"` + x.admin +
			`","lastUpdatedBy":"` + x.admin + `","created":"2026-03-02T09:00:00.000Z","lastUpdated":"2026-03-02T09:00:00.000Z","default":false,` +
			`"_links":{"schema":{"rel":"schema","href":"http://org.example/api/v1/meta/schemas/user/` + schema + `","method":"GET"},` +
			`"self":{"rel":"self","href":"http://org.example/api/v1/meta/types/user/` + id + `","method":"GET"}}}`
		if string(doc.Bytes()) != want {
			t.Errorf("type\n%s\nwant\n%s", doc.Bytes(), want)
		}
		x.call("GET", "/api/v1/meta/schemas/user/"+schema, "").want(200)

		list := x.call("GET", "/api/v1/meta/types/user", "").want(200).docs()
		if len(list) != 2 || list[0].Text("name") != "user" || string(list[0].Get("default")) != "true" || list[1].Text("id") != id {
			t.Errorf("types %v", list)
		}

		x.clock.forward(time.Minute)
		path := "/api/v1/meta/types/user/" + id
		if got := x.call("POST", path, `{"displayName":"Agency"}`).want(200).doc(); got.Text("displayName") != "Agency" || got.Text("description") != "Outside" || got.Text("lastUpdated") != "2026-03-02T09:01:00.000Z" {
			t.Errorf("after a partial update: %s", got.Bytes())
		}
		if got := x.call("PUT", path, `{"name":"contractor","displayName":"Agency staff"}`).want(200).doc(); got.Text("displayName") != "Agency staff" || got.Text("description") != "" {
			t.Errorf("after a replacement: %s", got.Bytes())
		}

		x.call("DELETE", path, "").want(204)
		x.call("GET", path, "").refused(404, "E0000007", "")
		x.call("GET", "/api/v1/meta/schemas/user/"+schema, "").refused(404, "E0000007", "")
		x.call("POST", "/api/v1/meta/types/user", `{"name":"contractor","displayName":"Again"}`).want(200)
	})
}

func TestUserTypeRefusals(t *testing.T) {
	x := newTestOrg(t)
	id := x.call("POST", "/api/v1/meta/types/user", `{"name":"contractor","displayName":"Contractor"}`).want(200).doc().Text("id")
	x.personOf(id, "con@org.example", "")
	path := "/api/v1/meta/types/user/"
	x.call("DELETE", path+id, "").refused(403, "E0000142", "")              // somebody is of this type
	x.call("DELETE", path+x.defaultType(), "").refused(403, "E0000142", "") // the default type
	x.call("DELETE", path+"otynothere00000005g7", "").refused(404, "E0000007", "")
	x.call("POST", "/api/v1/meta/types/user", `{"displayName":"No name"}`).refused(400, "E0000001", "name: The field cannot be left blank")
	x.call("POST", "/api/v1/meta/types/user", `{"name":"none"}`).refused(400, "E0000001", "displayName: The field cannot be left blank")
	x.call("POST", "/api/v1/meta/types/user", `{"name":"1x","displayName":"X"}`).want(400)
	x.call("POST", "/api/v1/meta/types/user", `{"name":"Contractor","displayName":"X"}`).refused(400, "E0000001", "name: An object with this field already exists in the current organization")
	x.call("PUT", path+id, `{"name":"other","displayName":"X"}`).refused(400, "E0000001", "name: The name of a user type cannot be changed")
	x.call("POST", path+id, `{"displayName":" "}`).refused(400, "E0000001", "displayName: The field cannot be left blank")
}

// However a type's deletion and people of that type race, nobody is left with a type that is gone.
func TestUserTypeDeletionRace(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *testOrg) {
		for round := range 4 {
			id := x.call("POST", "/api/v1/meta/types/user", fmt.Sprintf(`{"name":"race%d","displayName":"Race"}`, round)).want(200).doc().Text("id")
			var wg sync.WaitGroup
			for i := range 4 {
				login := fmt.Sprintf("r%d-%d@org.example", round, i)
				wg.Go(func() {
					x.call("POST", "/api/v1/users?activate=false", `{"type":{"id":"`+id+`"},"profile":{"firstName":"A","lastName":"B","login":"`+login+`","email":"`+login+`"}}`)
				})
			}
			wg.Go(func() { x.call("DELETE", "/api/v1/meta/types/user/"+id, "") })
			wg.Wait()
			used, err := x.reads(t.Context()).typeInUse(id)
			if err != nil {
				t.Fatal(err)
			}
			if gone := x.call("GET", "/api/v1/meta/types/user/"+id, "").status == 404; gone && used {
				t.Fatal("somebody is of a type that is gone")
			}
		}
	})
}
