package e2e

import (
	"strings"
	"testing"

	"github.com/go-rod/rod/lib/proto"
)

// endSessions ends what an admin has open, at the org.
func (s *site) endSessions(t *testing.T, name string) {
	t.Helper()
	s.api(t, "DELETE", "/api/v1/users/"+s.as(t, name).UserID+"/sessions?oauthTokens=true", nil, nil)
}

// longEdit types into many fields of a person's form, and returns what it typed by label.
func (p *tab) longEdit() map[string]string {
	p.t.Helper()
	typed := map[string]string{"Title": `Head of <"quotes"> & so on`, "Department": "Recherche", "Badge number": "B-4711", "Languages": "en\nfr\nyo", "Reason or ticket (optional)": "HELP-12"}
	for label, value := range typed {
		p.fill(label, value)
	}
	return typed
}

// holdsEdit fails unless the form holds what was typed.
func (p *tab) holdsEdit(typed map[string]string) {
	p.t.Helper()
	for label, value := range typed {
		if got := p.label(label).MustProperty("value").Str(); got != value {
			p.t.Errorf("%s is %q, typed %q", label, got, value)
		}
	}
}

// security 11: a sign-in reads; the first change asks the org for its scope and comes back
// to the same form, filled in, with nothing sent. The next change of the kind goes through.
func TestFirstChangeComesBackToItsForm(t *testing.T) {
	s := startSite(t)
	one := s.addPerson(t, "ida", "step", "")
	p := newVisitor(t).signInToRead(s, "super-admin", "/people/"+one.ID)
	typed := p.longEdit()
	p.follow("Save")
	p.see("Ready, not sent yet: press Save")
	p.see("okta.users.manage")
	p.holdsEdit(typed)
	if got := s.person(t, one.ID).Profile; got["title"] != nil || got["department"] != nil {
		t.Errorf("sent by itself: %v", got)
	}
	p.click("Save")
	p.see("Saved:")
	if got := s.person(t, one.ID).Profile; got["title"] != typed["Title"] || got["badge"] != "B-4711" || len(got["languages"].([]any)) != 3 {
		t.Errorf("saved: %v", got)
	}
	p.gone("Ready, not sent yet")
	p.must(p.holds(`() => !location.search.includes("draft")`))
	p.see("HELP-12")

	p.fill("Title", "Lead")
	p.click("Save")
	p.see("Saved: Title.")
}

// An action comes back with its dialog open: one more press.
func TestActionComesBackWithItsDialog(t *testing.T) {
	s := startSite(t)
	one := s.addPerson(t, "sus", "step", "")
	p := newVisitor(t).signInToRead(s, "help-desk-admin", "/people/"+one.ID)
	p.openAction("expire-password")
	p.must(p.find("dialog[open] input[name=reason]").Timeout(patience).Input("HELP-9"))
	p.confirm()
	p.see("Ready, not sent yet: press Expire password")
	p.must(p.holds(`() => document.querySelector("dialog[open]:modal input[name=reason]").value === "HELP-9"`))
	if now := s.person(t, one.ID); now.Status != "ACTIVE" {
		t.Errorf("sent by itself: %s", now.Status)
	}
	p.confirm()
	p.see("must change the password")
	if now := s.person(t, one.ID); now.Status != "PASSWORD_EXPIRED" {
		t.Errorf("status %s", now.Status)
	}
}

// A button among many comes back ready; the others of its kind are as they were.
func TestButtonComesBackReady(t *testing.T) {
	s := startSite(t)
	one := s.addPerson(t, "gus", "step", "")
	p := newVisitor(t).signInToRead(s, "super-admin", "/people/"+one.ID+"/groups")
	p.must(p.find(`input[name=find]`).Timeout(patience).Input("e"))
	p.click("Find")
	p.click("Add to Engineering")
	p.see("Ready, not sent yet: press Add to Engineering")
	p.must(p.holds(`() => document.activeElement.getAttribute("aria-label") === "Add to Engineering"`))
	p.click("Add to Engineering")
	p.see("gus step joined Engineering.")
}

// fault 6: a session that the org ended in the middle of a long edit loses nothing; and
// somebody else who signs in there sees nothing of it.
func TestExpiredSessionLosesNothing(t *testing.T) {
	s := startSite(t)
	one := s.addPerson(t, "lea", "edit", "")
	v := newVisitor(t)
	p := v.signInToRead(s, "user-admin", "/people/"+one.ID)
	typed := p.longEdit()
	s.endSessions(t, "user-admin")
	p.follow("Save")
	p.find("input[name=username]")

	draft := s.query(t, "console.db", `SELECT id FROM auth_draft`)[0]
	other := v.open(s.Console + "/people/" + one.ID + "?draft=" + draft)
	other.follow("Sign in")
	other.signInAs(s.as(t, "super-admin"), seedPassword)
	other.see("lea edit")
	other.gone("not sent yet")
	if got := other.label("Title").MustProperty("value").Str(); got != "" {
		t.Errorf("somebody else sees %q", got)
	}
	other.follow("Sign out")

	_, err := p.Activate() // a tab in the background does not draw
	p.must(err)
	p.signInAs(s.as(t, "user-admin"), seedPassword)
	p.see("You have signed in again.")
	p.holdsEdit(typed)
	p.follow("Save") // asks for the scope
	p.see("okta.users.manage")
	p.holdsEdit(typed)
	p.click("Save")
	p.see("Saved:")
	if got := s.person(t, one.ID).Profile; got["title"] != typed["Title"] || got["department"] != typed["Department"] {
		t.Errorf("saved: %v", got)
	}
}

