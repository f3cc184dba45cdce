package handlers

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/a-h/templ"
	"github.com/gin-gonic/gin"

	"gatehouse/internal/auth"
	"gatehouse/internal/okta"
	"gatehouse/web/templates/ui"
)

// withGuard puts the guard of sign-in in front of the org at an address: it is what notices
// a missing scope, and what was changed.
func withGuard(t *testing.T, org string) func(*Config) {
	t.Helper()
	return func(c *Config) {
		transport, err := okta.NewTransport(org, okta.TransportOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if c.Org, err = okta.NewClient(org, transport, (&auth.Auth{}).Guard(), c.Trail.Guard()); err != nil {
			t.Fatal(err)
		}
	}
}

// writes is a route whose handler makes one call that changes something, and hides what becomes of it.
func (f *fixture) writes(op string, args map[string]string) route {
	return route{method: http.MethodPost, path: "/people/:id", handle: func(c *gin.Context) (View, error) {
		if _, err := f.config.Org.Do(c.Request.Context(), okta.Call{Op: okta.Find(op), Args: args}); err != nil {
			return thing("1 failed", "", "1 failed"), nil
		}
		return thing("done", "", "done"), nil
	}}
}

// A write without its scope: the form is kept without its secrets, the org is asked for
// the scope, and nothing else happened, whatever the handler made of the refusal.
func TestWriteWithoutScopeStepsUp(t *testing.T) {
	fields := url.Values{
		ui.FormTokenField: {"the-form-token"}, "profile.title": {"Chair"}, "group": {"00g1", "00g2"},
		"password": {"Swordfish-77"}, "answer": {"Blue"}, "passCode": {"123456"}, "new_password": {""},
	}
	for name, headers := range map[string][]string{
		"htmx":       {"HX-Request: true", "HX-Request-Type: partial", "HX-Current-URL: http://console.example/people/00u9?x=1&draft=old"},
		"plain form": {"Referer: http://console.example/people/00u9?x=1&draft=old"},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t, empty, withGuard(t, "http://127.0.0.1:1"))
			w := f.ask(t, formRequest("/people/00u9", fields, headers...), f.writes("suspendUser", map[string]string{"userId": "00u9"}))
			const to = "http://org.example/authorize?state=more"
			if name == "htmx" {
				header(t, w, "HX-Redirect", to)
			} else {
				header(t, w, "Location", to)
			}
			if want := map[string]int{"htmx": 200, "plain form": 303}[name]; w.Code != want {
				t.Errorf("status %d, want %d", w.Code, want)
			}
			if len(f.desk.drafts) != 1 || f.desk.returned != "/people/00u9?draft=draft-1&x=1" || !slices.Equal(f.desk.asked, []string{"okta.users.manage"}) {
				t.Fatalf("%d drafts, back to %s, asked for %v", len(f.desk.drafts), f.desk.returned, f.desk.asked)
			}
			d := f.desk.drafts[0]
			if d.Action != "/people/00u9" || d.Page != "/people/00u9?x=1" || d.Operation != "suspendUser" || !slices.Contains(d.Scopes, "okta.users.read") {
				t.Errorf("%+v", d)
			}
			if len(d.Fields) != 2 || d.Fields.Get("profile.title") != "Chair" || len(d.Fields["group"]) != 2 {
				t.Errorf("fields %v", d.Fields)
			}
			if !slices.Equal(d.Omitted, []string{"answer", "passCode", "password"}) {
				t.Errorf("left out: %v", d.Omitted)
			}
		})
	}
}

// The way back from a step-up leads to a page, wherever the form was drawn.
func TestFormsComeBackToAPage(t *testing.T) {
	f := newFixture(t, empty)
	for _, test := range []struct{ name, action, referer, current, want string }{
		{"the page that htmx was on", "/people/00u1/suspend", "http://console.example/x", "http://console.example/people/00u1/groups?find=a", "/people/00u1/groups?find=a"},
		{"the page of a plain form", "/people/00u1", "http://console.example/people/00u1", "", "/people/00u1"},
		{"a list with its cursor", "/people/selected/run", "http://console.example/people?after=c2", "", "/people?after=c2"},
		{"drawn by a write", "/groups/00g1/members", "http://console.example/groups/00g1/members/00u1/remove", "", "/groups/00g1/members"},
		{"no Referer", "/people/new", "", "", "/people/new"},
		{"another site", "/groups/new", "https://evil.example/people", "", "/groups/new"},
		{"nothing at all", "/sessions/x/end", "", "", "/sessions"},
	} {
		t.Run(test.name, func(t *testing.T) {
			c, _ := gin.CreateTestContext(httptest.NewRecorder())
			c.Request = formRequest(test.action, nil, "Referer: "+test.referer, "HX-Current-URL: "+test.current)
			if got := f.formPage(c); got != test.want {
				t.Errorf("back to %s, want %s", got, test.want)
			}
		})
	}
}

