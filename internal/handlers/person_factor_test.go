package handlers

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

const (
	smsFactorDoc  = `{"id":"sms1","factorType":"sms","provider":"OKTA","status":"ACTIVE","created":"2026-03-01T00:00:00.000Z","lastUpdated":"2026-03-01T00:00:00.000Z","profile":{"phoneNumber":"+1 XXX-XXX-1337"}}`
	totpFactorDoc = `{"id":"uft1","factorType":"token:software:totp","provider":"GOOGLE","status":"PENDING_ACTIVATION","created":"2026-03-01T00:00:00.000Z","profile":{"credentialId":"ana@company.example"}`
	appSecret     = "JBRGHTUNSIL2HUZQ"
)

func postForm(fields ...string) url.Values {
	v := url.Values{"form_token": {"the-form-token"}}
	for _, f := range fields {
		name, value, _ := strings.Cut(f, "=")
		v.Set(name, value)
	}
	return v
}

// What the org is asked to enrol, for each kind.
func TestEnrolmentOfEachKind(t *testing.T) {
	for kind, c := range map[string]struct {
		fields []string
		want   string
	}{
		"token:software:totp/GOOGLE": {nil, `{"factorType":"token:software:totp","provider":"GOOGLE"}`},
		"token:software:totp/OKTA":   {nil, `{"factorType":"token:software:totp","provider":"OKTA"}`},
		"push/OKTA":                  {nil, `{"factorType":"push","provider":"OKTA"}`},
		"sms/OKTA":                   {[]string{"phoneNumber=+15554151337"}, `{"factorType":"sms","profile":{"phoneNumber":"+15554151337"},"provider":"OKTA"}`},
		"call/OKTA":                  {[]string{"phoneNumber=+15554151337", "phoneExtension=12"}, `{"factorType":"call","profile":{"phoneExtension":"12","phoneNumber":"+15554151337"},"provider":"OKTA"}`},
		"email/OKTA":                 {[]string{"email=a@b.example"}, `{"factorType":"email","profile":{"email":"a@b.example"},"provider":"OKTA"}`},
		"question/OKTA":              {[]string{"question=disliked_food", "answer=<mayo>"}, `{"factorType":"question","profile":{"answer":"<mayo>","question":"disliked_food"},"provider":"OKTA"}`},
		"token:hotp/CUSTOM":          {[]string{"sharedSecret=abcd", "factorProfileId=fpr1"}, `{"factorProfileId":"fpr1","factorType":"token:hotp","profile":{"sharedSecret":"abcd"},"provider":"CUSTOM"}`},
		"token:hardware/YUBICO":      {[]string{"passCode=cccc"}, `{"factorType":"token:hardware","provider":"YUBICO","verify":{"passCode":"cccc"}}`},
		"webauthn/FIDO":              {nil, `{"factorType":"webauthn","provider":"FIDO"}`},
		"u2f/FIDO":                   {nil, `{"factorType":"u2f","provider":"FIDO"}`},
	} {
		t.Run(kind, func(t *testing.T) {
			k, _ := findFactorKind(kind)
			o := &tabOrg{answers: map[string]string{
				"POST /factors":          `{"id":"f1","factorType":"` + k.factorType + `","provider":"` + k.provider + `","status":"PENDING_ACTIVATION"}`,
				"GET /factors/questions": `[{"question":"disliked_food","questionText":"Food?"}]`,
			}}
			f := o.fixture(t)
			if w := f.ask(t, request(http.MethodGet, anaPath+"/factors?enrol="+kind)); w.Code != http.StatusOK || !contains(w, "Enrol "+k.label) {
				t.Fatalf("the form: %d %s", w.Code, w.Body)
			}
			o.asked()
			w := f.ask(t, formRequest(anaPath+"/factors", postForm(append(c.fields, "kind="+kind)...)))
			if calls := o.asked(); w.Code != http.StatusOK || calls[len(calls)-1] != "POST /factors "+c.want {
				t.Errorf("%d %v, want %s", w.Code, calls, c.want)
			}
			if len(c.fields) > 0 { // what is missing is said without a call
				w = f.ask(t, formRequest(anaPath+"/factors", postForm("kind="+kind)))
				if calls := o.asked(); w.Code != http.StatusUnprocessableEntity || !contains(w, "The field cannot be left blank") || strings.Contains(strings.Join(calls, " "), "POST") {
					t.Errorf("with nothing filled in: %d %v", w.Code, calls)
				}
			}
		})
	}
	o := &tabOrg{}
	for _, kind := range []string{"", "token/RSA", "sms/GOOGLE", "../users"} {
		if w := o.fixture(t).ask(t, formRequest(anaPath+"/factors", postForm("kind="+kind))); w.Code != http.StatusUnprocessableEntity {
			t.Errorf("kind %q: %d", kind, w.Code)
		}
	}
}

