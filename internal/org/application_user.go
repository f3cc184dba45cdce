package org

import (
	"crypto/sha256"
	"regexp"
	"strings"
	"time"

	"gatehouse/internal/db"
	"gatehouse/internal/okta"
)

// appUser is a person's assignment to an application: direct, by a group, or both.
type appUser struct {
	app, person okta.Object
	// direct tells the person's own assignment from one by group.
	direct bool
	// group is the group that gives the application, of several the one with the least
	// priority; zero for a direct assignment.
	group okta.Object
	// userName is '' for that of the template; profile is what was set, beside the group's.
	userName             string
	profile              okta.Object
	passwordAt           time.Time
	created, lastUpdated time.Time
}

// appUser reads an assignment; somebody without one is E0000007.
func (s store) appUser(app okta.Object, user string) (appUser, error) {
	missing := notFound(printable(user), "AppUser")
	person, err := s.get(users, user)
	if isCode(err, "E0000007") {
		return appUser{}, missing
	}
	if err != nil {
		return appUser{}, err
	}
	a := appUser{app: app, person: person}
	var direct int
	var profile string
	var passwordAt, created, updated int64
	err = s.q.QueryRow(s.ctx, `SELECT direct, user_name, profile, password_at, created, updated FROM app_user WHERE app = $1 AND user_id = $2`, app.Text("id"), user).
		Scan(&direct, &a.userName, &profile, &passwordAt, &created, &updated)
	if err != nil && !db.IsNone(err) {
		return a, err
	}
	if err == nil {
		a.passwordAt, a.created, a.lastUpdated, a.direct = fromMillis(passwordAt), fromMillis(created), fromMillis(updated), direct == 1
		if a.profile, err = okta.Trusted([]byte(profile)); err != nil || a.direct {
			return a, err
		}
	}
	return s.byGroup(a, missing)
}

// byGroup completes an assignment by group.
func (s store) byGroup(a appUser, missing error) (appUser, error) {
	var group, profile string
	var joined, assigned int64
	err := s.q.QueryRow(s.ctx, `SELECT g.grp, g.profile, e.created, g.updated FROM app_group g JOIN edge e ON e.kind = 'member' AND e.src = $2 AND e.dst = g.grp
		WHERE g.app = $1 ORDER BY g.priority, g.grp LIMIT 1`, a.app.Text("id"), a.person.Text("id")).Scan(&group, &profile, &joined, &assigned)
	if db.IsNone(err) {
		return a, missing
	}
	if err != nil {
		return a, err
	}
	if a.group, err = s.get(groups, group); err != nil {
		return a, err
	}
	given, err := okta.Trusted([]byte(profile))
	if err != nil {
		return a, err
	}
	a.profile = overlay(given, a.profile)
	if a.created.IsZero() {
		a.created = second(time.UnixMilli(max(joined, assigned)))
		a.lastUpdated = a.created
	}
	return a, nil
}

// renderAppUser is an assignment as the API answers it (API reference).
func (o *Org) renderAppUser(r *Request, a appUser) (okta.Object, error) {
	type password struct{}
	type credentials struct {
		UserName string    `json:"userName"`
		Password *password `json:"password,omitempty"`
	}
	c := credentials{UserName: a.userName}
	if c.UserName == "" {
		c.UserName = userNameFor(a.app, a.person)
	}
	links := map[string]mediaLink{"app": {Href: o.appURL(a.app.Text("id"))}, "user": {Href: o.userURL(a.person.Text("id"))}}
	scope := "USER"
	if !a.direct {
		scope = "GROUP"
		links["group"] = mediaLink{Name: a.group.Text("profile", "name"), Href: o.baseURL + "/api/v1/groups/" + a.group.Text("id")}
	}
	if !a.passwordAt.IsZero() {
		c.Password = &password{}
	}
	created := stamp(a.created)
	doc, err := encodeDocument(struct {
		ID              string               `json:"id"`
		ExternalID      *string              `json:"externalId"`
		Created         string               `json:"created"`
		LastUpdated     string               `json:"lastUpdated"`
		Scope           string               `json:"scope"`
		Status          string               `json:"status"`
		StatusChanged   string               `json:"statusChanged"`
		PasswordChanged *string              `json:"passwordChanged"`
		SyncState       string               `json:"syncState"`
		Credentials     credentials          `json:"credentials"`
		Profile         okta.Object          `json:"profile"`
		Links           map[string]mediaLink `json:"_links"`
	}{
		a.person.Text("id"), nil, created, stamp(a.lastUpdated), scope, "ACTIVE", created, stampOrNull(a.passwordAt), "DISABLED",
		c, overlay(mappedProfile(a.app, a.person), a.profile), links,
	})
	if err != nil || !expands(r, "user") {
		return doc, err
	}
	return doc.With("_embedded", map[string]okta.Object{"user": o.renderUser(a.person)}), nil
}

// mappedProfile is what the person's own profile gives of an application's: the standard
// claims of OpenID Connect for a client, nothing for the others (API reference, examples).
func mappedProfile(app, person okta.Object) okta.Object {
	out := literal("{}")
	if !isClient(app) {
		return out
	}
	for _, claim := range [][2]string{
		{"given_name", "firstName"},
		{"family_name", "lastName"},
		{"middle_name", "middleName"},
		{"nickname", "nickName"},
		{"email", "email"},
		{"phone_number", "primaryPhone"},
		{"locale", "locale"},
		{"zoneinfo", "timezone"},
		{"locality", "city"},
		{"country", "countryCode"},
	} {
		out = out.With(claim[0], person.Get("profile", claim[1]))
	}
	return out.With("name", nameOf(person))
}

// attributeTemplate and beforeTemplate are the forms of a user name template that this
// org evaluates: an attribute, and what stands before a character in one.
var (
	attributeTemplate = regexp.MustCompile(`^(?:\$\{)?(?:source|user)\.(\w+)\}?$`)
	beforeTemplate    = regexp.MustCompile(`^(?:\$\{fn:|String\.)substringBefore\((?:source|user)\.(\w+), ?"(.+)"\)\}?$`)
)

// userNameFor is the user name that an application's template gives a person; the login
// where the template is of another form [assumed].
func userNameFor(app, person okta.Object) string {
	template := app.Text("credentials", "userNameTemplate", "template")
	name := person.Text("profile", "login")
	if m := attributeTemplate.FindStringSubmatch(template); m != nil {
		if v := person.Text("profile", m[1]); v != "" {
			name = v
		}
	} else if m := beforeTemplate.FindStringSubmatch(template); m != nil {
		name, _, _ = strings.Cut(person.Text("profile", m[1]), m[2])
	}
	return name + app.Text("credentials", "userNameTemplate", "suffix")
}

// appUserID is the id of an assignment where one is named apart from its person.
func (o *Org) appUserID(app, user string) string {
	h := sha256.Sum256([]byte(app + " " + user))
	return "0ua" + spell(h[:], 17-len(o.ids.cell)) + o.ids.cell
}

// appUserEvent is an event about a person's assignment.
func appUserEvent(app, person okta.Object, kind, message string) Event {
	return Event{Type: kind, Message: message, Targets: []Target{
		{ID: person.Text("id"), Type: "AppUser", AlternateID: userNameFor(app, person), DisplayName: nameOf(person)}, applicationTarget(app), userTarget(person),
	}}
}
