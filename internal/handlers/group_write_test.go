package handlers

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// salesProfile is the profile that a form of the group Sales was drawn with.
const salesProfile = `{"name":"Sales <b>","description":"Sells & \"closes\"","region":"EMEA"}`

// write is a form that htmx sends.
func write(path string, fields url.Values) *http.Request {
	return formRequest(path, fields, "HX-Request: true", partial, "Origin: http://console.example", "Sec-Fetch-Site: same-origin")
}

func TestCreateGroup(t *testing.T) {
	o := &groupOrg{}
	f := o.fixture(t)
	form := url.Values{"form_id": {"once"}, "profile.name": {` <script>"x"`}, "profile.description": {""}, "reason": {"HR-1"}}
	for range 2 { // fault 17: sent twice, made once
		w := f.ask(t, write("/groups/new", form))
		header(t, w, "HX-Redirect", "/groups/"+salesID)
	}
	if got := o.asked(); got != "POST /groups" {
		t.Errorf("calls: %s", got)
	}
	if want := `{"profile":{"name":"<script>\"x\"","description":null}}`; o.body != want {
		t.Errorf("sent %s", o.body)
	}
	if rows := f.trailOf(t, salesID); len(rows) != 1 || rows[0].Reason != "HR-1" {
		t.Errorf("the trail has %v", rows)
	}
	o.refuse, o.status = `{"errorCode":"E0000001","errorSummary":"Api validation failed: name","errorCauses":[{"errorSummary":"name: An object with this field already exists in the current organization"}]}`, 400
	form.Set("form_id", "another")
	w := f.ask(t, write("/groups/new", form))
	has(t, w, "An object with this field already exists", `aria-invalid="true"`, "&lt;script&gt;")
	if w.Code != http.StatusUnprocessableEntity {
		t.Errorf("status %d", w.Code)
	}
}

func TestEditGroup(t *testing.T) {
	o := &groupOrg{}
	f := o.fixture(t)
	form := url.Values{"base": {salesProfile}, "profile.name": {"Sales"}, "profile.description": {`Sells & "closes"`}, "profile.region": {"mine"}, "type": {"BUILT_IN"}}
	w := f.ask(t, write("/groups/"+salesID, form))
	has(t, w, "Saved: Name.", `value="Sales"`)
	// security 34: only the form's own attributes are taken; custom ones go along as they were.
	if want := `{"profile":{"name":"Sales","description":"Sells & \"closes\"","region":"EMEA"}}`; o.body != want {
		t.Errorf("sent %s", o.body)
	}
	if got := o.asked(); got != "GET /groups/sales, PUT /groups/sales" {
		t.Errorf("calls: %s", got)
	}
	rows := f.trailOf(t, salesID)
	if len(rows) != 1 || !strings.Contains(string(rows[0].Before), `"Sales <b>"`) {
		t.Errorf("the trail has %v", rows)
	}
	has(t, f.ask(t, request(http.MethodGet, "/groups/"+salesID+"/history")), "Update group", "profile.name", "Sales &lt;b&gt;", `href="/groups/`+salesID+`"`)

	o.asked()
	form.Set("profile.name", "Sales <b>")
	has(t, f.ask(t, write("/groups/"+salesID, form)), "Nothing was changed")
	if got := o.asked(); got != "GET /groups/sales" {
		t.Errorf("nothing to save, calls: %s", got)
	}
	o.refuse, o.status = `{"errorCode":"E0000001","errorSummary":"Api validation failed: name","errorCauses":[{"errorSummary":"name: The field cannot be left blank"}]}`, 400
	form.Set("profile.name", "")
	w = f.ask(t, write("/groups/"+salesID, form))
	has(t, w, "The field cannot be left blank", `aria-invalid="true"`)
	if w.Code != http.StatusUnprocessableEntity {
		t.Errorf("status %d", w.Code)
	}
}

