package handlers

import (
	"context"
	"net/url"
	"path"
	"strconv"
	"strings"

	"gatehouse/internal/okta"
	pages "gatehouse/web/templates/policy"
)

const (
	// usePages of usePage apps are looked through for those that use a policy.
	usePages = 5
	usePage  = 200
)

// policyApps are the apps that use the policies of a type, by policy.
type policyApps struct {
	// asked: the type is one that apps point to, and the reader may see apps.
	asked bool
	// more: there are apps behind those that were looked at.
	more bool
	by   map[string][]okta.Object
}

// policyApps looks through the apps for the policies that they point to. The API tells it
// by a link of each app, so that names come with the same calls.
func (h *console) policyApps(ctx context.Context, t policyType) (policyApps, error) {
	u := policyApps{by: map[string][]okta.Object{}}
	if t.link == "" || !h.may(ctx, "listApplications") {
		return u, nil
	}
	u.asked, u.more = true, true
	call := okta.Call{Op: okta.Find("listApplications"), Query: url.Values{"limit": {strconv.Itoa(usePage)}}}
	for n := 0; n < usePages && u.more; n++ {
		resp, err := h.config.Org.Do(ctx, call)
		if err != nil {
			return u, err
		}
		docs, err := resp.Objects()
		if err != nil {
			return u, err
		}
		for _, d := range docs {
			if id := linkedID(d, t.link); id != "" {
				u.by[id] = append(u.by[id], d)
			}
		}
		next := resp.NextQuery()
		u.more = next != nil
		if u.more {
			call.Query.Set("after", next.Get("after"))
		}
	}
	return u, nil
}

// linkedID is the id at the end of a link of an app.
func linkedID(app okta.Object, link string) string {
	u, err := url.Parse(app.Text("_links", link, "href"))
	if err != nil || u.Path == "" {
		return ""
	}
	return path.Base(u.Path)
}

// count says how many apps use a policy; known is false where that was not asked.
func (u policyApps) count(id string) (words string, known bool) {
	if !u.asked {
		return "", false
	}
	words = "used by " + counted(len(u.by[id]), "app", "apps")
	if u.more {
		words = strings.Replace(words, "used by ", "used by at least ", 1)
	}
	return words, true
}

// links are the apps of a policy.
func (u policyApps) links(id string) []pages.Link {
	var out []pages.Link
	for _, d := range u.by[id] {
		out = append(out, pages.Link{Name: appLabel(d), Href: "/apps/" + url.PathEscape(d.Text("id"))})
	}
	return out
}
