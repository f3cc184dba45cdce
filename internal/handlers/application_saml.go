package handlers

import (
	"gatehouse/internal/okta"
	"gatehouse/web/templates/ui"
)

const samlSettings = "settings.signOn."

// The settings of a SAML app that it cannot do without.
var (
	acsURL = setting{
		path: samlSettings + "ssoAcsUrl", label: "Single sign-on URL (ACS)", required: true, wide: true, help: "Where the app takes the assertion, by POST",
	}
	samlAudience = setting{path: samlSettings + "audience", label: "Audience URI (SP entity id)", required: true, wide: true}
	nameIDFormat = setting{path: samlSettings + "subjectNameIdFormat", label: "Name id format", kind: "select", options: []ui.Option{
		{Value: "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified", Label: "Unspecified"},
		{Value: "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress", Label: "E-mail address"},
		{Value: "urn:oasis:names:tc:SAML:1.1:nameid-format:x509SubjectName", Label: "X.509 subject name"},
		{Value: "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent", Label: "Persistent"},
		{Value: "urn:oasis:names:tc:SAML:2.0:nameid-format:transient", Label: "Transient"},
	}}
	nameIDTemplate = setting{path: samlSettings + "subjectNameIdTemplate", label: "Name id", help: "Such as ${user.userName} or ${user.email}"}
	statements     = setting{
		path: samlSettings + "attributeStatements", label: "Attribute statements", kind: statementsKind,
		help: "What the assertion says of the person: an expression such as user.email, or the names of their groups that fit. An empty line is left out; save to get more lines.",
	}
	relayState = setting{path: samlSettings + "defaultRelayState", label: "Default relay state", help: "Sent along where the org begins the sign-in", wide: true}
)

// ownSAML tells an app of the org's own from one of the catalogue, whose provider fixes the rest.
func ownSAML(app okta.Object) bool { return app.Get("settings", "signOn", "ssoAcsUrl") != nil }

func samlSections(app okta.Object) []settingsSection {
	if !ownSAML(app) {
		return []settingsSection{
			{title: "In place of what the integration has", note: "An integration of the catalogue knows its addresses. These are for where yours differ.", settings: []setting{
				{path: samlSettings + "ssoAcsUrlOverride", label: "Single sign-on URL (ACS)"},
				{path: samlSettings + "audienceOverride", label: "Audience URI"},
				{path: samlSettings + "recipientOverride", label: "Recipient"},
				{path: samlSettings + "destinationOverride", label: "Destination"},
				relayState,
			}},
			{title: "Attributes", settings: []setting{statements}},
		}
	}
	return []settingsSection{
		{title: "Service provider", settings: []setting{
			acsURL, samlAudience,
			{path: samlSettings + "recipient", label: "Recipient", required: true, help: "As a rule the single sign-on URL"},
			{path: samlSettings + "destination", label: "Destination", required: true, help: "As a rule the single sign-on URL"},
			relayState,
			{path: samlSettings + "allowMultipleAcsEndpoints", label: "The app has further single sign-on URLs", kind: boxKind},
		}},
		{title: "Subject", settings: []setting{nameIDFormat, nameIDTemplate}},
		{title: "Attributes", settings: []setting{statements}},
		{title: "Signature", settings: []setting{
			{path: samlSettings + "responseSigned", label: "Sign the response", kind: boxKind},
			{path: samlSettings + "assertionSigned", label: "Sign the assertion", kind: boxKind},
			{path: samlSettings + "signatureAlgorithm", label: "Signature algorithm", kind: "select", options: []ui.Option{
				{Value: "RSA_SHA256", Label: "RSA-SHA256"}, {Value: "RSA_SHA1", Label: "RSA-SHA1: not for new apps"},
			}},
			{path: samlSettings + "digestAlgorithm", label: "Digest algorithm", kind: "select", options: []ui.Option{
				{Value: "SHA256", Label: "SHA-256"}, {Value: "SHA1", Label: "SHA-1: not for new apps"},
			}},
		}},
		{title: "Requests", settings: []setting{
			{path: samlSettings + "honorForceAuthn", label: "Ask for the password again where the app wants it (ForceAuthn)", kind: boxKind},
			{path: samlSettings + "requestCompressed", label: "Requests of the app are compressed", kind: boxKind},
			{path: samlSettings + "authnContextClassRef", label: "Authentication context", kind: "select", wide: true, options: []ui.Option{
				{Value: "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport", Label: "Password over TLS"},
				{Value: "urn:oasis:names:tc:SAML:2.0:ac:classes:Password", Label: "Password"},
				{Value: "urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified", Label: "Unspecified"},
				{Value: "urn:oasis:names:tc:SAML:2.0:ac:classes:X509", Label: "X.509"},
			}},
			{path: samlSettings + "idpIssuer", label: "Issuer of the assertion", help: "The org fills in ${org.externalKey}", wide: true},
		}},
	}
}
