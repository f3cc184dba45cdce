package handlers

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"gatehouse/internal/audit"
	"gatehouse/internal/okta"
)

const (
	anna = `{"id":"00u9f3k2m1QxYb7Za1d7","status":"ACTIVE","lastLogin":null,"profile":{"firstName":"Anna","lastName":"Berg","login":"anna@company.example","email":"anna@company.example","title":"Agent","vendorField":{"kept":true}},` +
		`"credentials":{"provider":{"type":"OKTA","name":"OKTA"}},"_links":{"suspend":{"href":"x"},"resetPassword":{"href":"x"},"expirePassword":{"href":"x"},"deactivate":{"href":"x"}}}`
	annaPath = "/people/00u9f3k2m1QxYb7Za1d7"
	schema   = `{"definitions":{"base":{"required":["login"],"properties":{"login":{"title":"Username","type":"string","minLength":5,"maxLength":100,"mutability":"READ_WRITE"},"firstName":{"title":"First name","type":"string","mutability":"READ_WRITE"},` +
		`"lastName":{"type":"string","mutability":"READ_WRITE"},"title":{"title":"Title","type":"string","mutability":"READ_WRITE"},"email":{"type":"string","mutability":"READ_WRITE"}}},` +
		`"custom":{"properties":{"secretRank":{"title":"Rank","type":"integer","mutability":"READ_ONLY"},"floor":{"title":"Floor","type":"integer","mutability":"READ_WRITE"},"remote":{"title":"Remote","type":"boolean","mutability":"READ_WRITE"}}}}}`
)

// orgOf is an org with Anna; writes are answered by write, which gets the body.
type orgOf struct {
	writes atomic.Int32
	logs   func(w http.ResponseWriter, r *http.Request, body string)
	write  func(w http.ResponseWriter, r *http.Request, body string)
}

func (o *orgOf) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.Method != http.MethodGet:
		o.writes.Add(1)
		b, _ := io.ReadAll(r.Body)
		o.write(w, r, string(b))
	case r.URL.Path == "/api/v1/logs" && o.logs != nil:
		o.logs(w, r, "")
	case strings.HasPrefix(r.URL.Path, "/api/v1/meta/schemas/"):
		answerJSON(w, schema)
	case strings.HasPrefix(r.URL.Path, "/api/v1/users/00u"):
		if strings.Count(r.URL.Path, "/") > 4 {
			answerJSON(w, "[]")
			return
		}
		w.Header().Set("ETag", `W/"1"`)
		answerJSON(w, anna)
	default:
		answerJSON(w, "[]")
	}
}

func newPersonFixture(t *testing.T, write func(w http.ResponseWriter, r *http.Request, body string)) (*fixture, *orgOf) {
	o := &orgOf{write: write}
	f := newFixture(t, o.ServeHTTP)
	f.desk.session.Scopes = append(f.desk.session.Scopes, "okta.users.manage", "okta.schemas.read", "okta.groups.read", "okta.groups.manage", "okta.userTypes.read")
	return f, o
}

func refuseWith(status int, code, cause string) func(http.ResponseWriter, *http.Request, string) {
	return func(w http.ResponseWriter, _ *http.Request, _ string) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, `{"errorCode":"`+code+`","errorSummary":"refused","errorCauses":[{"errorSummary":"`+cause+`"}]}`)
	}
}

// editForm is the form as the page sends it: base and tag of what was drawn.
func editForm(fields ...string) url.Values {
	v := url.Values{
		"form_token": {"the-form-token"}, "etag": {`W/"1"`},
		"base": {`{"firstName":"Anna","lastName":"Berg","login":"anna@company.example","email":"anna@company.example","title":"Agent"}`},
	}
	for _, f := range fields {
		name, value, _ := strings.Cut(f, "=")
		v.Set(name, value)
	}
	return v
}