// JSON is told in words, and nothing is kept.
func TestJSONWithoutScopeIsRefused(t *testing.T) {
	f := newFixture(t, empty, withGuard(t, "http://127.0.0.1:1"))
	r := route{method: http.MethodPost, path: "/people/:id", handle: func(c *gin.Context) (View, error) {
		_, err := f.config.Org.Do(c.Request.Context(), okta.Call{Op: okta.Find("suspendUser"), Args: userArg("00u9")})
		return nil, err
	}}
	w := f.ask(t, formRequest("/people/00u9", nil, "Accept: application/json", "Gatehouse-Request: 1"), r)
	if w.Code != http.StatusForbidden || len(f.desk.drafts) != 0 {
		t.Errorf("status %d, %d drafts", w.Code, len(f.desk.drafts))
	}
	has(t, w, `"code":"scope"`, "okta.users.manage")
}

// A session that ended in the middle of a form: the form is kept for its owner. One that
// does not prove that it is theirs is not.
func TestSignedOutFormIsKept(t *testing.T) {
	cases := []struct {
		name, token string
		headers     []string
		kept        bool
	}{
		{"htmx", "", []string{"HX-Request: true", "HX-Request-Type: partial", "HX-Current-URL: http://console.example/people/00u9"}, true},
		{"plain form", "old-token", []string{"Referer: http://console.example/people/00u9"}, true},
		{"a form of nobody", "guess", nil, false},
	}
	for _, test := range cases {
		t.Run(test.name, func(t *testing.T) {
			f := newFixture(t, empty)
			f.desk.over = &auth.Session{UserID: "00u1", FormToken: "old-token", Scopes: []string{"okta.users.manage"}}
			r := formRequest("/people/00u9", url.Values{ui.FormTokenField: {test.token}, "profile.title": {"Chair"}}, test.headers...)
			r.Header.Set("Cookie", "gatehouse_80=gone")
			w := f.ask(t, r)
			if w.Code != http.StatusUnauthorized || (len(f.desk.drafts) == 1) != test.kept {
				t.Fatalf("status %d, %d drafts", w.Code, len(f.desk.drafts))
			}
			if !test.kept {
				return
			}
			if d := f.desk.drafts[0]; d.Fields.Get("profile.title") != "Chair" || !slices.Equal(d.Scopes, []string{"okta.users.manage"}) {
				t.Errorf("%+v", d)
			}
			const to = "/login?return_to=%2Fpeople%2F00u9%3Fdraft%3Ddraft-1"
			if test.name == "htmx" {
				header(t, w, "HX-Redirect", to)
			} else {
				has(t, w, to, "kept")
			}
		})
	}
}

// pageWith is a console whose page /thing holds the markup and brings back d.
func pageWith(t *testing.T, markup string, d auth.Draft, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	f := newFixture(t, empty)
	d.ID, d.KeptAt = "d1", noon
	f.desk.drafts = []auth.Draft{d}
	f.desk.session.Scopes = append(f.desk.session.Scopes, "okta.users.manage")
	return f.ask(t, request(http.MethodGet, "/thing?q=ana&draft=d1", headers...), route{method: http.MethodGet, path: "/thing", handle: func(c *gin.Context) (View, error) {
		if c.Query("q") != "ana" || c.Request.URL.Query().Has("draft") {
			t.Errorf("the handler sees %s", c.Request.URL)
		}
		return Screen{Around: About{Title: "Thing"}, Body: templ.Raw(markup)}, nil
	}})
}

const drawnEdit = `<form method="post" action="/thing" data-unsaved><input type="hidden" name="form_token" value="fresh">
<input type="hidden" name="etag" value="new"><input name="title" value="Old"><input type="password" name="password">
<textarea name="note">old</textarea><select name="kind"><option value="a" selected>A</option><option value="b">B</option></select>
<input type="checkbox" name="group" value="g1" checked><input type="checkbox" name="group" value="g2">
<input type="radio" name="start" value="x" checked><input type="radio" name="start" value="y">
<details><summary>More</summary><input name="city" value=""></details><button type="submit">Save</button></form>`

func TestDraftFillsItsForm(t *testing.T) {
	w := pageWith(t, drawnEdit, auth.Draft{Action: "/thing", Operation: "partialUpdateUser", Missing: []string{"okta.users.manage"}, Omitted: []string{"password"}, Fields: url.Values{
		"etag": {"drawn"}, "title": {`<b>"Chair"`}, "note": {"two\nlines"}, "kind": {"b"}, "group": {"g2"}, "start": {"y"}, "city": {"Oslo"},
	}})
	has(t, w, `value="drawn"`, `value="&lt;b&gt;&#34;Chair&#34;"`, "two\nlines</textarea>", `<option value="a">`, `<option value="b" selected="">`,
		`<input type="checkbox" name="group" value="g1"/>`, `<input type="checkbox" name="group" value="g2" checked=""/>`,
		`name="start" value="x"/>`, `name="start" value="y" checked=""/>`, `<details open="">`, `value="Oslo"`,
		`<input type="hidden" name="draft" value="d1"/>`, "Ready, not sent yet: press Save", "okta.users.manage", "Enter again what is secret", `name="form_token" value="fresh"`)
}

