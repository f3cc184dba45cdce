package handlers

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/okta"
	"gatehouse/web/templates/application"
	"gatehouse/web/templates/ui"
)

const policyTab = "policy"

// mostAppPolicies bounds the policies that an app can be given on its page.
const mostAppPolicies = 200

// appPolicy is the tab of the sign-on policy that the app obeys.
func (h *console) appPolicy(c *gin.Context, app okta.Object) (View, error) {
	ctx, id := c.Request.Context(), idIn(app.Text("_links", "accessPolicy", "href"))
	p := application.Policy{App: appPath(app), Name: app.Text("label"), ID: id}
	if id == "" {
		p.Unread = "The org does not tell which policy this app has."
		return h.appScreen(c, app, policyTab, application.PolicyTab(p)), nil
	}
	var now okta.Object
	var all, rules []okta.Object
	args := map[string]string{"policyId": id}
	var unread, noRules string
	err := together(ctx, func(ctx context.Context) (err error) {
		unread, err = h.told(ctx, "getPolicy", func() error {
			resp, err := h.config.Org.Do(ctx, okta.Call{Op: okta.Find("getPolicy"), Args: args})
			if err == nil {
				now, err = resp.Object()
			}
			return err
		})
		return err
	}, func(ctx context.Context) (err error) {
		noRules, err = h.told(ctx, "listPolicyRules", func() (err error) {
			rules, err = h.upTo(ctx, mostAppPolicies, okta.Call{Op: okta.Find("listPolicyRules"), Args: args})
			return err
		})
		return err
	}, func(ctx context.Context) (err error) {
		_, err = h.told(ctx, "listPolicies", func() (err error) {
			all, err = h.upTo(ctx, mostAppPolicies, okta.Call{Op: okta.Find("listPolicies"), Query: url.Values{"type": {"ACCESS_POLICY"}}})
			return err
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	if p.Unread = unread; unread == "" {
		p.Unread = noRules
		p.Now = application.Link{Label: now.Text("name"), Href: policiesPath + "/" + url.PathEscape(id)}
		p.Lab = labPath + "?type=ACCESS_POLICY&app=" + url.QueryEscape(app.Text("id"))
	}
	if p.Unread != "" {
		p.Unread += "."
	}
	if now.Text("status") == "INACTIVE" {
		p.Note = "The policy is inactive: its rules decide nothing."
	}
	entries, err := entriesOf(rules)
	if err != nil {
		return nil, err
	}
	for _, r := range entries {
		says, _, err := accessWords(r)
		if err != nil {
			return nil, err
		}
		p.Rules = append(p.Rules, application.PolicyRule{Name: r.Name, Status: r.Status, Says: strings.Join(says, "; ")})
	}
	p.MayChange = h.mayOn(ctx, "updateApplicationPolicy", app.Text("id"))
	for _, d := range all {
		p.Choices = append(p.Choices, ui.Option{Value: d.Text("id"), Label: d.Text("name")})
	}
	s := h.appScreen(c, app, policyTab, application.PolicyTab(p))
	if !now.IsZero() && c.Request.Method == http.MethodGet {
		s.Data = itemOf(now, nil)
	}
	return s, nil
}

// setAppPolicy gives the app another sign-on policy.
func (h *console) setAppPolicy(c *gin.Context) (View, error) {
	ctx := c.Request.Context()
	app, err := h.readApp(ctx, c.Param("id"))
	if err != nil {
		return nil, err
	}
	id := c.PostForm("policy")
	if id == idIn(app.Text("_links", "accessPolicy", "href")) {
		return h.appAfter(c, app, policyTab, nil, ui.Message{Kind: "info", Title: "The app has this policy already."})
	}
	_, err = h.config.Org.Do(ctx, okta.Call{
		Op: okta.Find("updateApplicationPolicy"), Args: map[string]string{"appId": app.Text("id"), "policyId": id}, Before: app, Reason: reason(c),
	})
	if err != nil {
		return nil, err
	}
	if app, err = h.readApp(ctx, app.Text("id")); err != nil {
		return nil, err
	}
	return h.appAfter(c, app, policyTab, nil, ui.Message{Kind: "ok", Title: "Sign-ins to " + app.Text("label") + " obey this policy from now on."})
}
