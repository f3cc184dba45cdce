package handlers

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/a-h/templ"
	"github.com/gin-gonic/gin"

	"gatehouse/internal/okta"
	"gatehouse/web/templates/ui"
)

func thing(body, part, data string) Screen {
	return Screen{Around: About{Title: "Thing"}, Body: templ.Raw(body), Part: templ.Raw(part), Data: itemOf(data, nil)}
}

func answering(v View, err error) route {
	return route{method: http.MethodGet, path: "/thing", handle: func(*gin.Context) (View, error) { return v, err }}
}

func TestAdapterPicksTheShape(t *testing.T) {
	f := newFixture(t, empty)
	r := answering(thing("<i>body</i>", "<i>part</i>", "data"), nil)
	for _, c := range []struct {
		name    string
		headers []string
		want    form
	}{
		{"a browser", []string{"Accept: text/html,application/xhtml+xml,*/*;q=0.8"}, page},
		{"nothing said", nil, page},
		{"anything", []string{"Accept: */*"}, page},
		{"JSON only", []string{"Accept: application/json"}, document},
		{"JSON preferred", []string{"Accept: text/html;q=0.5, application/json"}, document},
		{"HTML preferred", []string{"Accept: text/html, application/json;q=0.9"}, page},
		{"both alike", []string{"Accept: application/json, text/html"}, page},
		{"JSON refused", []string{"Accept: application/json;q=0, */*"}, page},
		{"htmx, part of a page", []string{"Accept: text/html", "HX-Request: true", "HX-Request-Type: partial"}, fragment},
		{"htmx, a whole page", []string{"Accept: text/html", "HX-Request: true", "HX-Request-Type: full"}, page},
		{"htmx, Back", []string{"Accept: text/html", "HX-Request: true", "HX-Request-Type: partial", "HX-History-Restore-Request: true"}, page},
		{"htmx asking for JSON", []string{"Accept: application/json", "HX-Request: true", "HX-Request-Type: partial"}, document},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := f.ask(t, request(http.MethodGet, "/thing", c.headers...), r)
			header(t, w, "Vary", "Accept, HX-Request-Type, Accept-Encoding")
			header(t, w, "Cache-Control", "no-store") // security 27
			body := w.Body.String()
			var got form
			switch {
			case strings.Contains(body, "<!doctype html>") && strings.Contains(body, "<i>body</i>"):
				got = page
			case strings.Contains(body, "<i>part</i>") && !strings.Contains(body, "<html"):
				got = fragment
			case body == `{"item":"data","can":[]}`+"\n":
				got = document
			default:
				t.Fatalf("an answer of no shape: %s", body)
			}
			if got != c.want {
				t.Errorf("shape %d, want %d: %s", got, c.want, body)
			}
		})
	}
}

func TestAdapterPages(t *testing.T) {
	f := newFixture(t, empty)
	w := f.ask(t, request(http.MethodGet, "/thing"), answering(thing("<i>body</i>", "", ""), nil))
	has(t, w, "<title>Thing · Gatehouse</title>", "Mara Olsen", "Organization Administrator", "7 h 0 min", `name="form_token" value="the-form-token"`, `action="/logout"`, `id="search"`)
}

func TestAdapterKeepsDocumentsAsTheyAre(t *testing.T) {
	doc, err := okta.Parse([]byte(`{"b":1.50,"a":"<&>","big":12345678901234567890}`))
	if err != nil {
		t.Fatal(err)
	}
	f := newFixture(t, empty)
	w := f.ask(t, request(http.MethodGet, "/thing", "Accept: application/json"), answering(Screen{Data: listOf([]okta.Object{doc}, "/thing?after=x&limit=2")}, nil))
	want := `{"items":[{"b":1.50,"a":"<&>","big":12345678901234567890}],"next":"/thing?after=x&limit=2"}` + "\n"
	if w.Body.String() != want {
		t.Errorf("got %s want %s", w.Body, want)
	}
}

func TestAdapterRedirects(t *testing.T) {
	f := newFixture(t, empty)
	to := answering(redirect("/people/1", okta.Object{}, ui.Message{Kind: "ok", Title: "Created"}), nil)
	w := f.ask(t, request(http.MethodGet, "/thing", "HX-Request: true", "HX-Request-Type: partial"), to)
	if w.Code != http.StatusOK {
		t.Errorf("htmx gets %d, want 200", w.Code)
	}
	header(t, w, "HX-Redirect", "/people/1")

	to.method = http.MethodPost
	w = f.ask(t, formRequest("/thing", url.Values{ui.FormTokenField: {"the-form-token"}}), to)
	if w.Code != http.StatusSeeOther {
		t.Errorf("a browser gets %d, want 303", w.Code)
	}
	header(t, w, "Location", "/people/1")

	// The message waits for the page that follows, once.
	next := request(http.MethodGet, "/thing")
	next.Header.Add("Cookie", w.Result().Cookies()[0].String())
	w = f.ask(t, next, answering(thing("", "", ""), nil))
	has(t, w, "Created")
	if gone := w.Result().Cookies()[0]; gone.MaxAge >= 0 {
		t.Errorf("the message stays: %v", gone)
	}
}

func TestAdapterSendsMessagesBesideAFragment(t *testing.T) {
	f := newFixture(t, empty)
	v := thing("", "<tr><td>row</td></tr>", "")
	v.Around.Messages = []ui.Message{{Kind: "ok", Title: "Suspended"}}
	w := f.ask(t, request(http.MethodGet, "/thing", "HX-Request: true", "HX-Request-Type: partial"), answering(v, nil))
	has(t, w, `<head><title>Thing`, `<tr><td>row</td></tr>`, `<hx-partial hx-target="#messages" hx-swap="beforeend">`, "Suspended")
}

