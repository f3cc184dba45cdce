package e2e

import (
	"testing"

	"github.com/go-rod/rod/lib/input"
)

// The tabs of a person, their questions and what comes back from them, in light and dark, wide and narrow.
func TestTabsOfAPersonAreAccessible(t *testing.T) {
	s := startSite(t)
	who, other := s.addPerson(t, "Tab", "Person", ""), s.addPerson(t, "Other", "Person", "")
	at := "/api/v1/users/" + who.ID
	for _, f := range []map[string]any{
		{"factorType": "sms", "provider": "OKTA", "profile": map[string]string{"phoneNumber": "+15554151340"}},
		{"factorType": "push", "provider": "OKTA"},
		{"factorType": "webauthn", "provider": "FIDO"},
		{"factorType": "question", "provider": "OKTA", "profile": map[string]string{"question": "disliked_food", "answer": "mayonnaise"}},
	} {
		s.api(t, "POST", at+"/factors?activate=true", f, nil)
	}
	s.api(t, "POST", "/api/v1/meta/schemas/user/linkedObjects", map[string]any{
		"primary": map[string]string{"name": "boss", "title": "Boss", "type": "USER"}, "associated": map[string]string{"name": "crew", "title": "Crew", "type": "USER"},
	}, nil)
	s.api(t, "PUT", at+"/linkedObjects/boss/"+other.ID, nil, nil)
	s.api(t, "POST", at+"/roles", map[string]string{"type": "HELP_DESK_ADMIN"}, nil)
	var desk struct{ ID string }
	s.api(t, "POST", "/api/v1/groups", map[string]any{"profile": map[string]string{"name": "Night desk"}}, &desk)
	s.api(t, "POST", "/api/v1/groups/"+desk.ID+"/roles", map[string]string{"type": "REPORT_ADMIN"}, nil)
	s.api(t, "PUT", "/api/v1/groups/"+desk.ID+"/users/"+who.ID, nil, nil)
	p := newVisitor(t).signIn(s, "super-admin", "/")
	person := "/people/" + who.ID
	paths := []string{
		person + "/factors", person + "/factors?enrol=choose", person + "/factors?enrol=sms/OKTA", person + "/factors?enrol=question/OKTA",
		person + "/roles", person + "/roles?role=JBCUYUC7IRCVGS27IFCE2SKO&find=S", person + "/linked", person + "/linked?link=boss&side=associated&find=Other",
		person + "/groups?find=S", "/people/" + s.as(t, "super-admin").UserID + "/sessions", "/linked-objects", "/linked-objects/new",
	}
	for _, f := range s.factors(t, who.ID) {
		paths = append(paths, person+"/factors?factor="+f.ID)
	}
	for _, path := range paths {
		p.visit(s.Console + path)
		p.accessible(path)
	}
	for _, q := range []struct{ path, opener string }{
		{person + "/factors", "Reset SMS"}, {person + "/roles", "Give a role"}, {person + "/roles", "Remove the role Help Desk Administrator"}, {"/linked-objects", "Delete Boss"},
	} {
		p.visit(s.Console + q.path)
		p.click(q.opener)
		p.accessible(q.opener)
		p.must(p.Keyboard.Press(input.Escape))
	}
	p.visit(s.Console + "/people/" + other.ID + "/factors?enrol=token:software:totp/GOOGLE")
	p.click("Enrol")
	p.see("It is shown this once")
	p.accessible("the key of an app")
	p.visit(s.Org + "/outbox")
	p.accessible("the outbox")
}
