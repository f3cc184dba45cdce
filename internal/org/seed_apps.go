package org

import (
	"fmt"
	"strings"

	"gatehouse/internal/okta"
)

// seedApp is an application of the seed company before it becomes a document.
type seedApp struct {
	label, mode, name string
	// kind is the application_type of an OpenID Connect client.
	kind string
	// groups have it; direct is how many people have it of their own.
	groups   []string
	direct   int
	inactive bool
}

// seedApplications has each sign-on mode, assigned to groups, to people and to both.
var seedApplications = []seedApp{
	{label: "CRM", mode: modeSAML, groups: []string{"Sales", "Field teams"}, direct: 4},
	{label: "Payroll", mode: modeSAML, groups: []string{"Payroll"}, direct: 1},
	{label: "Code review", mode: modeSAML, groups: []string{"Engineering", "Code owners"}},
	{label: "Old CRM", mode: modeSAML, groups: []string{"Sales"}, inactive: true},
	{label: "Chat", mode: modeSAML, name: "slack", groups: []string{"Everyone"}},
	{label: "Cloud console", mode: modeSAML, name: "aws_console", groups: []string{"Production access"}, direct: 2},
	{label: "Incident pager", mode: modeSAML, name: "pagerduty", groups: []string{"On call"}},
	{label: "Expenses", mode: modeOIDC, kind: "web", groups: []string{"All employees", "Contractors"}},
	{label: "Wiki", mode: modeOIDC, kind: "web", groups: []string{"Everyone"}},
	{label: "Data warehouse", mode: modeOIDC, kind: "web", groups: []string{"Data stewards"}, direct: 3},
	{label: "Issue tracker", mode: modeOIDC, kind: "browser", groups: []string{"Engineering", "Product"}},
	{label: "Field app", mode: modeOIDC, kind: "native", groups: []string{"Field teams"}},
	{label: "Reporting robot", mode: modeOIDC, kind: "service"},
	{label: "Status page", mode: modeBookmark, groups: []string{"Everyone"}},
	{label: "Office map", mode: modeBookmark, groups: []string{"Everyone"}},
	{label: "Travel booking", mode: modeBrowserPlugin, name: "template_swa", groups: []string{"All employees"}},
	{label: "Analytics", mode: modeBrowserPlugin, name: "template_swa3field", groups: []string{"Marketing"}, direct: 2},
	{label: "Build server", mode: modeBasicAuth, name: "template_basic_auth", groups: []string{"Engineering"}},
	{label: "Print portal", mode: modeBasicAuth, name: "template_basic_auth", groups: []string{"Badge printers"}},
	{label: "Badge desk", mode: modePasswordStore, name: "template_sps", groups: []string{"Badge printers"}, direct: 1},
	{label: "Legacy orders", mode: modePasswordStore, name: "template_sps", groups: []string{"Operations"}},
	{label: "Supplier portal", mode: modeAutoLogin, groups: []string{"Purchase approvers"}, direct: 2},
	{label: "Benefits", mode: modeAutoLogin, groups: []string{"All employees"}},
	{label: "Intranet", mode: modeWSFed, name: "template_wsfed", groups: []string{"All employees"}},
	{label: "Document archive", mode: modeWSFed, name: "template_wsfed", groups: []string{"Legal"}, direct: 1},
}

// seedApps writes the applications of a company of n people with their assignments.
func seedApps(tx *Tx, people seedPeople, n int) error {
	next := 0 // whom the next direct assignment is for
	for _, a := range seedApplications {
		if err := seedApplication(tx, a); err != nil {
			return fmt.Errorf("%s: %w", a.label, err)
		}
		id := tx.org.ids.fixedID(apps.prefix, a.label)
		for range min(a.direct, n) {
			p := people.person(next * 7 % n)
			next++
			if p.status == deprovisioned {
				continue
			}
			_, err := tx.q.Exec(tx.ctx, `INSERT INTO app_user (app, user_id, direct, user_name, profile, password_at, created, updated)
				VALUES ($1, $2, 1, '', '{}', 0, $3, $3) ON CONFLICT DO NOTHING`, id, p.id, tx.now.UnixMilli())
			if err != nil {
				return err
			}
		}
	}
	return nil
}

func seedApplication(tx *Tx, a seedApp) error {
	body, err := okta.NewObject(map[string]any{"label": a.label, "signOnMode": a.mode, "name": a.name, "settings": a.settings()})
	if err != nil {
		return err
	}
	in, err := readApp(body, "")
	if err != nil {
		return err
	}
	id := tx.org.ids.fixedID(apps.prefix, a.label)
	if _, _, err := tx.createApp(id, in, !a.inactive); err != nil {
		return err
	}
	for _, group := range a.groups {
		if _, err := tx.assignGroup(id, tx.org.ids.fixedID(groups.prefix, group), groupGrant{}); err != nil {
			return err
		}
	}
	return nil
}

// settings are what the application cannot do without.
func (a seedApp) settings() map[string]any {
	host := "https://" + strings.ReplaceAll(strings.ToLower(a.label), " ", "-") + "." + seedDomain
	switch {
	case a.mode == modeSAML && a.name == "":
		return map[string]any{"signOn": map[string]any{"ssoAcsUrl": host + "/saml/acs", "recipient": host + "/saml/acs", "destination": host + "/saml/acs", "audience": host}}
	case a.mode == modeAutoLogin:
		return map[string]any{"signOn": map[string]any{"loginUrl": host + "/login", "redirectUrl": host}}
	case a.mode == modeOIDC && a.kind == "service":
		return map[string]any{"oauthClient": map[string]any{"application_type": a.kind}}
	case a.mode == modeOIDC:
		return map[string]any{"oauthClient": map[string]any{
			"application_type": a.kind, "redirect_uris": []string{host + "/callback"}, "post_logout_redirect_uris": []string{host},
			"grant_types": []string{GrantCode, GrantRefresh},
		}}
	case a.mode == modeWSFed:
		return map[string]any{"app": map[string]any{"siteURL": host, "realm": host, "audienceRestriction": host}}
	}
	app := map[string]any{"url": host}
	if a.name == "template_swa3field" {
		app = map[string]any{"targetURL": host + "/login", "userNameSelector": "#user", "passwordSelector": "#password", "buttonSelector": "#sign-in"}
	}
	return map[string]any{"app": app}
}
