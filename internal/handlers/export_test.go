package handlers

import (
	"encoding/csv"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"gatehouse/internal/audit"
)

// exportOrg is an org of pages of people, 1 to pages; what turn answers, if anything, replaces a page.
func exportOrg(pages, size int, turn func(w http.ResponseWriter, page int) bool, asked *[]string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.URL.Path, "/meta/") {
			answerJSON(w, `{"definitions":{"base":{"properties":{"login":{"title":"Username","type":"string"},"department":{"title":"=Dept","type":"string"}}},"custom":{"properties":{}}}}`)
			return
		}
		*asked = append(*asked, r.URL.RawQuery)
		page := 1
		if after := r.URL.Query().Get("after"); after != "" {
			if _, err := fmt.Sscanf(after, "p%d", &page); err != nil {
				http.Error(w, err.Error(), http.StatusBadRequest)
				return
			}
		}
		if turn != nil && turn(w, page) {
			return
		}
		if page < pages {
			w.Header().Set("Link", fmt.Sprintf(`<http://%s/api/v1/users?after=p%d&%s>; rel="next"`, r.Host, page+1, strings.Split(r.URL.RawQuery, "after=")[0]))
		}
		people := make([]string, size)
		for i := range people {
			people[i] = fmt.Sprintf(`{"id":"00u%d","status":"ACTIVE","profile":{"firstName":"P%d","lastName":"N%d","login":"p%d.%d@x.example","department":%q}}`, i, page, i, page, i, hostileCells[i%len(hostileCells)])
		}
		answerJSON(w, "["+strings.Join(people, ",")+"]")
	}
}

// exportDesk is a console on that org whose admin may read schemas.
func exportDesk(t *testing.T, org http.HandlerFunc) *fixture {
	t.Helper()
	f := newFixture(t, org)
	f.desk.session.Scopes = append(f.desk.session.Scopes, "okta.schemas.read")
	return f
}

// hostileCells are values that break a naive file, or run in a spreadsheet.
var hostileCells = []string{`=HYPERLINK("http://evil.example")`, "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", `a "quoted", b`, "line\nbreak", "plain", ""}

const exportPath = "/people.csv?q=p&c=profile.login&c=profile.department&sort=profile.login&order=desc"

