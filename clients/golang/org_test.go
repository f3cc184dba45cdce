// Package golang runs the vendor's SDK for Go against the org that `make clients` started.
package golang

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/okta/okta-sdk-golang/v5/okta"
)

// report is the org's start-up report.
type report struct {
	Org      string `json:"org"`
	APIToken string `json:"apiToken"`
	Clients  []struct {
		ID         string          `json:"id"`
		PrivateKey json.RawMessage `json:"privateKey"`
	} `json:"clients"`
}

func org(t *testing.T) (report, []okta.ConfigSetter) {
	t.Helper()
	path := os.Getenv("ORG_REPORT")
	if path == "" {
		t.Skip("ORG_REPORT names no start-up report: run make clients")
	}
	text, err := os.ReadFile(path)
	check(t, err)
	var r report
	check(t, json.Unmarshal(text, &r))
	at, err := url.Parse(r.Org)
	check(t, err)
	port, err := strconv.ParseInt(at.Port(), 10, 32)
	check(t, err)
	// The SDK drops the port of the org's address, so the org is named as its own proxy.
	return r, []okta.ConfigSetter{
		okta.WithOrgUrl(r.Org), okta.WithTestingDisableHttpsCheck(true), okta.WithCache(false),
		okta.WithProxyHost(at.Hostname()), okta.WithProxyPort(int32(port)),
	}
}

// admin acts by the API token of the super admin.
func admin(t *testing.T) *okta.APIClient {
	t.Helper()
	r, settings := org(t)
	c, err := okta.NewConfiguration(append(settings, okta.WithToken(r.APIToken))...)
	check(t, err)
	return okta.NewAPIClient(c)
}

func check(t *testing.T, err error) {
	t.Helper()
	if err == nil {
		return
	}
	var e *okta.GenericOpenAPIError
	if errors.As(err, &e) {
		t.Fatalf("%v: %s", err, e.Body())
	}
	t.Fatal(err)
}

// refused checks that a call was answered with this status and code.
func refused(t *testing.T, a *okta.APIResponse, err error, status int, code string) {
	t.Helper()
	if err == nil || a == nil || a.StatusCode != status {
		t.Fatalf("%v, want status %d", err, status)
	}
	var e *okta.GenericOpenAPIError
	if !errors.As(err, &e) || !strings.Contains(string(e.Body()), `"`+code+`"`) {
		t.Fatalf("%v, want code %s", err, code)
	}
}

// model reads a model of the SDK from JSON, as the models' own constructors are long.
func model[T any](t *testing.T, text string, args ...any) T {
	t.Helper()
	var v T
	check(t, json.Unmarshal(fmt.Appendf(nil, text, args...), &v))
	return v
}

// rest reads the pages that follow a first one, and returns all items.
func rest[T any](t *testing.T, items []T, a *okta.APIResponse, err error) []T {
	t.Helper()
	check(t, err)
	for a.HasNextPage() {
		var page []T
		a, err = a.Next(&page)
		check(t, err)
		if len(page) == 0 {
			t.Fatal("an empty page in the middle of a list")
		}
		items = append(items, page...)
	}
	return items
}

// unique keeps what one run makes apart from what another did.
func unique(word string) string { return word + strconv.FormatUint(rand.Uint64(), 36) }

func person(t *testing.T, more string) okta.CreateUserRequest {
	t.Helper()
	login := unique("golang") + "@example.com"
	return model[okta.CreateUserRequest](t, `{"profile":{"firstName":"Go","lastName":"Client","login":%q,"email":%q}%s}`, login, login, more)
}

const password = `,"credentials":{"password":{"value":"Corr3ct-Horse-7"}}`

func create(t *testing.T, c *okta.APIClient, body okta.CreateUserRequest) string {
	t.Helper()
	u, _, err := c.UserAPI.CreateUser(t.Context()).Body(body).Execute()
	check(t, err)
	t.Cleanup(func() { remove(t, c, u.GetId()) })
	return u.GetId()
}

// remove deactivates and deletes a person, unless a test has already.
func remove(t *testing.T, c *okta.APIClient, id string) {
	ctx := c.GetConfig().Context
	for range 2 {
		if a, err := c.UserAPI.DeleteUser(ctx, id).Execute(); err != nil && (a == nil || a.StatusCode != http.StatusNotFound) {
			t.Errorf("delete %s: %v", id, err)
		}
	}
}

func group(t *testing.T, c *okta.APIClient, name string) string {
	t.Helper()
	g, _, err := c.GroupAPI.CreateGroup(t.Context()).Group(model[okta.Group](t, `{"profile":{"name":%q}}`, name)).Execute()
	check(t, err)
	t.Cleanup(func() {
		if a, err := c.GroupAPI.DeleteGroup(c.GetConfig().Context, g.GetId()).Execute(); err != nil && (a == nil || a.StatusCode != http.StatusNotFound) {
			t.Errorf("delete the group %s: %v", name, err)
		}
	})
	return g.GetId()
}