// The key of an app is in the one answer that made it: not in a later page, the trail or the log.
func TestTheKeyOfAnAppIsShownOnce(t *testing.T) {
	o := &tabOrg{answers: map[string]string{
		"POST /factors": totpFactorDoc + `,"_embedded":{"activation":{"sharedSecret":"` + appSecret + `","_links":{"qrcode":{"href":"data:image/png;base64,` + appSecret + `"}}}}}`,
		"GET /factors":  "[" + totpFactorDoc + "}]",
	}}
	f := o.fixture(t)
	w := f.ask(t, formRequest(anaPath+"/factors", postForm("kind=token:software:totp/GOOGLE"), "HX-Request: true", "HX-Request-Type: partial"))
	has(t, w, appSecret, `<svg class="qr"`, "It is shown this once", `name="passCode"`)
	header(t, w, "Cache-Control", "no-store")
	header(t, w, "HX-Push-Url", anaPath+"/factors?factor=uft1")
	for _, path := range []string{"/factors", "/factors?factor=uft1", "/history"} {
		if w := f.ask(t, request(http.MethodGet, anaPath+path)); w.Code != http.StatusOK || contains(w, appSecret) {
			t.Errorf("%s: %d, or it tells the key", path, w.Code)
		}
	}
	if all := f.trail(t); strings.Contains(all, appSecret) { // security 45
		t.Errorf("the trail or the log holds the key: %s", all)
	}
	r := formRequest(anaPath+"/factors", postForm("kind=token:software:totp/GOOGLE"), "Accept: application/json", "Gatehouse-Request: 1")
	has(t, f.ask(t, r), `"once":{"label":"Key","value":"`+appSecret+`"}`, `"can":["activateFactor","verifyFactor","deleteFactor"]`)
}

func TestProofsThatTheOrgDoesNotTake(t *testing.T) {
	refuse := func(status, code string) string {
		return "refuse " + status + ` {"errorCode":"` + code + `","errorSummary":"refused","errorCauses":[]}`
	}
	for name, c := range map[string]struct {
		answer, words string
		fields        []string
		status        int
	}{
		"wrong":       {refuse("403", "E0000068"), "Wrong: it does not match", []string{"passCode=1"}, 422},
		"used before": {refuse("403", "E0000082"), "Each code works once", []string{"passCode=1"}, 422},
		"late":        {refuse("403", "E0000083"), "The code came too late", []string{"passCode=1"}, 422},
		"too many":    {refuse("429", "E0000047"), "Too many tries", []string{"passCode=1"}, 422},
		"too soon":    {refuse("429", "E0000109"), "less than 30 seconds ago", []string{"send=true"}, 429},
		"nothing":     {"{}", "Type what they say", nil, 422},
		"no role":     {refuse("403", "E0000006"), "Your admin role does not cover this", []string{"passCode=1"}, 403},
		"right":       {`{"factorResult":"SUCCESS"}`, "is verified by SMS.", []string{"passCode=1"}, 200},
		"asked":       {`{"factorResult":"CHALLENGE"}`, "A code is on its way to +1 XXX-XXX-1337", []string{"send=true"}, 200},
		"odd":         {`{"factorResult":"FAILED"}`, "The org answered FAILED", []string{"passCode=1"}, 200},
	} {
		t.Run(name, func(t *testing.T) {
			o := &tabOrg{answers: map[string]string{"GET /factors": "[" + smsFactorDoc + "]", "POST /factors/sms1/verify": c.answer}}
			w := o.fixture(t).ask(t, formRequest(anaPath+"/factors/sms1/verify", postForm(c.fields...)))
			if w.Code != c.status || !contains(w, c.words) {
				t.Errorf("%d, want %d with %q:\n%s", w.Code, c.status, c.words, w.Body)
			}
			if calls := strings.Join(o.asked(), " "); name == "nothing" && strings.Contains(calls, "verify") {
				t.Errorf("the org was asked: %s", calls)
			}
		})
	}
}

