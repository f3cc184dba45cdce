package expr

import (
	"errors"
	"math"
	"reflect"
	"testing"
	"time"
)

// claimContext is Ana, signed in to an app.
var claimContext = Context{
	Attr: func(name string) any {
		return map[string]any{
			"user": true, "appuser": true, "app": true,
			"user.email": "ana@example.com", "user.department": "Sales", "user.login": "ana@example.com", "user.teams": []any{"red", "blue"}, "user.age": 41.0,
			"appuser.userName": "ana", "app.clientId": "0oa1", "app.profile.label": "CRM", "access.scope": []any{"openid", "crm:read"},
			"org.name": "company", "org.subDomain": "company", "session.amr": []any{"pwd"}, "user.emptied": "",
		}[name]
	},
	Internal: func(name string) string { return map[string]string{"id": "00u1", "status": "ACTIVE"}[name] },
	Groups: []Group{
		{"00g0", "Everyone", "BUILT_IN"}, {"00g1", "DO:Owner", "OKTA_GROUP"}, {"00g2", "DO:Billing", "OKTA_GROUP"}, {"00g3", "Sales", "APP_GROUP"},
	},
	Now: time.Date(2026, 3, 2, 9, 5, 7, 0, time.UTC),
}

// Examples of the vendor's reference and of its customers' claims.
func TestClaimExpressions(t *testing.T) {
	for text, want := range map[string]any{
		`(appuser != null) ? appuser.userName : app.clientId`: "ana",
		`user.email`:                             "ana@example.com",
		`"constant"`:                             "constant",
		`String.substringAfter(user.email, "@")`: "example.com",
		`user.department == "Sales" ? "seller" : null`:   "seller",
		`user.department == "IT" ? "seller" : null`:      nil,
		`user.nickName ?: user.department`:               "Sales",
		`user.emptied ?: user.department`:                "Sales",
		`user.missing`:                                   nil,
		`user.teams`:                                     []any{"red", "blue"},
		`Arrays.contains(access.scope, "crm:read")`:      true,
		`Arrays.size(access.scope) + user.age`:           43.0,
		`org.name + "/" + app.profile.label`:             "company/CRM",
		`user.getInternalProperty("id")`:                 "00u1",
		`isMemberOfGroupName("Sales")`:                   true,
		`isMemberOfAnyGroup("00g9", "00g2")`:             true,
		`Groups.startsWith("OKTA", "DO:", 100)`:          []any{"DO:Owner", "DO:Billing"},
		`Groups.startsWith("OKTA", "DO:", 1)`:            []any{"DO:Owner"},
		`Groups.contains("OKTA", "ales", 10)`:            []any{},
		`Groups.endsWith("active_directory", "les", 10)`: []any{"Sales"},
		`Arrays.flatten(String.replace(Arrays.toCsvString(Groups.startsWith("OKTA","DO:",100)),"DO:", ""))`: []any{"Owner", "Billing"},
		`getFilteredGroups({"00g1", "00g9"}, "group.name", 40)`:                                             []any{"DO:Owner"},
		`Time.now("UTC", "YYYY-MM-dd HH:mm:ss")`:                                                            "2026-03-02 09:05:07",
		`Time.now("Europe/Paris", "HH'h'mm")`:                                                               "10h05",
		`Time.now()`:                                                                                        "2026-03-02T09:05:07.000Z",
		`Time.fromUnixToIso8601("1700000000")`:                                                              "2023-11-14T22:13:20.000Z",
		`Time.fromIso8601ToUnix("2023-11-14T22:13:20.000Z")`:                                                "1700000000",
		`Time.fromWindowsToIso8601("133444736000000000")`:                                                   "2023-11-14T22:13:20.000Z",
		`Time.fromIso8601ToWindows("2023-11-14T22:13:20.000Z")`:                                             "133444736000000000",
		`Time.fromStringToIso8601("28/11/2026", "dd/MM/yyyy")`:                                              "2026-11-28T00:00:00.000Z",
		`Time.fromIso8601ToString("2026-11-28T07:00:00Z", "EEEE d MMM yyyy")`:                               "Saturday 28 Nov 2026",
		`Convert.toInt("1234")`:                                                                             1234.0,
		`session.amr`:                                                                                       []any{"pwd"},
	} {
		c, err := ParseClaim(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got := c.Evaluate(claimContext); got.Err != nil || !reflect.DeepEqual(got.Value, want) {
			t.Errorf("%s: %v, %v, want %v", text, got.Value, got.Err, want)
		}
	}
}

func TestClaimExpressionsThatAreNone(t *testing.T) {
	for _, text := range []string{
		`cool`, `user.`, `Time.now("UTC", "a", "b")`, `user.a.b`, `idpuser.email`, `system.exit(1)`, `user.email +`, `Groups.startsWith("OKTA", "x")`, `app.profile.a.b`, `getClass()`, `T(java.lang.Runtime)`, `user["email"]`, ``,
	} {
		if _, err := ParseClaim(text); err == nil {
			t.Errorf("%s is taken", text)
		} else if e := (*Error)(nil); !errors.As(err, &e) || e.Mend == "" {
			t.Errorf("%s: %v says no mend", text, err)
		}
	}
	for _, text := range []string{
		`appuser`, `{1, appuser}`, `1e308 + 1e308`, `String.substring(user.email, 0, 900)`, `Groups.contains("OKTA", "a", 101)`, `Time.now("Mars/Phobos")`, `Time.now("Local")`, `Time.now("UTC", "QQ")`, `Convert.toNum(user.email)`,
		`Time.fromUnixToIso8601("soon")`, `user.email < user.age`,
	} {
		c, err := ParseClaim(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got := c.Evaluate(claimContext); got.Err == nil || got.Value != nil {
			t.Errorf("%s gives %v", text, got.Value)
		}
	}
	if _, err := ParseRule(`appuser.userName == "ana"`); err == nil {
		t.Error("a group rule reads the app's profile")
	}
}

// Where a client acts for itself there is nobody to read.
func TestClaimsOfNobody(t *testing.T) {
	nobody := Context{Attr: func(name string) any { return map[string]any{"app": true, "app.clientId": "0oa1"}[name] }, Internal: func(string) string { return "" }}
	for text, want := range map[string]any{
		`(appuser != null) ? appuser.userName : app.clientId`: "0oa1", `user.getInternalProperty("id")`: nil, `user.email`: nil, `isMemberOfGroupName("Sales")`: false,
		`Groups.startsWith("OKTA", "", 10)`: []any{}, `user.getInternalProperty("id") ?: "nobody"`: "nobody",
	} {
		c, err := ParseClaim(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.Evaluate(nobody); got.Err != nil || !reflect.DeepEqual(got.Value, want) {
			t.Errorf("%s: %v, %v, want %v", text, got.Value, got.Err, want)
		}
	}
}

// What an expression read is told.
func TestReadsOfAClaim(t *testing.T) {
	c, err := ParseClaim(`user.department == "Sales" && isMemberOfGroupName("Sales") ? appuser.userName : user.login`)
	if err != nil {
		t.Fatal(err)
	}
	want := []Read{{"user.department", "Sales"}, {`isMemberOfGroupName("Sales")`, true}, {"appuser.userName", "ana"}}
	if got := c.Evaluate(claimContext).Reads; !reflect.DeepEqual(got, want) {
		t.Errorf("reads: %v", got)
	}
	if !c.AsksGroups() {
		t.Error("it asks for groups")
	}
}

// FuzzClaim: whatever an expression is, it is read and evaluated within bounds, twice the same.
func FuzzClaim(f *testing.F) {
	for _, seed := range []string{
		`(appuser != null) ? appuser.userName : app.clientId`, `Arrays.flatten(String.replace(Arrays.toCsvString(Groups.startsWith("OKTA","DO:",100)),"DO:", ""))`,
		`Time.now("UTC", "YYYY-MM-dd'T'HH:mm:ss.SSSZZ")`, `user.a ?: {1, "b", null}`, `getFilteredGroups({"00g1"}, "group.name", 40)`, `-user.age + 3 < 9 or !isMemberOfGroup("x")`,
		`Time.fromIso8601ToString(Time.fromWindowsToIso8601("1"), "''")`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, err := ParseClaim(text)
		if err != nil {
			if e := (*Error)(nil); !errors.As(err, &e) {
				t.Fatalf("%q: %v is no *Error", text, err)
			}
			return
		}
		first, second := c.Evaluate(claimContext), c.Evaluate(claimContext)
		if !reflect.DeepEqual(first.Value, second.Value) || (first.Err == nil) != (second.Err == nil) {
			t.Fatalf("%q: %v and %v", text, first, second)
		}
		switch v := first.Value.(type) {
		case nil, bool:
		case float64:
			if math.IsInf(v, 0) || math.IsNaN(v) {
				t.Fatalf("%q gives %v", text, v)
			}
		case string:
			if len(v) > MaxRuleText {
				t.Fatalf("%q makes %d bytes", text, len(v))
			}
		case []any:
			if len(v) > MaxRuleList {
				t.Fatalf("%q makes %d elements", text, len(v))
			}
		default:
			t.Fatalf("%q gives a %T", text, v)
		}
	})
}
