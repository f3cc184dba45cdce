package golang

import (
	"testing"

	"github.com/okta/okta-sdk-golang/v5/okta"
)

func TestPersonFromCreationToDeletion(t *testing.T) {
	c, ctx := admin(t), t.Context()
	body := person(t, password)
	made, _, err := c.UserAPI.CreateUser(ctx).Body(body).Activate(false).Execute()
	check(t, err)
	id := made.GetId()
	status := func() string {
		t.Helper()
		u, _, err := c.UserAPI.GetUser(ctx, id).Execute()
		check(t, err)
		return u.GetStatus()
	}
	is := func(want string) {
		t.Helper()
		if got := status(); got != want {
			t.Fatalf("status %s, want %s", got, want)
		}
	}
	is("STAGED")
	updated, _, err := c.UserAPI.UpdateUser(ctx, id).User(model[okta.UpdateUserRequest](t, `{"profile":{"nickName":"雪"}}`)).Execute()
	check(t, err)
	if updated.Profile.GetNickName() != "雪" || updated.Profile.GetFirstName() != "Go" {
		t.Errorf("after an update: %+v", updated.Profile)
	}
	replacement := okta.NewUser()
	replacement.SetProfile(body.Profile)
	replaced, _, err := c.UserAPI.ReplaceUser(ctx, id).User(*replacement).Execute()
	check(t, err)
	if replaced.Profile.GetNickName() != "" {
		t.Errorf("after a replacement: %+v", replaced.Profile)
	}
	_, _, err = c.UserAPI.ActivateUser(ctx, id).SendEmail(false).Execute()
	check(t, err)
	is("ACTIVE")
	_, err = c.UserAPI.SuspendUser(ctx, id).Execute()
	check(t, err)
	is("SUSPENDED")
	_, err = c.UserAPI.UnsuspendUser(ctx, id).Execute()
	check(t, err)
	_, _, err = c.UserAPI.ExpirePassword(ctx, id).Execute()
	check(t, err)
	is("PASSWORD_EXPIRED")
	_, _, err = c.UserAPI.ExpirePasswordAndGetTemporaryPassword(ctx, id).Execute()
	check(t, err)
	link, _, err := c.UserAPI.GenerateResetPasswordToken(ctx, id).SendEmail(false).Execute()
	check(t, err)
	if link.GetResetPasswordUrl() == "" {
		t.Error("no link to set a password")
	}
	is("RECOVERY")
	_, err = c.UserAPI.RevokeUserSessions(ctx, id).Execute()
	check(t, err)
	_, err = c.UserAPI.DeactivateUser(ctx, id).Execute()
	check(t, err)
	is("DEPROVISIONED")
	_, err = c.UserAPI.DeleteUser(ctx, id).Execute()
	check(t, err)
	_, a, err := c.UserAPI.GetUser(ctx, id).Execute()
	refused(t, a, err, 404, "E0000007")
}

func TestPeopleArePagedAndSearched(t *testing.T) {
	c, ctx := admin(t), t.Context()
	department := unique("dept")
	for range 5 {
		body := person(t, "")
		body.Profile.SetDepartment(department)
		create(t, c, body)
	}
	search := `profile.department eq "` + department + `"`
	list, a, err := c.UserAPI.ListUsers(ctx).Search(search).Limit(2).Execute()
	found := rest(t, list, a, err)
	seen := map[string]bool{}
	for _, u := range found {
		seen[u.GetId()] = true
	}
	if len(found) != 5 || len(seen) != 5 {
		t.Errorf("%d found, %d different, want 5", len(found), len(seen))
	}
	list, a, err = c.UserAPI.ListUsers(ctx).Search(search).SortBy("profile.login").SortOrder("desc").Limit(2).Execute()
	found = rest(t, list, a, err)
	for i := 1; i < len(found); i++ {
		if found[i-1].Profile.GetLogin() < found[i].Profile.GetLogin() {
			t.Error("not sorted")
		}
	}
	list, a, err = c.UserAPI.ListUsers(ctx).Limit(200).Execute()
	if all := rest(t, list, a, err); len(all) < 1000 {
		t.Errorf("%d people, want those of the seed", len(all))
	}
	if _, a, err = c.UserAPI.ListUsers(ctx).Search("nonsense zz").Execute(); err == nil && a.StatusCode != 400 {
		t.Errorf("a faulty search: %d %v", a.StatusCode, err)
	}
}

func TestALoginIsGivenOnce(t *testing.T) {
	c := admin(t)
	body := person(t, "")
	create(t, c, body)
	_, a, err := c.UserAPI.CreateUser(t.Context()).Body(body).Execute()
	if a == nil || a.StatusCode != 400 {
		t.Errorf("a second person of the login: %v %v", a, err)
	}
}

func TestPasswordAndQuestionAreChanged(t *testing.T) {
	c, ctx := admin(t), t.Context()
	id := create(t, c, person(t, password))
	_, _, err := c.UserAPI.ChangePassword(ctx, id).ChangePasswordRequest(model[okta.ChangePasswordRequest](t,
		`{"oldPassword":{"value":"Corr3ct-Horse-7"},"newPassword":{"value":"N3w-Corr3ct-Horse"}}`)).Execute()
	check(t, err)
	_, _, err = c.UserAPI.ChangeRecoveryQuestion(ctx, id).UserCredentials(model[okta.UserCredentials](t,
		`{"password":{"value":"N3w-Corr3ct-Horse"},"recovery_question":{"question":"Which street?","answer":"Elm Street"}}`)).Execute()
	check(t, err)
}

func TestLinkedObjectsOfAPerson(t *testing.T) {
	c, ctx := admin(t), t.Context()
	boss, report := unique("boss"), unique("report")
	_, _, err := c.LinkedObjectAPI.CreateLinkedObjectDefinition(ctx).LinkedObject(model[okta.LinkedObject](t,
		`{"primary":{"name":%q,"title":"Boss","type":"USER"},"associated":{"name":%q,"title":"Report","type":"USER"}}`, boss, report)).Execute()
	check(t, err)
	one, two := create(t, c, person(t, "")), create(t, c, person(t, ""))
	_, err = c.UserAPI.ReplaceLinkedObjectForUser(ctx, one, boss, two).Execute()
	check(t, err)
	links, _, err := c.UserAPI.ListLinkedObjectsForUser(ctx, one, boss).Execute()
	check(t, err)
	if len(links) != 1 {
		t.Errorf("%d links, want 1", len(links))
	}
	_, err = c.UserAPI.DeleteLinkedObjectForUser(ctx, one, boss).Execute()
	check(t, err)
	_, err = c.LinkedObjectAPI.DeleteLinkedObjectDefinition(ctx, boss).Execute()
	check(t, err)
}

func TestWhatWasDoneIsInTheLog(t *testing.T) {
	c, ctx := admin(t), t.Context()
	id := create(t, c, person(t, ""))
	list, _, err := c.SystemLogAPI.ListLogEvents(ctx).Filter(`target.id eq "` + id + `"`).Limit(5).Execute()
	check(t, err)
	for _, e := range list {
		if e.GetEventType() == "user.lifecycle.create" && e.Outcome.GetResult() == "SUCCESS" {
			return
		}
	}
	t.Errorf("%d events, none of the creation", len(list))
}