// Back and a double click around a step-up change nothing twice and lose nothing.
func TestBackAndDoubleClickAroundAStepUp(t *testing.T) {
	s := startSite(t)
	p := newVisitor(t).signInToRead(s, "super-admin", "/groups/new")
	p.fill("Name", "Choir of the step")
	double := func(name string) {
		t.Helper()
		p.ready()
		e, err := p.element(byName, name)
		p.must(err)
		p.must(e.Timeout(patience).Click(proto.InputMouseButtonLeft, 2))
	}
	double("Add group")
	p.see("Ready, not sent yet: press Add group")
	p.must(p.NavigateBack())
	p.ready()
	p.must(p.holds(`() => location.pathname === "/groups/new" && !location.search`))
	p.must(p.NavigateForward())
	p.see("Ready, not sent yet: press Add group")
	if got := p.label("Name").MustProperty("value").Str(); got != "Choir of the step" {
		t.Errorf("after Back and Forward the form holds %q", got)
	}
	double("Add group")
	p.see("Choir of the step was added.")
	p.must(p.NavigateBack())
	p.ready()
	p.gone("Ready, not sent yet") // it was sent
	var groups []struct{ ID string }
	s.api(t, "GET", "/api/v1/groups?q=Choir", nil, &groups)
	if len(groups) != 1 {
		t.Errorf("%d groups", len(groups))
	}
}

// The same without script.
func TestStepUpWithoutScript(t *testing.T) {
	s := startSite(t)
	c := newClient(t)
	page := c.signInToRead(s, "super-admin", "/groups/new")
	fields, action := formOf(t, page, "/groups/new")
	fields.Set("profile.name", "Plain choir")
	page = c.follow(c.send("POST", action, fields.Encode(), "Origin", s.Console, "Referer", s.Console+"/groups/new"))
	if !strings.Contains(page.body, "Ready, not sent yet: press Add group") || !strings.Contains(page.body, "Plain choir") {
		t.Fatalf("%s: %d\n%s", page, page.status, page.body)
	}
	fields, action = formOf(t, page, "/groups/new")
	page = c.follow(c.send("POST", action, fields.Encode(), "Origin", s.Console, "Referer", page.url.String()))
	if !strings.Contains(page.body, "Plain choir was added.") {
		t.Errorf("%s: %d\n%s", page, page.status, page.body)
	}
	if drafts := s.query(t, "console.db", `SELECT id FROM auth_draft`); len(drafts) != 0 {
		t.Errorf("%d drafts left", len(drafts))
	}
}

// A scope that the org did not grant to the console is named, with who can grant it; what
// was entered is there to be read, and the console does not ask in circles.
func TestStepUpThatTheOrgDoesNotGrant(t *testing.T) {
	s := startSite(t)
	var apps []struct{ ID, Label string }
	s.api(t, "GET", "/api/v1/apps?q=Gatehouse", nil, &apps)
	if len(apps) != 1 {
		t.Fatalf("apps %v", apps)
	}
	var grants []struct{ ID, ScopeID string }
	s.api(t, "GET", "/api/v1/apps/"+apps[0].ID+"/grants", nil, &grants)
	for _, g := range grants {
		if g.ScopeID == "okta.groups.manage" {
			s.api(t, "DELETE", "/api/v1/apps/"+apps[0].ID+"/grants/"+g.ID, nil, nil)
		}
	}
	c := newClient(t)
	page := c.signInToRead(s, "super-admin", "/groups/new")
	fields, action := formOf(t, page, "/groups/new")
	fields.Set("profile.name", "Choir without a scope")
	page = c.follow(c.send("POST", action, fields.Encode(), "Origin", s.Console, "Referer", page.url.String()))
	for _, text := range []string{"the org did not grant okta.groups.manage", "super admin", "Choir without a scope"} {
		if !strings.Contains(page.body, text) {
			t.Errorf("the page lacks %q: %d %s\n%s", text, page.status, page, page.body)
		}
	}
	before := len(c.answers)
	page = c.follow(c.send("POST", action, fields.Encode(), "Origin", s.Console, "Referer", page.url.String()))
	if page.status != 403 || len(c.answers) != before+1 || !strings.Contains(page.body, "okta.groups.manage") {
		t.Errorf("the second try: %d after %d answers", page.status, len(c.answers)-before)
	}
}
