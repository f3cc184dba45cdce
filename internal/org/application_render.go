package org

import (
	"gatehouse/internal/okta"
)

// mediaLink is a link that tells what is behind it.
type mediaLink struct {
	Name  string `json:"name,omitempty"`
	Href  string `json:"href"`
	Type  string `json:"type,omitempty"`
	Title string `json:"title,omitempty"`
}

// appLinks are the links of an application, in the recorded order.
type appLinks struct {
	Help              *mediaLink  `json:"help,omitempty"`
	Metadata          *mediaLink  `json:"metadata,omitempty"`
	UploadLogo        hintedLink  `json:"uploadLogo"`
	AppLinks          []mediaLink `json:"appLinks"`
	ProfileEnrollment link        `json:"profileEnrollment"`
	Policies          hintedLink  `json:"policies"`
	Groups            link        `json:"groups"`
	Logo              []mediaLink `json:"logo"`
	ClientCredentials []mediaLink `json:"clientCredentials,omitempty"`
	AccessPolicy      link        `json:"accessPolicy"`
	Users             link        `json:"users"`
	Deactivate        *link       `json:"deactivate,omitempty"`
	Activate          *link       `json:"activate,omitempty"`
}

func (o *Org) appURL(id string) string { return o.baseURL + "/api/v1/apps/" + id }

// renderApp adds the links. A secret is in the answers of its creation only (showSecret).
func (o *Org) renderApp(doc okta.Object) okta.Object {
	at := o.appURL(doc.Text("id"))
	mode := doc.Text("signOnMode")
	l := appLinks{
		UploadLogo: sessionLink(at+"/logo", "POST"), AppLinks: o.appEntries(doc),
		ProfileEnrollment: link{Href: o.baseURL + "/api/v1/policies/" + o.ids.fixedID("rst", "PROFILE_ENROLLMENT")},
		Policies:          sessionLink(at+"/policies", "PUT"), Groups: link{Href: at + "/groups"},
		Logo:         []mediaLink{o.appLogo(doc)},
		AccessPolicy: link{Href: o.baseURL + "/api/v1/policies/" + accessPolicyOf(o, doc)},
		Users:        link{Href: at + "/users"},
	}
	client := isClient(doc)
	if mode == modeSAML || mode == modeSAML11 || mode == modeOIDC && !client {
		l.Help = &mediaLink{Href: o.baseURL + "/app/" + doc.Text("name") + "/" + doc.Text("id") + "/setup/help/" + mode + "/instructions", Type: "text/html"}
	}
	if mode == modeSAML {
		l.Metadata = &mediaLink{Href: at + "/sso/saml/metadata", Type: "application/xml"}
	}
	if mode == modeOIDC && doc.Text("credentials", "oauthClient", "token_endpoint_auth_method") != authNone {
		l.ClientCredentials = []mediaLink{{Name: "secrets", Href: at + "/credentials/secrets"}}
	}
	if doc.Text("status") == appActive {
		l.Deactivate = &link{Href: at + "/lifecycle/deactivate"}
	} else {
		l.Activate = &link{Href: at + "/lifecycle/activate"}
	}
	return doc.Without(hiddenMembers...).With("_links", l)
}

// appEntries are the links by which people reach an application.
func (o *Org) appEntries(doc okta.Object) []mediaLink {
	out := []mediaLink{}
	for _, name := range doc.Object("visibility", "appLinks").Keys() {
		out = append(out, mediaLink{Name: name, Href: o.appEntry(doc, name), Type: "text/html"})
	}
	return out
}

func (o *Org) appEntry(doc okta.Object, name string) string {
	return o.baseURL + "/home/" + doc.Text("name") + "/" + doc.Text("id") + "/" + o.ids.fixedID("aln", doc.Text("name")+" "+name)
}

// appLogo is the link to the picture of an application: its own, or that of its kind.
func (o *Org) appLogo(doc okta.Object) mediaLink {
	if id := doc.Text(logoMember, "id"); id != "" {
		return mediaLink{Name: "medium", Href: o.baseURL + logoPath + id, Type: doc.Text(logoMember, "type")}
	}
	name := "default"
	if doc.Text("name") == bookmark {
		name = "bookmark-app"
	}
	return mediaLink{Name: "medium", Href: o.baseURL + "/assets/img/logos/" + name + ".png", Type: "image/png"}
}

// showSecret shows a client's secret behind its id; "" shows none.
func showSecret(doc okta.Object, secret string) okta.Object {
	if secret == "" {
		return doc
	}
	c := okta.Object{}
	client := doc.Object("credentials", "oauthClient")
	for _, name := range client.Keys() {
		c = c.With(name, client.Get(name))
		if name == "client_id" {
			c = c.With("client_secret", secret)
		}
	}
	return doc.WithPath(c, "credentials", "oauthClient")
}