// Only what was changed is sent, under the version that was drawn.
func TestEditSendsOnlyWhatChanged(t *testing.T) {
	for _, c := range []struct {
		name   string
		fields []string
		want   string
	}{
		{"one attribute", []string{"profile.title=Lead", "profile.firstName=Anna"}, `{"profile":{"title":"Lead"}}`},
		{"an emptied one is removed", []string{"profile.title="}, `{"profile":{"title":null}}`},
		{"numbers and booleans keep their type", []string{"profile.floor=7", "profile.remote=true"}, `{"profile":{"floor":7,"remote":true}}`},
		{"markup is text", []string{"profile.title=<b>&"}, `{"profile":{"title":"<b>&"}}`},
		// security 34: no attribute that is not in the schema or may not be written, nothing beside the profile.
		{"what the form does not offer", []string{"profile.title=Lead", "profile.secretRank=1", "profile.admin=true", "status=ACTIVE", "credentials.password.value=x"}, `{"profile":{"title":"Lead"}}`},
		{"theirs was chosen", []string{"profile.title=Lead", "keep.title=theirs", "profile.floor=1"}, `{"profile":{"floor":1}}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got, tag string
			f, _ := newPersonFixture(t, func(w http.ResponseWriter, r *http.Request, body string) {
				got, tag = body, r.Header.Get("If-Match")
				answerJSON(w, anna)
			})
			w := f.ask(t, formRequest(annaPath, editForm(c.fields...)))
			if w.Code != http.StatusSeeOther || got != c.want || tag != `W/"1"` {
				t.Errorf("%d, sent %s under %s, want %s\n%s", w.Code, got, tag, c.want, w.Body)
			}
		})
	}
}

func TestEditRefused(t *testing.T) {
	t.Run("nothing changed, nothing sent", func(t *testing.T) {
		f, o := newPersonFixture(t, nil)
		if w := f.ask(t, formRequest(annaPath, editForm("profile.title=Agent"))); w.Code != http.StatusSeeOther || o.writes.Load() != 0 {
			t.Errorf("%d after %d writes", w.Code, o.writes.Load())
		}
	})
	t.Run("no number", func(t *testing.T) {
		f, o := newPersonFixture(t, nil)
		w := f.ask(t, formRequest(annaPath, editForm("profile.floor=seven")))
		if w.Code != http.StatusUnprocessableEntity || o.writes.Load() != 0 {
			t.Errorf("%d after %d writes", w.Code, o.writes.Load())
		}
		has(t, w, "Must be a whole number", `value="seven"`)
	})
	t.Run("by the org, at the field", func(t *testing.T) {
		f, _ := newPersonFixture(t, refuseWith(400, "E0000001", "login: Username must be in the form of an email address"))
		w := f.ask(t, formRequest(annaPath, editForm("profile.login=anna", "profile.title=Lead")))
		if w.Code != http.StatusUnprocessableEntity {
			t.Errorf("%d", w.Code)
		}
		has(t, w, "form of an email address", `id="field-profile.login-error"`, `value="anna"`, `value="Lead"`)
	})
	t.Run("as JSON by field", func(t *testing.T) {
		f, _ := newPersonFixture(t, refuseWith(400, "E0000001", "login: Not good"))
		w := f.ask(t, formRequest(annaPath, editForm("profile.login=anna"), "Accept: application/json", "Gatehouse-Request: 1"))
		has(t, w, `"status":422`, `"fields":{"login":"Not good"}`)
	})
	t.Run("somebody was faster", func(t *testing.T) { // fault 16
		f, _ := newPersonFixture(t, refuseWith(412, "E0000231", ""))
		w := f.ask(t, formRequest(annaPath, editForm("profile.title=Lead", "base={\"title\":\"Clerk\"}")))
		if w.Code != http.StatusPreconditionFailed {
			t.Errorf("%d", w.Code)
		}
		has(t, w, "Clerk", "Agent", "Lead", `name="keep.title"`)
	})
}

// The page offers what state and permission allow; JSON names the same as operations.
func TestPersonOffers(t *testing.T) {
	f, _ := newPersonFixture(t, nil)
	w := f.ask(t, request(http.MethodGet, annaPath, "Accept: application/json"))
	has(t, w, `"vendorField":{"kept":true}`, `"can":["resetPassword","expirePassword","expirePasswordAndGetTemporaryPassword","clearUserSessions","suspendUser","deactivateUser","partialUpdateUser"`)
	w = f.ask(t, request(http.MethodGet, annaPath))
	has(t, w, `id="do-suspend"`, "5 to 100 characters", "Read-only in the schema")
	for _, not := range []string{"do-unlock", "do-activate", "do-delete"} {
		if contains(w, not) {
			t.Errorf("the page of somebody active offers %s", not)
		}
	}
	f.desk.session.Scopes = []string{"okta.users.read", "okta.schemas.read"}
	w = f.ask(t, request(http.MethodGet, annaPath))
	if contains(w, `id="do-`) || contains(w, ">Save<") {
		t.Error("somebody who may only read gets buttons that write")
	}
}

// fault 25, and what is not there.
func TestPersonAddresses(t *testing.T) {
	f, o := newPersonFixture(t, nil)
	for path, want := range map[string]int{
		"/people/..%2f..%2fadmin": 404, "/people/%00": 404, "/people/" + strings.Repeat("x", 5000): 404, "/people/a'%20or%201=1": 404,
		annaPath + "/nothing": 404, annaPath + "/json": 200, annaPath + "/history?after=x": 400, annaPath + "/groups": 200,
	} {
		if w := f.ask(t, request(http.MethodGet, path)); w.Code != want {
			t.Errorf("%.60s: %d, want %d", path, w.Code, want)
		}
	}
	f.desk.session.Scopes = append(f.desk.session.Scopes, "okta.logs.read")
	o.logs = refuseWith(403, "E0000006", "")
	if w := f.ask(t, request(http.MethodGet, annaPath+"/activity")); w.Code != http.StatusForbidden || !contains(w, "role does not cover") || !contains(w, "Anna Berg") {
		t.Errorf("a log that the role does not cover: %d %s", w.Code, w.Body)
	}
	if w := f.ask(t, formRequest(annaPath+"/explode", editForm())); w.Code != http.StatusNotFound || o.writes.Load() != 0 {
		t.Errorf("an unknown action: %d after %d writes", w.Code, o.writes.Load())
	}
}

// fault 17: a form sent twice adds one person, and the second sees the first's.
func TestCreateOnce(t *testing.T) {
	f, o := newPersonFixture(t, func(w http.ResponseWriter, _ *http.Request, _ string) { answerJSON(w, anna) })
	v := url.Values{"form_token": {"the-form-token"}, "form_id": {"one"}, "start": {"email"}, "profile.firstName": {"Anna"}, "profile.login": {"anna@company.example"}}
	for range 2 {
		w := f.ask(t, formRequest("/people/new", v))
		if w.Code != http.StatusSeeOther || w.Header().Get("Location") != annaPath {
			t.Errorf("%d to %s", w.Code, w.Header().Get("Location"))
		}
	}
	if n := o.writes.Load(); n != 1 {
		t.Errorf("the org was asked %d times to create", n)
	}
	v.Set("form_id", "two")
	f.ask(t, formRequest("/people/new", v))
	if n := o.writes.Load(); n != 2 {
		t.Errorf("another form: %d writes, want 2", n)
	}
}

func TestCreateSends(t *testing.T) {
	for _, c := range []struct{ start, query, body string }{
		{"email", "activate=true", `{"profile":{"firstName":"Anna"}}`},
		{"staged", "activate=false", `{"profile":{"firstName":"Anna"}}`},
		{"password", "activate=true&nextLogin=changePassword", `{"profile":{"firstName":"Anna"},"credentials":{"password":{"value":"Secret-77"}}}`},
	} {
		t.Run(c.start, func(t *testing.T) {
			var query, body string
			f, _ := newPersonFixture(t, func(w http.ResponseWriter, r *http.Request, b string) {
				query, body = r.URL.RawQuery, b
				refuseWith(400, "E0000001", "password: Too weak")(w, r, b)
			})
			w := f.ask(t, formRequest("/people/new", url.Values{
				"form_token": {"the-form-token"}, "start": {c.start}, "password": {"Secret-77"}, "change": {"true"}, "profile.firstName": {"Anna"}, "profile.secretRank": {"9"},
			}))
			if query != c.query || body != c.body {
				t.Errorf("sent %s to ?%s, want %s to ?%s", body, query, c.body, c.query)
			}
			has(t, w, "Too weak", `value="Anna"`)
			if contains(w, "Secret-77") { // security 39, 45
				t.Error("the page repeats the password")
			}
		})
	}
}

// A reason goes into the trail; a secret of the answer does not.
func TestActionInTheTrail(t *testing.T) {
	f, _ := newPersonFixture(t, func(w http.ResponseWriter, _ *http.Request, _ string) { answerJSON(w, `{"tempPassword":"hunter-22"}`) })
	w := f.ask(t, formRequest(annaPath+"/temporary-password", url.Values{"form_token": {"the-form-token"}, "reason": {"HD-12"}}))
	has(t, w, "hunter-22", "It is shown this once")
	header(t, w, "Cache-Control", "no-store")
	rows, _, err := f.config.Trail.List(t.Context(), audit.Filter{Target: "00u9f3k2m1QxYb7Za1d7"}, "", 1)
	if err != nil || len(rows) != 1 || rows[0].Reason != "HD-12" || strings.Contains(string(rows[0].After), "hunter-22") || len(rows[0].Before) == 0 {
		t.Errorf("the trail holds %+v (%v)", rows, err)
	}
	for _, c := range w.Result().Cookies() {
		if strings.Contains(c.Value, "hunter") {
			t.Error("a cookie holds the password")
		}
	}
}

func TestStatesHaveWords(t *testing.T) {
	for _, s := range []string{"STAGED", "PROVISIONED", "RECOVERY", "PASSWORD_EXPIRED", "LOCKED_OUT", "SUSPENDED", "DEPROVISIONED"} {
		if statusWords(okta.Object{}.With("status", s)) == "" || strings.Contains(stateWords(s), "_") {
			t.Errorf("%s has no words", s)
		}
	}
}
