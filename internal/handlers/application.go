package handlers

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"strings"

	"gatehouse/internal/okta"
)

// appChoices is how many apps a search for one to assign shows.
const appChoices = "20"

// signOnModes are the words for the modes of apps.
var signOnModes = map[string]string{
	"BOOKMARK": "Bookmark", "BASIC_AUTH": "Basic authentication", "BROWSER_PLUGIN": "SWA, browser plugin", "SECURE_PASSWORD_STORE": "SWA, form post",
	"AUTO_LOGIN": "SWA", "SAML_2_0": "SAML 2.0", "SAML_1_1": "SAML 1.1", "WS_FEDERATION": "WS-Federation", "OPENID_CONNECT": "OpenID Connect",
}

// modeWords is how people sign in to an app.
func modeWords(d okta.Object) string {
	mode := d.Text("signOnMode")
	return cmp.Or(signOnModes[mode], roleWords(mode))
}

func appArg(id string) map[string]string { return map[string]string{"appId": id} }

// readApp asks the org for an app, by id.
func (h *console) readApp(ctx context.Context, id string) (okta.Object, error) {
	resp, err := h.config.Org.Do(ctx, okta.Call{Op: okta.Find("getApplication"), Args: appArg(id)})
	if err != nil {
		return okta.Object{}, appError(err)
	}
	return resp.Object()
}

// appError tells an app that is not there from other things that are not.
func appError(err error) error {
	p, is := asOrgProblem(err)
	if is && p.Status == http.StatusNotFound {
		return problem{
			Status: p.Status, Code: p.Code, Title: "App not found", Err: err,
			Message: "It may have been deleted, or none of your admin roles covers it.",
		}
	}
	return err
}

// findApps looks for apps to assign, by the beginning of their label.
func (h *console) findApps(ctx context.Context, text, op string) ([]okta.Object, error) {
	if text == "" || !h.may(ctx, op) || !h.may(ctx, "listApplications") {
		return nil, nil
	}
	return h.objects(ctx, okta.Call{Op: okta.Find("listApplications"), Query: url.Values{"q": {text}, "limit": {appChoices}}})
}

// idIn is the id at the end of a link, such as …/groups/00g1.
func idIn(href string) string { return href[strings.LastIndexByte(href, '/')+1:] }
