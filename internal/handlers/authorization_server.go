package handlers

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/gin-gonic/gin"

	"gatehouse/internal/okta"
	"gatehouse/web/templates/authserver"
	"gatehouse/web/templates/ui"
)

const (
	serversPath    = authserver.Home
	serversSection = "authorization-servers"
)

var serverHeadings = []ui.Column{{Label: "Name"}, {Label: "Status"}, {Label: "Audience"}, {Label: "Issuer"}, {Label: "Updated"}}

func serverArg(id string) map[string]string { return map[string]string{"authServerId": id} }

func serverPath(doc okta.Object) string { return serversPath + "/" + url.PathEscape(doc.Text("id")) }

// serverAudience is who the tokens of a server are for. The org takes one (API reference).
func serverAudience(doc okta.Object) string {
	return strings.Join(textsAt(doc, "audiences"), ", ")
}

// textsAt are the texts of a list in a document; none where there is no such list.
func textsAt(doc okta.Object, path ...string) []string {
	var list []string
	if raw := doc.Get(path...); len(raw) > 0 && json.Unmarshal(raw, &list) != nil {
		return nil
	}
	return list
}

// listServers is the list of authorization servers. It costs one call to the org.
func (h *console) listServers(c *gin.Context) (View, error) {
	ctx, u := c.Request.Context(), c.Request.URL
	if err := h.permitted(ctx, "listAuthorizationServers"); err != nil {
		return nil, err
	}
	q := url.Values{}
	if words := searchable(u.Query().Get("q")); words != "" {
		q.Set("q", words)
	}
	docs, next, err := h.pageOf(ctx, "listAuthorizationServers", u, q)
	if err != nil {
		return nil, err
	}
	l := ui.List{
		Area: serversPath, Title: "Authorization servers", Placeholder: "Part of the name or the audience", AddLabel: "Add authorization server", Query: u.Query().Get("q"),
		Headings: serverHeadings, Next: next, More: u.Query().Get("after") != "", Hidden: hiddenState(u, "limit"),
		None: ui.Nothing{Title: "No authorization servers", Text: "A server issues tokens for one API, by scopes, claims and policies of its own."},
	}
	if l.Query != "" {
		l.None = ui.Nothing{Title: "No server here", Text: "No name and no audience has these words.", Clear: serversPath, ClearLabel: "All servers"}
	}
	if h.may(ctx, "createAuthorizationServer") {
		l.Add = serversPath + "/new"
	}
	for _, d := range docs {
		kind, status := ui.RuleStatus(d.Text("status"))
		at, _ := time.Parse(time.RFC3339, d.Text("lastUpdated"))
		l.Rows = append(l.Rows, ui.Row{ID: d.Text("id"), Name: d.Text("name"), Href: serverPath(d), Cells: []ui.Cell{
			{Pill: kind, Text: status}, {Text: serverAudience(d), Code: true}, {Text: d.Text("issuer"), Code: true}, {Time: &at},
		}})
	}
	return listScreen(l, serversSection, docs, http.StatusOK), nil
}

func (h *console) readServer(ctx context.Context, id string) (okta.Object, error) {
	return h.readDocument(ctx, okta.Call{Op: okta.Find("getAuthorizationServer"), Args: serverArg(id)}, "Authorization server")
}

// readDocument reads one document; noun is what it is where it is not there.
func (h *console) readDocument(ctx context.Context, call okta.Call, noun string) (okta.Object, error) {
	resp, err := h.config.Org.Do(ctx, call)
	if p, is := asOrgProblem(err); is && p.Status == http.StatusNotFound {
		return okta.Object{}, problem{
			Status: p.Status, Code: p.Code, Title: noun + " not found", Err: err,
			Message: "It may have been deleted, or none of your admin roles covers it.",
		}
	}
	if err != nil {
		return okta.Object{}, err
	}
	return resp.Object()
}

// serverParts are the tabs of a server's page.
var serverParts = []part{
	{"settings", "Settings", "getAuthorizationServer"},
	{"scopes", "Scopes", "listOAuth2Scopes"},
	{"claims", "Claims", "listOAuth2Claims"},
	{"policies", "Access policies", "listAuthorizationServerPolicies"},
	{"preview", "Token preview", "listAuthorizationServerPolicies"},
	{"keys", "Keys", "listAuthorizationServerKeys"},
	{"clients", "Clients and tokens", "listOAuth2ClientsForAuthorizationServer"},
	{"activity", "Activity", "getLogs"},
	{"history", "History", ""},
	{"json", "JSON", "getAuthorizationServer"},
}