// security 29: quoting of RFC 4180, formulas made inert, the list's own search and columns.
func TestExportOfPeople(t *testing.T) {
	var asked []string
	f := exportDesk(t, exportOrg(3, 10, nil, &asked))
	w := f.ask(t, request(http.MethodGet, exportPath))
	if w.Code != http.StatusOK {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	header(t, w, "Content-Type", "text/csv; charset=utf-8; header=present")
	header(t, w, "Content-Disposition", `attachment; filename="people-2026-03-02-120000.csv"`)
	header(t, w, "Cache-Control", "no-store") // security 27
	if text := w.Body.String(); !strings.HasPrefix(text, "Name,Username,'=Dept\r\n") || strings.Count(strings.ReplaceAll(text, "line\r\nbreak", ""), "\r\n") != 31 {
		t.Errorf("not RFC 4180:\n%s", text)
	}
	rows, err := csv.NewReader(w.Body).ReadAll()
	if err != nil || len(rows) != 31 {
		t.Fatalf("%d rows (%v), want a heading and 30 people", len(rows), err)
	}
	for i, row := range rows[1:] {
		want := hostileCells[i%10]
		if strings.ContainsAny(want[:min(1, len(want))], "=+-@\t\r") {
			want = "'" + want
		}
		// encoding/csv drops a bare CR: lines end with CRLF.
		if want = strings.ReplaceAll(want, "\r", ""); row[2] != want {
			t.Errorf("row %d: cell %q, want %q", i, row[2], want)
		}
	}
	if rows[30][1] != "p3.9@x.example" {
		t.Errorf("the last row is %q", rows[30])
	}
	for _, part := range []string{"limit=200", "sortBy=profile.login", "sortOrder=desc", "search="} {
		if !strings.Contains(asked[0], part) {
			t.Errorf("the org was asked %s, without %s", asked[0], part)
		}
	}
	list, _, err := f.config.Trail.List(t.Context(), audit.Filter{}, "", 10)
	if err != nil || len(list) != 1 || list[0].Operation != "exportUsers" || list[0].Result != audit.Success || list[0].Actor.ID != "00u1" ||
		!strings.Contains(list[0].Detail["search"], `profile.login sw "p"`) || list[0].Detail["columns"] != "profile.login profile.department" {
		t.Errorf("the trail has %+v (%v)", list, err)
	}
}

// security 29: an export that ends half-way is a failed download, and the trail says so.
func TestExportThatFailsHalfWay(t *testing.T) {
	for name, turn := range map[string]func(w http.ResponseWriter, page int) bool{
		"the org refuses": func(w http.ResponseWriter, page int) bool {
			if page == 3 {
				w.WriteHeader(http.StatusForbidden)
				answerJSON(w, `{"errorCode":"E0000006","errorSummary":"no"}`)
			}
			return page == 3
		},
		"the org sends half a page": func(w http.ResponseWriter, page int) bool {
			if page == 3 {
				answerJSON(w, `[{"id":"00u`)
			}
			return page == 3
		},
	} {
		t.Run(name, func(t *testing.T) {
			var asked []string
			f := exportDesk(t, exportOrg(5, 200, turn, &asked))
			body, err := f.download(t, exportPath)
			if err == nil {
				t.Errorf("the download ended as if it were whole, with %d bytes", len(body))
			}
			if !strings.Contains(body, "p2.199@") {
				t.Errorf("of two pages %d bytes left before the third was read: the export is not streamed", len(body))
			}
			list, _, lerr := f.config.Trail.List(t.Context(), audit.Filter{}, "", 10)
			if lerr != nil || len(list) != 2 || list[0].Result != audit.Failure || list[0].Detail["rows"] != "400" || list[0].Error == "" {
				t.Errorf("the trail has %+v (%v)", list, lerr)
			}
		})
	}
}

func TestExportIsBounded(t *testing.T) {
	var asked []string
	f := exportDesk(t, exportOrg(exportLimit, 20_000, nil, &asked))
	body, err := f.download(t, "/people.csv?c=id")
	if err == nil {
		t.Error("an export without end looks whole")
	}
	if n := strings.Count(body, "\n"); n > exportLimit+1 || len(asked) > 6 {
		t.Errorf("%d rows, %d pages", n, len(asked))
	}
}

func TestExportRefusedBeforeItBegins(t *testing.T) {
	var asked []string
	refuse := func(w http.ResponseWriter, _ int) bool {
		w.WriteHeader(http.StatusForbidden)
		answerJSON(w, `{"errorCode":"E0000006","errorSummary":"no"}`)
		return true
	}
	f := exportDesk(t, exportOrg(2, 2, refuse, &asked))
	if w := f.ask(t, request(http.MethodGet, exportPath)); w.Code != http.StatusForbidden || w.Header().Get("Content-Disposition") != "" {
		t.Errorf("the org's refusal came as %d %v", w.Code, w.Header())
	}
	if w := f.ask(t, request(http.MethodGet, "/people.csv?q=status+eq")); w.Code != http.StatusBadRequest {
		t.Errorf("a broken expression: %d", w.Code)
	}
	if w := f.ask(t, anonymous(http.MethodGet, exportPath)); w.Code != http.StatusFound {
		t.Errorf("nobody signed in: %d", w.Code)
	}
}

// download reads a path over a real connection: err tells a body that was cut off.
func (f *fixture) download(t *testing.T, path string) (string, error) {
	t.Helper()
	handler, err := f.serve(f.routes())
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	defer server.Close()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Cookie", "signed=in")
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return string(body), err
}