func TestAdapterRefusedWriteSendsTheForm(t *testing.T) {
	f := newFixture(t, empty)
	w := f.ask(t, request(http.MethodGet, "/thing", "HX-Request: true", "HX-Request-Type: partial"), answering(refused(thing("", "<form></form>", "")), nil))
	if w.Code != http.StatusUnprocessableEntity {
		t.Errorf("got %d, want 422", w.Code)
	}
	has(t, w, "<form></form>")
	header(t, w, "HX-Retarget", "")
}

// Without script the refused form is a whole page.
func TestAdapterRefusedWriteWithoutScript(t *testing.T) {
	f := newFixture(t, empty)
	r := answering(refused(thing("<form></form>", "", "")), nil)
	r.method = http.MethodPost
	w := f.ask(t, formRequest("/thing", url.Values{ui.FormTokenField: {"the-form-token"}}), r)
	if w.Code != http.StatusUnprocessableEntity {
		t.Errorf("got %d, want 422", w.Code)
	}
	has(t, w, "<!doctype html>", "<form></form>", "Mara Olsen")
}

func TestAdapterErrors(t *testing.T) {
	f := newFixture(t, empty)
	failing := answering(nil, notFound("Person"))

	w := f.ask(t, request(http.MethodGet, "/thing", "HX-Request: true", "HX-Request-Type: partial"), failing)
	if w.Code != http.StatusNotFound {
		t.Errorf("a fragment gets %d, want 404", w.Code)
	}
	header(t, w, "HX-Retarget", "#messages")
	header(t, w, "HX-Reswap", "beforeend")
	header(t, w, "HX-Push-Url", "false")
	has(t, w, "Person not found", `role="alert"`)

	w = f.ask(t, request(http.MethodGet, "/thing"), failing)
	has(t, w, "Person not found", "Mara Olsen")

	w = f.ask(t, request(http.MethodGet, "/thing", "Accept: application/json"), failing)
	var got struct {
		Error struct {
			Status                   int
			Code, Message, RequestID string
			Fields                   map[string]string
		}
	}
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	e := got.Error
	if e.Status != 404 || e.Code != "not_found" || !strings.HasPrefix(e.Message, "Person not found.") || e.Fields == nil || e.RequestID == "" || e.RequestID != w.Header().Get("X-Request-Id") {
		t.Errorf("error body: %s", w.Body)
	}
}

func TestAdapterWithoutASession(t *testing.T) {
	f := newFixture(t, empty)
	r := answering(thing("secret", "secret", "secret"), nil)
	t.Run("a browser goes to sign-in", func(t *testing.T) {
		w := f.ask(t, anonymous(http.MethodGet, "/thing?q=a+b&c=d"), r)
		if w.Code != http.StatusFound {
			t.Errorf("got %d, want 302", w.Code)
		}
		header(t, w, "Location", "/login?return_to=%2Fthing%3Fq%3Da%2Bb%26c%3Dd")
	})
	t.Run("an old cookie gets 401 and the reason", func(t *testing.T) {
		old := anonymous(http.MethodGet, "/thing", "Cookie: gatehouse_80=old")
		w := f.ask(t, old, r)
		if w.Code != http.StatusUnauthorized {
			t.Errorf("got %d, want 401", w.Code)
		}
		has(t, w, "Signed out", "/login?return_to=%2Fthing")
	})
	t.Run("htmx is led to sign-in and back to its page", func(t *testing.T) {
		w := f.ask(t, anonymous(http.MethodGet, "/thing", "HX-Request: true", "HX-Request-Type: partial", "HX-Current-URL: http://console.example/people?q=x"), r)
		if w.Code != http.StatusUnauthorized {
			t.Errorf("got %d, want 401", w.Code)
		}
		header(t, w, "HX-Redirect", "/login?return_to=%2Fpeople%3Fq%3Dx")
	})
	t.Run("JSON gets 401", func(t *testing.T) {
		w := f.ask(t, anonymous(http.MethodGet, "/thing", "Accept: application/json"), r)
		if w.Code != http.StatusUnauthorized || !strings.Contains(w.Body.String(), `"code":"signed_out"`) {
			t.Errorf("got %d %s", w.Code, w.Body)
		}
	})
}

func TestSomebodyWithoutAnAdminRole(t *testing.T) {
	f := newFixture(t, func(w http.ResponseWriter, _ *http.Request) { answerJSON(w, `{"id":"00u1","status":"ACTIVE"}`) })
	f.desk.session.Roles = nil
	w := f.ask(t, request(http.MethodGet, "/"))
	if w.Code != http.StatusForbidden {
		t.Errorf("got %d, want 403", w.Code)
	}
	has(t, w, "No admin role", "Mara Olsen", "Active", "Sign out")
	if strings.Contains(w.Body.String(), `class="side"`) {
		t.Error("navigation is shown")
	}
}

// contracts.md section 7: polls do not count as activity.
func TestAPollIsNoActivity(t *testing.T) {
	f := newFixture(t, empty)
	poll := route{method: http.MethodGet, path: "/poll", quiet: true, handle: func(*gin.Context) (View, error) { return Screen{Body: templ.NopComponent}, nil }}
	if w := f.ask(t, request(http.MethodGet, "/poll"), poll); w.Code != http.StatusOK || f.desk.peeked != 1 {
		t.Errorf("%d, %d looks at the session", w.Code, f.desk.peeked)
	}
	poll.quiet = false
	if w := f.ask(t, request(http.MethodGet, "/poll"), poll); w.Code != http.StatusOK || f.desk.peeked != 1 {
		t.Errorf("%d, %d looks at the session", w.Code, f.desk.peeked)
	}
}
