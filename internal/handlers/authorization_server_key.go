package handlers

import (
	"net/http"
	"net/url"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/okta"
	"gatehouse/web/templates/authserver"
	"gatehouse/web/templates/ui"
)

// keyStates are the words for the states of a signing key (API reference).
var keyStates = map[string]authserver.Key{
	"ACTIVE":  {Kind: "ok", State: "Active", Says: "Signs tokens now"},
	"NEXT":    {Kind: "info", State: "Next", Says: "Published already; signs after the next rotation"},
	"EXPIRED": {Kind: "off", State: "Expired", Says: "Signed before; still published, so that its tokens can be verified"},
}

// serverKeys is the tab of the signing keys.
func (h *console) serverKeys(c *gin.Context, doc okta.Object) (View, error) {
	ctx := c.Request.Context()
	docs, err := h.objects(ctx, okta.Call{Op: okta.Find("listAuthorizationServerKeys"), Args: serverArg(doc.Text("id"))})
	if err != nil {
		return nil, err
	}
	signing := doc.Object("credentials", "signing")
	k := authserver.Keys{
		Path: serverPath(doc), Auto: signing.Text("rotationMode") != "MANUAL", Last: signing.Text("lastRotated"), Next: signing.Text("nextRotation"),
		MayRotate: h.may(ctx, "rotateAuthorizationServerKeys"), MayEdit: h.may(ctx, "updateAuthorizationServer"),
	}
	if issuer := doc.Text("issuer"); h.ofOrg(issuer) {
		k.Set = issuer + "/v1/keys"
	}
	for _, state := range []string{"ACTIVE", "NEXT", "EXPIRED"} {
		for _, d := range docs {
			if d.Text("status") == state {
				row := keyStates[state]
				row.ID, row.Algorithm = d.Text("kid"), d.Text("alg")
				k.Rows = append(k.Rows, row)
			}
		}
	}
	v := h.serverScreen(c, doc, "keys", authserver.KeysTab(k))
	v.Data = listOf(noneNil(docs), "")
	return v, nil
}

// rotateKeys makes the next key the one that signs.
func (h *console) rotateKeys(c *gin.Context) (View, error) {
	ctx := c.Request.Context()
	doc, err := h.readServer(ctx, c.Param("id"))
	if err != nil {
		return nil, err
	}
	_, err = h.config.Org.Do(ctx, okta.Call{
		Op: okta.Find("rotateAuthorizationServerKeys"), Args: serverArg(doc.Text("id")), Body: okta.Object{}.With("use", "sig"), Before: doc, Reason: reason(c),
	})
	if err != nil {
		return nil, err
	}
	return redirect(serverPath(doc)+"/keys", doc, ui.Message{Kind: "ok", Title: "The keys of " + doc.Text("name") + " are rotated.", Text: "The key before stays published: tokens that it signed stay valid."}), nil
}

// setRotation says who rotates the keys: the org by itself, or somebody by hand.
func (h *console) setRotation(c *gin.Context) (View, error) {
	ctx := c.Request.Context()
	before, err := h.readServer(ctx, c.Param("id"))
	if err != nil {
		return nil, err
	}
	mode := c.PostForm("mode")
	if mode != "AUTO" && mode != "MANUAL" {
		return nil, problem{Status: http.StatusBadRequest, Code: "mode", Title: "This is no way to rotate keys", Message: "It is AUTO or MANUAL."}
	}
	body := before.Without("_links", "_embedded", "created", "lastUpdated").WithPath(mode, "credentials", "signing", "rotationMode")
	resp, err := h.config.Org.Do(ctx, okta.Call{Op: okta.Find("updateAuthorizationServer"), Args: serverArg(before.Text("id")), Body: body, Before: before, Reason: reason(c)})
	if err != nil {
		return nil, err
	}
	doc, err := resp.Object()
	if err != nil {
		return nil, err
	}
	said := map[string]string{"AUTO": "The org rotates the keys by itself.", "MANUAL": "Keys are rotated by hand from now on."}[mode]
	return redirect(serverPath(doc)+"/keys", doc, ui.Message{Kind: "ok", Title: said}), nil
}

// serverClients is the tab of the clients that hold refresh tokens.
func (h *console) serverClients(c *gin.Context, doc okta.Object) (View, error) {
	docs, next, err := h.further(c.Request.Context(), okta.Call{Op: okta.Find("listOAuth2ClientsForAuthorizationServer"), Args: serverArg(doc.Text("id")), Query: url.Values{}}, c.Request.URL)
	if err != nil {
		return nil, err
	}
	t := authserver.Clients{Path: serverPath(doc), Next: next}
	for _, d := range docs {
		t.Rows = append(t.Rows, clientOf(doc, d.Text("client_id"), d.Text("client_name")))
	}
	v := h.serverScreen(c, doc, "clients", authserver.ClientsTab(t))
	if c.Query("after") != "" {
		v.Part = authserver.ClientRows(t)
	}
	v.Data = listOf(noneNil(docs), next)
	return v, nil
}

func clientOf(server okta.Object, id, name string) authserver.Client {
	if name == "" {
		name = id
	}
	return authserver.Client{ID: id, Name: name, Href: serverPath(server) + "/clients/" + url.PathEscape(id)}
}
