package handlers

import (
	"context"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/okta"
	"gatehouse/web/templates/authserver"
	"gatehouse/web/templates/ui"
)

// askDeleteServer says what goes with a server, and asks.
func (h *console) askDeleteServer(c *gin.Context) (View, error) {
	doc, err := h.readServer(c.Request.Context(), c.Param("id"))
	if err != nil {
		return nil, err
	}
	if err := h.permitted(c.Request.Context(), "deleteAuthorizationServer"); err != nil {
		return nil, err
	}
	v, err := h.serverDeletion(c, doc, "")
	return v, err
}

// serverDeletion reads what hangs on a server: one page of each, so that more is said as "at least".
func (h *console) serverDeletion(c *gin.Context, doc okta.Object, problem string) (Screen, error) {
	var clients, scopes, claims, policies string
	count := func(op, one, many string, into *string) func(context.Context) error {
		return func(ctx context.Context) error {
			if !h.may(ctx, op) {
				return nil
			}
			resp, err := h.config.Org.Do(ctx, okta.Call{Op: okta.Find(op), Args: serverArg(doc.Text("id"))})
			if err != nil {
				return err
			}
			docs, err := resp.Objects()
			if *into = counted(len(docs), one, many); resp.Next != "" {
				*into = "at least " + *into
			}
			return err
		}
	}
	err := together(c.Request.Context(),
		count("listOAuth2ClientsForAuthorizationServer", "client", "clients", &clients),
		count("listOAuth2Scopes", "scope", "scopes", &scopes),
		count("listOAuth2Claims", "claim", "claims", &claims),
		count("listAuthorizationServerPolicies", "access policy", "access policies", &policies))
	if err != nil {
		return Screen{}, err
	}
	d := authserver.Deletion{Action: serverPath(doc) + "/delete", Name: doc.Text("name"), Noun: "authorization server", Says: []string{
		"The server is removed for good, with its keys. This cannot be undone; a server made anew has another id, issuer and keys.",
		"It takes along " + joinWords([]string{scopes, claims, policies}) + ".",
	}}
	switch {
	case clients == counted(0, "client", "clients"):
		d.Says = append(d.Says, "No client holds a refresh token of it now. Apps that use it cannot sign anybody in.")
	case clients != "":
		d.Says = append(d.Says, "Refresh tokens of "+clients+" stop working. Apps that use it cannot sign anybody in.")
	}
	if doc.Text("status") == "ACTIVE" {
		d.Says = append(d.Says, "It is active now. Deactivate it first to see who misses it: that can be undone.")
	}
	return Screen{
		Around: About{Title: "Delete " + d.Name, Section: serversSection},
		Body:   authserver.DeletePage(d, serverPath(doc), problem, c.PostForm("reason")), Part: authserver.DeleteForm(d, serverPath(doc), problem, c.PostForm("reason")),
		Data: itemOf(doc, []string{"deleteAuthorizationServer"}),
	}, nil
}

// deleteServer deletes the server once its name or id was typed (security 38).
func (h *console) deleteServer(c *gin.Context) (View, error) {
	ctx := c.Request.Context()
	doc, err := h.readServer(ctx, c.Param("id"))
	if err != nil {
		return nil, err
	}
	if !confirmed(c, doc.Text("name"), doc.Text("id")) {
		why := notConfirmed("Not deleted", "name", doc.Text("name"))
		if wanted(c.Request) == document {
			return nil, why
		}
		v, err := h.serverDeletion(c, doc, why.Message)
		if err != nil {
			return nil, err
		}
		return refused(v), nil
	}
	if _, err := h.config.Org.Do(ctx, okta.Call{Op: okta.Find("deleteAuthorizationServer"), Args: serverArg(doc.Text("id")), Before: doc, Reason: reason(c)}); err != nil {
		return nil, err
	}
	return redirect(serversPath, doc, ui.Message{Kind: "ok", Title: doc.Text("name") + " is deleted."}), nil
}