// What has no place on the page, such as a form that is gone, is shown and sent from a form of its own.
func TestDraftWithoutItsForm(t *testing.T) {
	for name, markup := range map[string]string{
		"no form":            "<p>Nothing</p>",
		"another object":     `<form method="post" action="/thing"><input type="hidden" name="group" value="00g2"><button>Add to Sales</button></form>`,
		"a field is missing": `<form method="post" action="/thing" data-unsaved><input name="reason"><button>Save</button></form>`,
		"a choice is gone":   `<form method="post" action="/thing" data-unsaved><select name="group"><option value="00g2">Sales</option></select><input name="reason"><button>Save</button></form>`,
		"in a menu":          `<div popover><form method="post" action="/thing"><input type="hidden" name="group" value="00g1"><button>Add</button></form></div>`,
	} {
		t.Run(name, func(t *testing.T) {
			w := pageWith(t, markup, auth.Draft{Action: "/thing", Operation: "addUserToGroup", Omitted: []string{"password"}, Fields: url.Values{"group": {"00g1"}, "reason": {"T-1"}, "base": {"{}"}}})
			has(t, w, "Send: Add user to group", `<input type="hidden" name="group" value="00g1"/>`, `<input type="hidden" name="base" value="{}"/>`, "<dt><bdi>reason</bdi></dt>", `type="password"`)
			if contains(w, "<dt><bdi>base") {
				t.Error("the state of the form is shown")
			}
		})
	}
}

// One of several forms with one action is the one that acts on the same thing; a dialog is open.
func TestDraftFindsTheButtonAndTheDialog(t *testing.T) {
	w := pageWith(t, `<form method="post" action="/thing"><input type="hidden" name="group" value="00g1"><button>Add to Sales</button></form>
		<form method="post" action="/thing"><input type="hidden" name="group" value="00g2"><button aria-label="Add to Finance">Add</button></form>`,
		auth.Draft{Action: "/thing", Fields: url.Values{"group": {"00g2"}}})
	has(t, w, "press Add to Finance", `aria-label="Add to Finance" autofocus=""`, "You have signed in again.")
	if contains(w, `<button autofocus`) {
		t.Error("the other button is ready")
	}
	w = pageWith(t, `<dialog id="do"><form method="post" action="/thing"><div class="dialog-body"><input name="reason"></div><button type="button">Cancel</button><button>Suspend</button></form></dialog>`,
		auth.Draft{Action: "/thing", Fields: url.Values{"reason": {"T-1"}}})
	has(t, w, `<dialog id="do" open="" data-open="">`, `value="T-1"`, "press Suspend")
}

// The button to press is the one that sends the form, not one that searches in it.
func TestDraftNamesTheButtonThatSends(t *testing.T) {
	w := pageWith(t, `<form method="post" action="/thing"><input name="find"><button type="submit" formaction="/find" formnovalidate>Find</button><button type="submit">Add to group</button></form>`,
		auth.Draft{Action: "/thing", Fields: url.Values{"find": {"Sal"}}})
	has(t, w, "press Add to group", `<button type="submit" autofocus="" class="btn-ready">Add to group`)
}

// A scope that the org did not grant is named, with who can grant it, and nothing can be sent.
func TestDraftOfARefusedScope(t *testing.T) {
	w := pageWith(t, "<p>Nothing</p>", auth.Draft{Action: "/thing", Operation: "createGroup", Missing: []string{"okta.groups.manage"}, Fields: url.Values{"name": {"Choir"}}})
	has(t, w, "did not grant okta.groups.manage", "super admin", "Choir")
	if contains(w, "Send: ") {
		t.Error("it can be sent all the same")
	}
}

// A draft goes when its form was accepted, and stays when it was not; a swap has no place for it.
func TestDraftIsDroppedOnceSent(t *testing.T) {
	for _, test := range []struct {
		status, left int
	}{{http.StatusOK, 0}, {http.StatusUnprocessableEntity, 1}} {
		f := newFixture(t, empty)
		f.desk.drafts = []auth.Draft{{ID: "d1"}}
		w := f.ask(t, formRequest("/thing", url.Values{"draft": {"d1"}, "title": {"x"}}, "HX-Request: true", "HX-Request-Type: partial", "HX-Current-URL: http://console.example/thing?draft=d1&q=ana"),
			route{method: http.MethodPost, path: "/thing", handle: func(c *gin.Context) (View, error) {
				if c.PostForm("draft") != "" || c.PostForm("title") != "x" {
					t.Errorf("the handler sees %v", c.Request.PostForm)
				}
				v := thing("", "", "done")
				v.Around.Status = test.status
				return v, nil
			}})
		if len(f.desk.drafts) != test.left {
			t.Errorf("status %d: %d drafts", test.status, len(f.desk.drafts))
		}
		if replaced := w.Header().Get("HX-Replace-Url"); (replaced == "/thing?q=ana") != (test.left == 0) {
			t.Errorf("status %d: the address becomes %q", test.status, replaced)
		}
	}
	w := pageWith(t, drawnEdit, auth.Draft{Action: "/thing", Fields: url.Values{"title": {"Chair"}}}, "HX-Request: true", "HX-Request-Type: partial")
	if strings.Contains(w.Body.String(), "Chair") {
		t.Error("a fragment was filled")
	}
}
