package golang

import (
	"strings"
	"testing"

	"github.com/okta/okta-sdk-golang/v5/okta"
)

// service signs its token request with its own key (private_key_jwt).
func service(t *testing.T, scopes ...string) *okta.APIClient {
	t.Helper()
	r, settings := org(t)
	for _, client := range r.Clients {
		if client.PrivateKey == nil {
			continue
		}
		c, err := okta.NewConfiguration(append(settings, okta.WithAuthorizationMode("JWK"), okta.WithClientId(client.ID), okta.WithScopes(scopes),
			okta.WithJWK(string(client.PrivateKey)), okta.WithPrivateKeyId("demo-service"), okta.WithEncryptionType("RSA"))...)
		check(t, err)
		return okta.NewAPIClient(c)
	}
	t.Fatal("the report has no service app")
	return nil
}

func TestServiceAppReadsByItsScopesAndNoFurther(t *testing.T) {
	c, ctx := service(t, "okta.users.read"), t.Context()
	list, _, err := c.UserAPI.ListUsers(ctx).Search(`profile.login sw "super"`).Execute()
	check(t, err)
	if len(list) == 0 {
		t.Error("nobody is listed")
	}
	_, a, err := c.GroupAPI.ListGroups(ctx).Execute()
	refused(t, a, err, 403, "E0000006")
	if h := a.Header.Get("WWW-Authenticate"); !strings.Contains(h, "insufficient_scope") {
		t.Errorf("WWW-Authenticate %q", h)
	}
	_, a, err = service(t, "okta.users.manage").UserAPI.CreateUser(ctx).Body(person(t, "")).Execute()
	refused(t, a, err, 403, "E0000006")
	if h := a.Header.Get("WWW-Authenticate"); h != "" {
		t.Errorf("a missing role is told as a missing scope: %q", h)
	}
}

func TestScopeThatWasNotGrantedGetsNoToken(t *testing.T) {
	_, _, err := service(t, "okta.nonsense.read").UserAPI.ListUsers(t.Context()).Execute()
	if err == nil {
		t.Error("people are listed without a token")
	}
}