// getServer is the settings of a server.
func (h *console) getServer(c *gin.Context) (View, error) {
	doc, err := h.readServer(c.Request.Context(), c.Param("id"))
	if err != nil {
		return nil, err
	}
	return h.serverSettings(c, doc, sentForm{}), nil
}

// getServerTab is a tab that has an address of its own.
func (h *console) getServerTab(c *gin.Context) (View, error) {
	doc, err := h.readServer(c.Request.Context(), c.Param("id"))
	if err != nil {
		return nil, err
	}
	tab := c.Param("tab")
	v, err := h.serverTab(c, doc, tab)
	if refusal, is := asOrgProblem(err); is && refusal.Status == http.StatusForbidden && wanted(c.Request) != document {
		s := h.serverScreen(c, doc, tab, ui.NoPermission(refusal.Title, refusal.Message))
		s.Around.Status = refusal.Status
		return s, nil
	}
	return v, err
}

func (h *console) serverTab(c *gin.Context, doc okta.Object, tab string) (View, error) {
	var list tabList
	var err error
	switch tab {
	case "scopes":
		return h.partsTab(c, doc, scopePart)
	case "claims":
		return h.partsTab(c, doc, claimPart)
	case "policies":
		return h.partsTab(c, doc, serverPolicyPart)
	case "preview":
		return h.serverPreview(c, doc)
	case "keys":
		return h.serverKeys(c, doc)
	case "clients":
		return h.serverClients(c, doc)
	case "activity":
		list, err = h.eventsOf(c, serversPath+"/", doc.Text("id"), "authorization server")
	case "history":
		list, err = h.changesOf(c, serversPath+"/", doc.Text("id"))
	case "json":
		return h.serverScreen(c, doc, tab, ui.JSON("As the org has it", doc.Bytes())), nil
	default:
		return nil, notFound("Page")
	}
	if err != nil {
		return nil, err
	}
	return list.in(c, h.serverScreen(c, doc, tab, list.whole)), nil
}

// serverScreen puts a tab's content under the head of the server.
func (h *console) serverScreen(c *gin.Context, doc okta.Object, tab string, content templ.Component) Screen {
	ctx := c.Request.Context()
	head := authserver.Head{
		ID: doc.Text("id"), Name: doc.Text("name"), Status: doc.Text("status"), Audience: serverAudience(doc),
		Tabs: h.tabs(ctx, serversPath+"/", doc.Text("id"), tab, serverParts),
	}
	can := []string{}
	if h.may(ctx, "updateAuthorizationServer") {
		can = append(can, "updateAuthorizationServer")
	}
	if move, op := serverMove(doc); h.may(ctx, op) {
		head.Move, can = &move, append(can, op)
	}
	if h.may(ctx, "deleteAuthorizationServer") {
		head.Delete, can = serverPath(doc)+"/delete", append(can, "deleteAuthorizationServer")
	}
	v := Screen{
		Around: About{Title: head.Name, Section: serversSection},
		Body:   authserver.Page(head, content), Part: content, Data: itemOf(doc, can),
	}
	if c.Request.Method != http.MethodGet {
		v.Part = authserver.Whole(head, content)
	}
	return v
}

// serverMove is what the status of a server can be changed to, and the operation that does it.
func serverMove(doc okta.Object) (authserver.Move, string) {
	name := doc.Text("name")
	if doc.Text("status") == "ACTIVE" {
		return authserver.Move{
			ID: "move-server", Verb: "Deactivate", Action: serverPath(doc) + "/deactivate", Title: "Deactivate " + name, Danger: true,
			Says: []string{
				"It issues no tokens until it is activated again: apps that use it cannot sign anybody in.",
				"Access tokens that are out work until they expire, for whoever verifies them by signature alone.",
			},
		}, "deactivateAuthorizationServer"
	}
	return authserver.Move{
		ID: "move-server", Verb: "Activate", Action: serverPath(doc) + "/activate", Title: "Activate " + name,
		Says: []string{"It issues tokens again, by its active policies."},
	}, "activateAuthorizationServer"
}
