package org

import (
	"gatehouse/internal/okta"
)

// appUserInput is what a request says of an assignment.
type appUserInput struct {
	ID          string `json:"id"`
	Scope       string `json:"scope"`
	Credentials struct {
		UserName *string `json:"userName"`
		Password struct {
			Value string `json:"value"`
		} `json:"password"`
	} `json:"credentials"`
	Profile okta.Object `json:"profile"`
}

// maxUserName bounds the user name of an assignment in bytes.
const maxUserName = 256

func (r *Request) appUserInput() (in appUserInput, err error) {
	if err := r.decode(&in); err != nil {
		return in, err
	}
	if in.Scope != "" && in.Scope != "USER" && in.Scope != "GROUP" {
		return in, invalid("scope", "scope: The value must be USER or GROUP")
	}
	if n := in.Credentials.UserName; n != nil && len(*n) > maxUserName {
		return in, invalid("credentials.userName", "credentials.userName: The field is too long")
	}
	return in, nil
}

// assignUserToApplication gives somebody an application of their own. Who has it already
// keeps it, changed as the request says; scope GROUP gives one back to the groups.
func assignUserToApplication(o *Org, r *Request) (Reply, error) {
	in, err := r.appUserInput()
	if err != nil {
		return Reply{}, err
	}
	if in.ID == "" {
		return Reply{}, invalid("id", "id: The field cannot be left blank")
	}
	return o.changeAppUser(r, func(tx *Tx, app okta.Object) error {
		person, err := tx.get(users, in.ID)
		if err != nil {
			return err
		}
		if person.Text("status") == deprovisioned {
			return fail("E0000038", "")
		}
		r.Args["userId"] = person.Text("id")
		a, err := tx.appUser(app, person.Text("id"))
		isNew := isCode(err, "E0000007")
		if err != nil && !isNew {
			return err
		}
		if isNew {
			a = appUser{app: app, person: person, created: tx.now, profile: literal("{}")}
		}
		if a.direct = in.Scope != "GROUP"; !a.direct {
			byGroup, err := tx.assignedByGroup(app.Text("id"), person.Text("id"))
			if err != nil {
				return err
			}
			if !byGroup {
				return invalid("scope", "scope: No group of the user is assigned to the application")
			}
			if !isNew { // the group manages the profile from then on (help page on converting assignments)
				a.profile = literal("{}")
			}
		}
		if err := tx.putAppUser(a, in); err != nil {
			return err
		}
		if isNew {
			tx.log(appUserEvent(app, person, "application.user_membership.add", "Add user to application membership"))
		} else {
			tx.log(appUserEvent(app, person, "application.user_membership.update", "Updated user application property"))
		}
		return nil
	})
}

// updateApplicationUser changes the user name or the profile of an assignment.
func updateApplicationUser(o *Org, r *Request) (Reply, error) {
	in, err := r.appUserInput()
	if err != nil {
		return Reply{}, err
	}
	return o.changeAppUser(r, func(tx *Tx, app okta.Object) error {
		a, err := tx.appUser(app, r.Args["userId"])
		if err != nil {
			return err
		}
		if err := tx.putAppUser(a, in); err != nil {
			return err
		}
		kind, message := "application.user_membership.update", "Updated user application property"
		if in.Credentials.UserName != nil {
			kind, message = "application.user_membership.change_username", "Change user's application username"
		}
		tx.log(appUserEvent(app, a.person, kind, message))
		return nil
	})
}

// changeAppUser runs a change and answers with the assignment that r.Args names after it.
func (o *Org) changeAppUser(r *Request, change func(*Tx, okta.Object) error) (Reply, error) {
	var answer okta.Object
	err := o.update(r, func(tx *Tx) error {
		app, err := tx.argumentApp(r)
		if err != nil {
			return err
		}
		if err := change(tx, app); err != nil {
			return err
		}
		a, err := tx.appUser(app, r.Args["userId"])
		if err != nil {
			return err
		}
		answer, err = o.renderAppUser(r, a)
		return err
	})
	if err != nil {
		return Reply{}, err
	}
	return ok(answer)
}

// putAppUser stores a person's own part of an assignment, changed by in. A password is
// not kept, only when it was set: nobody signs in by it here.
func (tx *Tx) putAppUser(a appUser, in appUserInput) error {
	if in.Credentials.UserName != nil {
		a.userName = *in.Credentials.UserName
	}
	if in.Credentials.Password.Value != "" {
		a.passwordAt = tx.now
	}
	profile := a.profile
	if !a.direct && !a.group.IsZero() {
		profile = literal("{}") // the group's part is not the person's
	}
	if !in.Profile.IsZero() {
		profile = overlay(profile, in.Profile)
	}
	_, err := tx.q.Exec(tx.ctx, `INSERT INTO app_user (app, user_id, direct, user_name, profile, password_at, created, updated) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (app, user_id) DO UPDATE SET direct = excluded.direct, user_name = excluded.user_name, profile = excluded.profile,
		password_at = excluded.password_at, updated = excluded.updated`,
		a.app.Text("id"), a.person.Text("id"), number(a.direct), a.userName, string(profile.Bytes()), millis(a.passwordAt), millis(a.created), tx.now.UnixMilli())
	return err
}

// deleteApplicationUser takes an application away from somebody. What a group gives is
// taken away at the group (the code is [assumed]); a group behind a direct assignment goes on giving it.
func deleteApplicationUser(o *Org, r *Request) (Reply, error) {
	err := o.update(r, func(tx *Tx) error {
		app, err := tx.argumentApp(r)
		if err != nil {
			return err
		}
		a, err := tx.appUser(app, r.Args["userId"])
		if err != nil {
			return err
		}
		if !a.direct {
			return fail("E0000046", "", "The group '"+a.group.Text("profile", "name")+"' gives this assignment: unassign the group, or remove the user from it")
		}
		user := a.person.Text("id")
		if _, err := tx.q.Exec(tx.ctx, `DELETE FROM app_user WHERE app = $1 AND user_id = $2`, app.Text("id"), user); err != nil {
			return err
		}
		still, err := tx.assignedByGroup(app.Text("id"), user)
		if err != nil || still {
			return err
		}
		return tx.lostApp(app, a.person)
	})
	if err != nil {
		return Reply{}, err
	}
	return noContent()
}
