package e2e

import (
	"strings"
	"testing"

	"github.com/go-rod/rod/lib/input"
)

// A relationship is defined, set from both of its sides, replaced, removed, and deleted with its links.
func TestLinkedObjectsAreDefinedAndSet(t *testing.T) {
	s := startSite(t)
	ada, ben, cleo := s.addPerson(t, "Ada", "Linked", ""), s.addPerson(t, "Ben", "Linked", ""), s.addPerson(t, "Cleo", "Linked", "")
	p := newVisitor(t).signIn(s, "super-admin", "/linked-objects")
	p.see("No relationships are defined")
	p.follow("Add definition")
	define := func(primary, associated string) {
		t.Helper()
		for name, value := range map[string]string{"primary.name": primary, "primary.title": "The " + primary, "associated.name": associated, "associated.title": "The " + associated} {
			p.ready()
			e := p.find(`input[name="` + name + `"]`)
			p.must(e.SelectAllText())
			p.must(e.Input(value))
		}
	}
	define("boss", "bad name")
	p.click("Add definition")
	p.see("The name must start with a letter")
	define("boss", "Boss")
	p.click("Add definition")
	p.see("Another definition, or the other side, has this name")
	define("boss", "crew")
	p.follow("Add definition")
	p.see("The boss and The crew are defined.")

	linked := func(person someone, name string) (ids []string) {
		t.Helper()
		var links []struct {
			Links struct{ Self struct{ Href string } } `json:"_links"`
		}
		s.api(t, "GET", "/api/v1/users/"+person.ID+"/linkedObjects/"+name, nil, &links)
		for _, l := range links {
			ids = append(ids, lastSegment(l.Links.Self.Href))
		}
		return ids
	}
	pick := func(person someone, side, find, button string) {
		t.Helper()
		p.visit(s.Console + "/people/" + person.ID + "/linked")
		p.ready()
		p.must(p.find(`input[name=side][value=` + side + `] ~ label input[name=find]`).Input(find))
		p.must(p.Keyboard.Press(input.Enter))
		p.click(button)
		p.see("is linked.")
	}
	pick(ada, "primary", "Ben Linked", "Set Ben Linked as The boss")
	if got := linked(ada, "boss"); len(got) != 1 || got[0] != ben.ID {
		t.Fatalf("the org links Ada to %v", got)
	}
	pick(ben, "associated", "Cleo", "Add Cleo Linked as The crew")
	p.see("Ada Linked") // from the other side
	if got := linked(ben, "crew"); len(got) != 2 {
		t.Errorf("the org has %v as the crew of Ben", got)
	}
	pick(ada, "primary", "Cleo", "Replace Cleo Linked as The boss")
	p.gone("Ben Linked")
	if got := linked(ada, "boss"); len(got) != 1 || got[0] != cleo.ID {
		t.Errorf("the org links Ada to %v", got)
	}
	p.click("Remove Cleo Linked as The boss")
	p.see("is not linked any more.")
	p.visit(s.Console + "/people/" + ben.ID + "/linked")
	p.click("Remove Cleo Linked as The crew")
	p.see("is not linked any more.")
	if got := append(linked(ada, "boss"), linked(ben, "crew")...); len(got) != 0 {
		t.Errorf("the org still links %v", got)
	}

	p.visit(s.Console + "/linked-objects")
	p.click("Delete The boss")
	p.fill("Type boss to confirm", "bos")
	p.confirm()
	p.see("Not deleted: the name does not match")
	p.visit(s.Console + "/linked-objects")
	p.click("Delete The boss")
	p.fill("Type boss to confirm", "boss")
	p.confirm()
	p.see("The boss and The crew are deleted.")
	p.see("No relationships are defined")
	p.visit(s.Console + "/people/" + ada.ID + "/history")
	if text := p.text(); !strings.Contains(text, "linked object") {
		t.Errorf("the history of Ada does not tell: %s", text)
	}
}
