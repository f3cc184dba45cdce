package handlers

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"gatehouse/web/static"
)

// route is one line of the console.
type route struct {
	method, path string
	handle       handler
	// open routes are served without a session.
	open bool
	// quiet routes are polls of a page: they count as no activity of the person (contracts.md section 7).
	quiet bool
	// own routes show what the console keeps itself and ask the org nothing else: it is asked
	// whether the person may still be signed in.
	own bool
	// patience bounds the request; 0 is defaultPatience.
	patience time.Duration
}

// routes are all the pages of the console.
func (h *console) routes() []route {
	const get, post = http.MethodGet, http.MethodPost
	scopes, claims, policies, rules := partPages{h, scopePart}, partPages{h, claimPart}, partPages{h, serverPolicyPart}, partPages{h, serverRulePart}
	return []route{
		{method: get, path: "/login", handle: h.login, open: true},
		{method: get, path: "/callback", handle: h.callback, open: true},
		{method: post, path: "/logout", handle: h.logout, open: true},
		{method: get, path: "/signed-out", handle: h.signedOut, open: true},
		{method: post, path: "/step-up", handle: h.stepUp},

		{method: get, path: "/", handle: h.home},

		{method: get, path: "/people", handle: h.listPeople},
		{method: get, path: "/people.csv", handle: h.exportPeople, patience: exportPatience},
		{method: get, path: "/people/selected", handle: h.resumePeople},
		{method: post, path: "/people/selected", handle: h.askPeople, patience: exportPatience},
		{method: post, path: "/people/selected/run", handle: h.doPeople, patience: bulkPatience},
		{method: get, path: "/people/new", handle: h.newPerson},
		{method: post, path: "/people/new", handle: h.createPerson},
		{method: get, path: "/people/:id", handle: h.getPerson},
		{method: post, path: "/people/:id", handle: h.editPerson},
		{method: get, path: "/people/:id/:tab", handle: h.getPersonTab},
		{method: post, path: "/people/:id/:tab", handle: h.actOnPerson},
		{method: post, path: "/people/:id/groups", handle: h.joinGroup},
		{method: get, path: "/people/:id/groups/:group/why", handle: h.whyMember},
		{method: post, path: "/people/:id/groups/:group/remove", handle: h.leaveGroup},
		{method: post, path: "/people/:id/apps", handle: h.assignApp},
		{method: get, path: "/people/:id/apps/:app/why", handle: h.whyAssigned},
		{method: post, path: "/people/:id/apps/:app/remove", handle: h.unassignApp},
		{method: post, path: "/people/:id/factors", handle: h.enrolFactor},
		{method: post, path: "/people/:id/factors/:factor/:act", handle: h.actOnFactor},
		{method: get, path: "/people/:id/factors/:factor/enrolment", handle: h.pollEnrolment, quiet: true},
		{method: post, path: "/people/:id/roles", handle: h.giveRole},
		{method: post, path: "/people/:id/roles/:role/remove", handle: h.removeRole},
		{method: post, path: "/people/:id/roles/:role/targets", handle: h.narrowRole},
		{method: post, path: "/people/:id/roles/:role/targets/remove", handle: h.widenRole},
		{method: post, path: "/people/:id/linked/:link", handle: h.linkPerson},
		{method: post, path: "/people/:id/linked/:link/remove", handle: h.unlinkPerson},
		{method: post, path: "/people/:id/grants/revoke", handle: h.revoke},
		{method: post, path: "/people/:id/grants/:grant/revoke", handle: h.revoke},
		{method: post, path: "/people/:id/clients/:client/grants/revoke", handle: h.revoke},
		{method: post, path: "/people/:id/clients/:client/tokens/revoke", handle: h.revoke},
		{method: post, path: "/people/:id/clients/:client/tokens/:token/revoke", handle: h.revoke},
		{method: get, path: "/people/:id/factors/:factor/transactions/:transaction", handle: h.pollFactor, quiet: true},

		{method: get, path: "/sessions", handle: h.ownSessions, own: true},
		{method: post, path: "/sessions/:id/end", handle: h.endSession, own: true},
		{method: get, path: "/sessions/all", handle: h.allSessions, own: true},
		{method: post, path: "/sessions/all/end", handle: h.endAllSessions, own: true},
		{method: post, path: "/sessions/all/:id/end", handle: h.endAnySession, own: true},

		{method: get, path: "/groups", handle: h.listGroups},
		{method: get, path: "/groups.csv", handle: h.exportGroups, patience: exportPatience},
		{method: get, path: "/groups/selected", handle: h.resumeGroups},
		{method: post, path: "/groups/selected", handle: h.askGroups, patience: exportPatience},
		{method: post, path: "/groups/selected/run", handle: h.doGroups, patience: bulkPatience},
		{method: get, path: "/groups/new", handle: h.newGroup},
		{method: post, path: "/groups/new", handle: h.createGroup},
		{method: get, path: "/groups/:id", handle: h.getGroup},
		{method: post, path: "/groups/:id", handle: h.editGroup},
		{method: get, path: "/groups/:id/:tab", handle: h.getGroupTab},
		{method: get, path: "/groups/:id/members.csv", handle: h.exportMembers, patience: exportPatience},
		{method: get, path: "/groups/:id/why", handle: h.askWhyMember},
		{method: post, path: "/groups/:id/members", handle: h.addMember},
		{method: post, path: "/groups/:id/members/:person/remove", handle: h.removeMember},
		{method: post, path: "/groups/:id/apps", handle: h.assignGroupApp},
		{method: post, path: "/groups/:id/apps/:app/remove", handle: h.unassignGroupApp},
		{method: post, path: "/groups/:id/roles", handle: h.giveGroupRole},
		{method: post, path: "/groups/:id/roles/:role/remove", handle: h.removeGroupRole},
		{method: post, path: "/groups/:id/roles/:role/targets", handle: h.narrowGroupRole},
		{method: post, path: "/groups/:id/roles/:role/targets/remove", handle: h.widenGroupRole},
		{method: post, path: "/groups/:id/owners", handle: h.addOwner},
		{method: post, path: "/groups/:id/owners/:owner/remove", handle: h.removeOwner},
		{method: get, path: "/groups/:id/delete", handle: h.askDeleteGroup},
		{method: post, path: "/groups/:id/delete", handle: h.deleteGroup},

		{method: get, path: "/group-rules", handle: h.listRules},
		{method: get, path: "/group-rules.csv", handle: h.exportRules, patience: exportPatience},
		{method: get, path: "/group-rules/new", handle: h.newRule},
		{method: post, path: "/group-rules/new", handle: h.createRule},
		{method: post, path: "/group-rules/check", handle: h.checkRule},
		{method: post, path: "/group-rules/pick/groups", handle: h.pickRuleGroups},
		{method: post, path: "/group-rules/pick/people", handle: h.pickRulePeople},
		{method: get, path: "/group-rules/:id", handle: h.getRule},
		{method: get, path: "/group-rules/:id/:tab", handle: h.getRuleTab},
		{method: get, path: "/group-rules/:id/progress", handle: h.ruleProgress, quiet: true},
		{method: get, path: "/group-rules/:id/edit", handle: h.askEditRule},
		{method: post, path: "/group-rules/:id/edit", handle: h.editRule},
		{method: post, path: "/group-rules/:id/activate", handle: h.activateRule},
		{method: post, path: "/group-rules/:id/deactivate", handle: h.deactivateRule},
		{method: get, path: "/group-rules/:id/delete", handle: h.askDeleteRule},
		{method: post, path: "/group-rules/:id/delete", handle: h.deleteRule},

		{method: get, path: "/apps", handle: h.listApps},
		{method: get, path: "/apps.csv", handle: h.exportApps, patience: exportPatience},
		{method: get, path: "/apps/selected", handle: h.resumeApps},
		{method: post, path: "/apps/selected", handle: h.askApps, patience: exportPatience},
		{method: post, path: "/apps/selected/run", handle: h.doApps, patience: bulkPatience},
		{method: get, path: "/apps/new", handle: h.newApp},
		{method: get, path: "/apps/new/:kind", handle: h.newAppOfKind},
		{method: post, path: "/apps/new/:kind", handle: h.createApp},
		{method: get, path: "/apps/:id", handle: h.getApp},
		{method: post, path: "/apps/:id", handle: h.editAppGeneral},
		{method: get, path: "/apps/:id/why", handle: h.askWhyAssigned},
		{method: get, path: "/apps/:id/people/:person", handle: h.getAppPerson},
		{method: post, path: "/apps/:id/people/:person", handle: h.saveAppPerson},
		{method: post, path: "/apps/:id/people/:person/remove", handle: h.removeAppPerson},
		{method: post, path: "/apps/:id/people/:person/convert", handle: h.convertAppPerson},
		{method: post, path: "/apps/:id/people/:person/direct", handle: h.directAppPerson},
		{method: get, path: "/apps/:id/groups/:group", handle: h.getAppGroup},
		{method: post, path: "/apps/:id/groups/:group", handle: h.saveAppGroup},
		{method: post, path: "/apps/:id/groups/:group/remove", handle: h.removeAppGroup},
		{method: post, path: "/apps/:id/groups/:group/move", handle: h.moveAppGroup},
		{method: post, path: "/apps/:id/policy", handle: h.setAppPolicy},
		{method: post, path: "/apps/:id/scopes", handle: h.grantAppScope},
		{method: post, path: "/apps/:id/scopes/:grant/revoke", handle: h.revokeAppScope},
		{method: post, path: "/apps/:id/tokens/revoke", handle: h.revokeAppTokens},
		{method: post, path: "/apps/:id/tokens/:token/revoke", handle: h.revokeAppToken},
		{method: post, path: "/apps/:id/provisioning", handle: h.setAppConnection},
		{method: post, path: "/apps/:id/provisioning/activate", handle: h.activateAppConnection},
		{method: post, path: "/apps/:id/provisioning/deactivate", handle: h.deactivateAppConnection},
		{method: post, path: "/apps/:id/provisioning/features/:feature", handle: h.saveAppFeature},
		{method: post, path: "/apps/:id/logo", handle: h.uploadAppLogo},
		{method: get, path: "/apps/:id/:tab", handle: h.getAppTab},
		{method: get, path: "/apps/:id/count", handle: h.countApp},
		{method: post, path: "/apps/:id/sign-on", handle: h.editAppSignOn},
		{method: get, path: "/apps/:id/metadata.xml", handle: h.appMetadata},
		{method: post, path: "/apps/:id/credentials", handle: h.editAppCredentials},
		{method: post, path: "/apps/:id/secrets", handle: h.addSecret},
		{method: post, path: "/apps/:id/secrets/:secret/:act", handle: h.actOnSecret},
		{method: post, path: "/apps/:id/keys", handle: h.makeSigningKey},
		{method: post, path: "/apps/:id/keys/:key/use", handle: h.useSigningKey},
		{method: get, path: "/apps/:id/keys/:key/certificate.pem", handle: h.keyCertificate},
		{method: post, path: "/apps/:id/activate", handle: h.activateApp},
		{method: get, path: "/apps/:id/deactivate", handle: h.askDeactivateApp},
		{method: post, path: "/apps/:id/deactivate", handle: h.deactivateApp},
		{method: get, path: "/apps/:id/delete", handle: h.askDeleteApp},
		{method: post, path: "/apps/:id/delete", handle: h.deleteApp},

		{method: get, path: "/linked-objects", handle: h.listDefinitions},
		{method: get, path: "/linked-objects/new", handle: h.newDefinition},
		{method: post, path: "/linked-objects/new", handle: h.addDefinition},
		{method: post, path: "/linked-objects/:name/delete", handle: h.deleteDefinition},

		{method: get, path: "/network-zones", handle: h.listNetworkZones},
		{method: get, path: "/network-zones/new", handle: h.newNetworkZone},
		{method: post, path: "/network-zones/new", handle: h.createNetworkZone},
		{method: get, path: "/network-zones/:id", handle: h.getNetworkZone},
		{method: post, path: "/network-zones/:id", handle: h.editNetworkZone},
		{method: post, path: "/network-zones/:id/activate", handle: h.activateNetworkZone},
		{method: post, path: "/network-zones/:id/deactivate", handle: h.deactivateNetworkZone},
		{method: post, path: "/network-zones/:id/delete", handle: h.deleteNetworkZone},
		{method: get, path: "/trusted-origins", handle: h.listTrustedOrigins},
		{method: get, path: "/trusted-origins/new", handle: h.newTrustedOrigin},
		{method: post, path: "/trusted-origins/new", handle: h.createTrustedOrigin},
		{method: get, path: "/trusted-origins/:id", handle: h.getTrustedOrigin},
		{method: post, path: "/trusted-origins/:id", handle: h.editTrustedOrigin},
		{method: post, path: "/trusted-origins/:id/activate", handle: h.activateTrustedOrigin},
		{method: post, path: "/trusted-origins/:id/deactivate", handle: h.deactivateTrustedOrigin},
		{method: post, path: "/trusted-origins/:id/delete", handle: h.deleteTrustedOrigin},

		{method: get, path: "/policies", handle: h.listPolicies},
		{method: get, path: "/policies/type/:type", handle: h.listPoliciesOfType},
		{method: get, path: "/policies/lab", handle: h.getLab},
		{method: post, path: "/policies/lab", handle: h.tryDraft},
		{method: get, path: "/policies/lab.csv", handle: h.exportLab, patience: exportPatience},
		{method: post, path: "/policies/lab.csv", handle: h.exportDraft, patience: exportPatience},
		{method: get, path: "/policies/new", handle: h.newPolicy},
		{method: post, path: "/policies/new", handle: h.savePolicy},
		{method: post, path: "/policies/pick/:field", handle: h.pickInPolicy},
		{method: get, path: "/policies/:id", handle: h.getPolicy},
		{method: get, path: "/policies/:id/edit", handle: h.askEditPolicy},
		{method: post, path: "/policies/:id/edit", handle: h.savePolicy},
		{method: get, path: "/policies/:id/rules/new", handle: h.newPolicyRule},
		{method: post, path: "/policies/:id/rules/new", handle: h.savePolicyRule},
		{method: get, path: "/policies/:id/rules/:rule", handle: h.getPolicyRule},
		{method: post, path: "/policies/:id/rules/:rule", handle: h.savePolicyRule},
		{method: get, path: "/policies/:id/:tab", handle: h.getPolicyTab},
		{method: post, path: "/policies/:id/move", handle: h.movePolicy},
		{method: post, path: "/policies/:id/rules/:rule/move", handle: h.moveRule},
		{method: get, path: "/policies/:id/activate", handle: h.askTurn(turnOn)},
		{method: post, path: "/policies/:id/activate", handle: h.doTurn(turnOn)},
		{method: get, path: "/policies/:id/rules/:rule/activate", handle: h.askTurn(turnOn)},
		{method: post, path: "/policies/:id/rules/:rule/activate", handle: h.doTurn(turnOn)},
		{method: get, path: "/policies/:id/deactivate", handle: h.askTurn(turnOff)},
		{method: post, path: "/policies/:id/deactivate", handle: h.doTurn(turnOff)},
		{method: get, path: "/policies/:id/rules/:rule/deactivate", handle: h.askTurn(turnOff)},
		{method: post, path: "/policies/:id/rules/:rule/deactivate", handle: h.doTurn(turnOff)},
		{method: get, path: "/policies/:id/delete", handle: h.askTurn(turnOut)},
		{method: post, path: "/policies/:id/delete", handle: h.doTurn(turnOut)},
		{method: get, path: "/policies/:id/rules/:rule/delete", handle: h.askTurn(turnOut)},
		{method: post, path: "/policies/:id/rules/:rule/delete", handle: h.doTurn(turnOut)},

		{method: get, path: "/authorization-servers", handle: h.listServers},
		{method: get, path: "/authorization-servers/new", handle: h.newServer},
		{method: post, path: "/authorization-servers/new", handle: h.createServer},
		{method: post, path: "/authorization-servers/pick/:kind", handle: h.pickServerPart},
		{method: get, path: "/authorization-servers/:id", handle: h.getServer},
		{method: post, path: "/authorization-servers/:id", handle: h.editServer},
		{method: get, path: "/authorization-servers/:id/:tab", handle: h.getServerTab},
		{method: post, path: "/authorization-servers/:id/activate", handle: h.activateServer},
		{method: post, path: "/authorization-servers/:id/deactivate", handle: h.deactivateServer},
		{method: get, path: "/authorization-servers/:id/delete", handle: h.askDeleteServer},
		{method: post, path: "/authorization-servers/:id/delete", handle: h.deleteServer},
		{method: get, path: "/authorization-servers/:id/scopes/new", handle: scopes.blank},
		{method: post, path: "/authorization-servers/:id/scopes/new", handle: scopes.create},
		{method: get, path: "/authorization-servers/:id/scopes/:part", handle: scopes.get},
		{method: post, path: "/authorization-servers/:id/scopes/:part", handle: scopes.edit},
		{method: post, path: "/authorization-servers/:id/scopes/:part/delete", handle: scopes.remove},
		{method: get, path: "/authorization-servers/:id/claims/new", handle: claims.blank},
		{method: post, path: "/authorization-servers/:id/claims/new", handle: claims.create},
		{method: post, path: "/authorization-servers/:id/claims/check", handle: h.checkClaim},
		{method: get, path: "/authorization-servers/:id/claims/:part", handle: claims.get},
		{method: post, path: "/authorization-servers/:id/claims/:part", handle: claims.edit},
		{method: post, path: "/authorization-servers/:id/claims/:part/delete", handle: claims.remove},
		{method: get, path: "/authorization-servers/:id/policies/new", handle: policies.blank},
		{method: post, path: "/authorization-servers/:id/policies/new", handle: policies.create},
		{method: get, path: "/authorization-servers/:id/policies/:policy", handle: policies.get},
		{method: post, path: "/authorization-servers/:id/policies/:policy", handle: policies.edit},
		{method: post, path: "/authorization-servers/:id/policies/:policy/move", handle: policies.move},
		{method: post, path: "/authorization-servers/:id/policies/:policy/activate", handle: policies.activate},
		{method: post, path: "/authorization-servers/:id/policies/:policy/deactivate", handle: policies.deactivate},
		{method: post, path: "/authorization-servers/:id/policies/:policy/delete", handle: policies.remove},
		{method: get, path: "/authorization-servers/:id/policies/:policy/rules/new", handle: rules.blank},
		{method: post, path: "/authorization-servers/:id/policies/:policy/rules/new", handle: rules.create},
		{method: get, path: "/authorization-servers/:id/policies/:policy/rules/:part", handle: rules.get},
		{method: post, path: "/authorization-servers/:id/policies/:policy/rules/:part", handle: rules.edit},
		{method: post, path: "/authorization-servers/:id/policies/:policy/rules/:part/move", handle: rules.move},
		{method: post, path: "/authorization-servers/:id/policies/:policy/rules/:part/activate", handle: rules.activate},
		{method: post, path: "/authorization-servers/:id/policies/:policy/rules/:part/deactivate", handle: rules.deactivate},
		{method: post, path: "/authorization-servers/:id/policies/:policy/rules/:part/delete", handle: rules.remove},
		{method: post, path: "/authorization-servers/:id/try", handle: h.beginTrial},
		{method: post, path: "/authorization-servers/:id/try/allow", handle: h.allowTrial},
		{method: post, path: "/authorization-servers/:id/try/forbid", handle: h.forbidTrial},
		{method: get, path: "/try", handle: h.endTrial},
		{method: post, path: "/authorization-servers/:id/keys/rotate", handle: h.rotateKeys},
		{method: post, path: "/authorization-servers/:id/keys/mode", handle: h.setRotation},
		{method: get, path: "/authorization-servers/:id/clients/:client", handle: h.getServerClient},
		{method: post, path: "/authorization-servers/:id/clients/:client/revoke", handle: h.revokeServerTokens},
		{method: post, path: "/authorization-servers/:id/clients/:client/tokens/:token/revoke", handle: h.revokeServerTokens},

		{method: get, path: "/changes", handle: h.listChanges, own: true},
		{method: get, path: "/changes/:seq", handle: h.getChange, own: true},
	}
}

// engine mounts routes, and what is not a page.
func (h *console) engine(routes []route) (*gin.Engine, error) {
	gin.SetMode(gin.ReleaseMode)
	e := gin.New()
	e.HandleMethodNotAllowed = true
	e.RedirectTrailingSlash = false
	e.UseRawPath, e.UnescapePathValues = true, true // an id may hold an escaped slash
	if err := e.SetTrustedProxies(nil); err != nil {
		return nil, err
	}
	e.GET("/healthz", h.alive)
	e.GET("/readyz", h.ready)
	e.GET(static.Prefix+"*file", gin.WrapH(static.Handler()))
	e.HEAD(static.Prefix+"*file", gin.WrapH(static.Handler()))
	for _, r := range routes {
		e.Handle(r.method, r.path, h.adapt(r))
		if r.method == http.MethodGet {
			e.Handle(http.MethodHead, r.path, h.adapt(r))
		}
	}
	e.NoRoute(h.adapt(route{open: true, handle: func(*gin.Context) (View, error) { return nil, notFound("Page") }}))
	e.NoMethod(h.abort(problem{
		Status: http.StatusMethodNotAllowed, Code: "method", Title: "Method not allowed",
		Message: "This address does not take that method.",
	}))
	return e, nil
}
