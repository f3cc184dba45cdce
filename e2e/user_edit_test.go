package e2e

import (
	"testing"
)

func TestCreateAndEditPerson(t *testing.T) {
	s := startSite(t)
	p := newVisitor(t).signIn(s, "super-admin", "/people")
	p.follow("Add person")

	// What is wrong stands at its field, what was typed stays.
	p.fill("First name", "Wilhelmina")
	p.fill("Primary email", "wilhelmina@journey.example")
	p.click("Add person")
	p.see("The field cannot be left blank")
	if got := p.label("First name").MustProperty("value").Str(); got != "Wilhelmina" {
		t.Errorf("the form came back with first name %q", got)
	}
	p.fill("Last name", "Adebayo")
	p.fill("Username", "wilhelmina@journey.example")
	p.must(p.find(`input[name=start][value=staged]`).Timeout(patience).Click("left", 1))
	p.click("Add person")
	p.see("Wilhelmina Adebayo was added.")
	p.see("Staged")
	id := lastSegment(p.url())

	// A login that is taken is refused at the field.
	taken := newVisitor(t).signIn(s, "super-admin", "/people/new")
	taken.fill("First name", "Other")
	taken.fill("Last name", "Person")
	taken.fill("Username", "wilhelmina@journey.example")
	taken.fill("Primary email", "other@journey.example")
	taken.click("Add person")
	taken.see("already exists")

	// A standard and a custom attribute; what the form does not know stays.
	p.fill("Department", "Research")
	p.fill("Badge number", "B-77")
	p.fill("Languages", "en\nyo")
	p.must(p.label("Contractor").Timeout(patience).Select([]string{"Yes"}, true, "text"))
	p.click("Save")
	p.see("Saved:")
	got := s.person(t, id).Profile
	if got["department"] != "Research" || got["badge"] != "B-77" || got["contractor"] != true || len(got["languages"].([]any)) != 2 {
		t.Errorf("profile after the edit: %v", got)
	}
	p.see("Last changes")
	p.see("Edit user")

	// Emptied is removed.
	p.fill("Badge number", "")
	p.click("Save")
	p.see("Saved: Badge number.")
	if got := s.person(t, id).Profile; got["badge"] != nil {
		t.Errorf("an emptied attribute is %v", got["badge"])
	}

	// The org's own refusal of a value.
	p.fill("Primary email", "no address")
	p.click("Save")
	p.must(p.holds(`() => document.querySelector("[aria-invalid=true]")?.value === "no address"`))
}

// fault 16: two admins edit one person: nobody's edit is lost.
func TestTwoAdminsEditOnePerson(t *testing.T) {
	s := startSite(t)
	one := s.addPerson(t, "ines", "both", "")
	p := newVisitor(t).signIn(s, "super-admin", "/people/"+one.ID)
	theirs := func(profile map[string]any) {
		s.api(t, "POST", "/api/v1/users/"+one.ID, map[string]any{"profile": profile}, nil)
	}
	p.find("form[data-unsaved]")
	theirs(map[string]any{"title": "Theirs", "city": "Oslo"})
	p.fill("Title", "Mine")
	p.fill("Department", "Research")
	p.click("Save")
	p.see("was changed by somebody else meanwhile")
	p.see("Theirs")
	p.see("Oslo")
	if got := s.person(t, one.ID).Profile; got["title"] != "Theirs" || got["department"] != nil {
		t.Errorf("before the choice: %v", got)
	}
	// And once more while the admin chooses.
	theirs(map[string]any{"city": "Bergen"})
	p.must(p.find(`input[name="keep.title"][value=theirs]`).Timeout(patience).Click("left", 1))
	p.click("Save what is chosen")
	p.see("Bergen")
	p.click("Save what is chosen")
	p.see("Saved: Department.")
	if got := s.person(t, one.ID).Profile; got["title"] != "Theirs" || got["department"] != "Research" || got["city"] != "Bergen" {
		t.Errorf("after the choice: %v", got)
	}
}

func TestPersonGroups(t *testing.T) {
	s := startSite(t)
	one := s.addPerson(t, "gil", "joiner", "")
	p := newVisitor(t).signIn(s, "super-admin", "/people/"+one.ID+"/groups")
	p.see("Everyone")
	p.must(p.find(`input[name=find]`).Timeout(patience).Input("Engin"))
	p.click("Find")
	p.click("Add to Engineering")
	p.see("gil joiner joined Engineering.")
	var groups []struct{ Profile struct{ Name string } }
	s.api(t, "GET", "/api/v1/users/"+one.ID+"/groups", nil, &groups)
	if len(groups) != 2 {
		t.Errorf("groups after joining: %v", groups)
	}
	p.click("Remove from Engineering")
	p.see("gil joiner left Engineering.")
	s.api(t, "GET", "/api/v1/users/"+one.ID+"/groups", nil, &groups)
	if len(groups) != 1 {
		t.Errorf("groups after leaving: %v", groups)
	}
	p.click("Activity")
	p.see("Remove user from group membership")
	p.click("History")
	p.see("Remove user from group")
	p.click("JSON")
	p.see(`"login": "gil.joiner@journey.example"`)
	if want := s.Console + "/people/" + one.ID + "/json"; p.url() != want {
		t.Errorf("the tab's address is %s, want %s", p.url(), want)
	}
}