// fault 16: what somebody else saved meanwhile is not lost.
func TestEditGroupThatChangedMeanwhile(t *testing.T) {
	o := &groupOrg{now: strings.Replace(sales, `Sells & \"closes\"`, "Theirs", 1)}
	f := o.fixture(t)
	form := url.Values{"base": {salesProfile}, "profile.name": {"Mine"}, "profile.description": {`Sells & "closes"`}}
	f.ask(t, write("/groups/"+salesID, form))
	if want := `{"profile":{"name":"Mine","description":"Theirs","region":"EMEA"}}`; o.body != want {
		t.Errorf("another field: sent %s", o.body)
	}
	o.asked()
	form.Set("profile.description", "Mine too")
	w := f.ask(t, write("/groups/"+salesID, form))
	has(t, w, "somebody else changed this meanwhile", "Theirs", "Mine too")
	if w.Code != http.StatusPreconditionFailed || o.asked() != "GET /groups/sales" {
		t.Errorf("the same field: %d, or it was saved", w.Code)
	}
}

func TestChangeMembers(t *testing.T) {
	o := &groupOrg{}
	f := o.fixture(t)
	w := f.ask(t, write("/groups/"+salesID+"/members", url.Values{"person": {anaID}, "reason": {"HR-2"}}))
	has(t, w, "Ana &lt;i&gt;Ferreira was added.", "Members of Sales")
	if got := o.asked(); !strings.Contains(got, "PUT /groups/sales/users/"+anaID) || strings.Count(got, ",") > 4 {
		t.Errorf("calls: %s", got)
	}
	has(t, f.ask(t, write("/groups/"+salesID+"/members/"+anaID+"/remove", nil)), "was removed.")
	if got := o.asked(); !strings.Contains(got, "DELETE /groups/sales/users/"+anaID) {
		t.Errorf("calls: %s", got)
	}
	rows := f.trailOf(t, salesID)
	if len(rows) != 2 || rows[1].Reason != "HR-2" || !strings.Contains(string(rows[0].Before), "Sales") {
		t.Errorf("the trail has %v", rows)
	}
	o.refuse, o.status = `{"errorCode":"E0000006","errorSummary":"You do not have permission to perform the requested action"}`, 403
	has(t, f.ask(t, write("/groups/"+salesID+"/members", url.Values{"person": {anaID}})), "Your admin role does not cover this")
}

func TestDeleteGroup(t *testing.T) {
	o := &groupOrg{}
	f := o.fixture(t)
	at := "/groups/" + salesID + "/delete"
	has(t, f.ask(t, request(http.MethodGet, at)), "Delete <bdi>Sales &lt;b&gt;</bdi>", "1,204 people leave it", "1 app that it gives", "lose the admin roles")
	if got := o.asked(); got != "GET /groups, GET /groups/sales" {
		t.Errorf("calls: %s", got)
	}
	w := f.ask(t, write(at, url.Values{"confirm": {"Sales"}}))
	has(t, w, "Not deleted", "Type Sales &lt;b&gt; or "+salesID, "1,204 people")
	if w.Code != http.StatusUnprocessableEntity || strings.Contains(o.asked(), "DELETE") {
		t.Errorf("unconfirmed: %d, or it was deleted", w.Code)
	}
	w = f.ask(t, write(at, url.Values{"confirm": {" Sales  <b> "}}))
	header(t, w, "HX-Redirect", "/groups")
	if got := o.asked(); got != "DELETE /groups/sales, GET /groups/sales" {
		t.Errorf("calls: %s", got)
	}
	if rows := f.trailOf(t, salesID); len(rows) != 1 || !strings.Contains(string(rows[0].Before), "EMEA") {
		t.Errorf("the trail has %v", rows)
	}
	for _, r := range []*http.Request{request(http.MethodGet, "/groups/"+everyoneID+"/delete"), write("/groups/"+everyoneID+"/delete", url.Values{"confirm": {"Everyone"}})} {
		if w := f.ask(t, r); w.Code != http.StatusForbidden || strings.Contains(o.asked(), "DELETE") {
			t.Errorf("%s of a built-in group: %d", r.Method, w.Code)
		}
	}
}

// security 22: reading an address that writes changes nothing.
func TestGroupWritesArePosts(t *testing.T) {
	o := &groupOrg{}
	f := o.fixture(t)
	for _, path := range []string{"/members/" + anaID + "/remove", "/delete"} {
		f.ask(t, request(http.MethodGet, "/groups/"+salesID+path+"?confirm=Sales"))
	}
	w := f.ask(t, formRequest("/groups/"+salesID+"/delete", url.Values{"confirm": {salesID}}))
	if w.Code != http.StatusForbidden || strings.Contains(o.asked(), "DELETE") {
		t.Errorf("a form without the token: %d, or something was deleted", w.Code)
	}
}