func TestAFactorThatIsGone(t *testing.T) {
	o := &tabOrg{answers: map[string]string{"GET /factors": "[]", "GET /factors/sms9": `refuse 404 {"errorCode":"E0000007","errorSummary":"Not found"}`}}
	f := o.fixture(t)
	for _, r := range []*http.Request{
		request(http.MethodGet, anaPath+"/factors?factor=sms9"), request(http.MethodGet, anaPath+"/factors/sms9/enrolment?n=1"),
		formRequest(anaPath+"/factors/sms9/reset", postForm()), formRequest(anaPath+"/factors/sms9/verify", postForm("send=true")),
	} {
		if w := f.ask(t, r); w.Code != http.StatusNotFound || !contains(w, "Factor not found") {
			t.Errorf("%s: %d", r.URL, w.Code)
		}
	}
	if w := f.ask(t, formRequest(anaPath+"/factors/sms9/explode", postForm())); w.Code != http.StatusNotFound {
		t.Errorf("an unknown act: %d", w.Code)
	}
}

// The page waits for a phone by polls that count as no activity and come to an end.
func TestThePageWaitsForThePhone(t *testing.T) {
	const push = `{"id":"opf1","factorType":"push","provider":"OKTA","status":"ACTIVE"}`
	o := &tabOrg{answers: map[string]string{
		"GET /factors": "[" + push + "]", "GET /factors/opf1": push,
		"POST /factors/opf1/verify": `{"factorResult":"WAITING","_links":{"poll":{"href":"http://org.example/api/v1/users/x/factors/opf1/transactions/mst7"}}}`,
	}}
	f := o.fixture(t)
	at := anaPath + "/factors/opf1/transactions/mst7"
	has(t, f.ask(t, formRequest(anaPath+"/factors/opf1/verify", postForm())), `hx-get="`+at+`"`, "Waiting for the phone to answer.")
	for result, want := range map[string]string{"WAITING": `hx-get="` + at + `"`, "SUCCESS": "is verified by Okta Verify push.", "REJECTED": "the phone said no", "TIMEOUT": "no answer in time"} {
		o.answers["GET /factors/opf1/transactions/mst7"] = `{"factorResult":"` + result + `"}`
		peeked := f.desk.peeked
		w := f.ask(t, request(http.MethodGet, at, "HX-Request: true", "HX-Request-Type: partial"))
		if w.Code != http.StatusOK || !contains(w, want) || f.desk.peeked != peeked+1 {
			t.Errorf("%s: %d %s", result, w.Code, w.Body)
		}
	}
	pending := strings.Replace(push, "ACTIVE", "PENDING_ACTIVATION", 1)
	for n, c := range map[string]struct{ factor, want string }{
		"1": {pending, "?n=2"}, "299": {pending, "?n=300"}, "300": {pending, "was not enrolled in time"}, "x": {pending, "was not enrolled in time"},
		"2": {push, "Okta Verify push is active."},
	} {
		o.answers["GET /factors/opf1"] = c.factor
		if w := f.ask(t, request(http.MethodGet, anaPath+"/factors/opf1/enrolment?n="+n, "HX-Request: true", "HX-Request-Type: partial")); !contains(w, c.want) {
			t.Errorf("poll %s: %d %s", n, w.Code, w.Body)
		}
	}
}

// The catalogue of the org decides what is offered; what is enrolled elsewhere is named.
func TestKindsThatAreOffered(t *testing.T) {
	o := &tabOrg{answers: map[string]string{"GET /factors/catalog": `[
		{"factorType":"question","provider":"OKTA","status":"ACTIVE"},{"factorType":"sms","provider":"OKTA","status":"ACTIVE"},
		{"factorType":"webauthn","provider":"FIDO","status":"ACTIVE"},{"factorType":"email","provider":"OKTA","status":"NOT_SETUP"},{"factorType":"token","provider":"RSA","status":"NOT_SETUP"}]`}}
	w := o.fixture(t).ask(t, request(http.MethodGet, anaPath+"/factors?enrol=choose"))
	has(t, w, "enrol=email/OKTA", "enrol=sms/OKTA", "enrol=webauthn/FIDO", "RSA SecurID")
	for _, not := range []string{"enrol=question/OKTA", "enrol=token/RSA", "enrol=push/OKTA"} {
		if contains(w, not) {
			t.Errorf("it offers %s", not)
		}
	}
}
