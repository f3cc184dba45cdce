package okta

// capability is what a role lets an admin do: a row of the help pages' comparison of the
// standard roles, or [assumed] where those have no row.
type capability int

const (
	viewUsers capability = iota
	userLifecycle
	createUsers
	editProfiles
	resetCredentials
	clearSessions
	viewGroups
	manageMembers
	manageGroups
	viewGroupRules
	manageAdmins
	viewApps
	configureApps
	viewAppSchema
	editAppSchema
	grantScopes
	viewLog
	viewSettings
	editSettings
	viewSchema
	editSchema
	editMappings
	viewPolicies
	managePolicies
	manageSecurity
	viewServers
	manageServers
	manageHooks
	manageSessions
	adminSubscriptions
	ownSubscriptions
	capabilities
)

// How far a role reaches, short, for the columns.
const (
	no = Nowhere
	ya = Everywhere
	gr = InGroups
	ap = InApps
	wh = WholeOrg
	oi = OIDCApps
	so = SignOnPolicies
)

// grants tells how far each role has each capability (help pages of the standard roles).
var grants = [capabilities][10]Coverage{
	//                 SUPER ORG USER APP RO MOBILE HELP REPORT API MEMBERS
	viewUsers:        {ya, ya, gr, ya, ya, ya, gr, no, ya, ya},
	userLifecycle:    {ya, ya, gr, no, no, no, no, no, no, no},
	createUsers:      {ya, ya, gr, no, no, no, no, no, no, no},
	editProfiles:     {ya, ya, gr, no, no, no, no, no, no, no}, // an app admin edits by imports only
	resetCredentials: {ya, ya, gr, no, no, no, gr, no, no, no},
	clearSessions:    {ya, ya, gr, no, no, no, gr, no, no, no},
	viewGroups:       {ya, ya, gr, ya, ya, ya, gr, no, ya, ya},
	manageMembers:    {ya, ya, gr, no, no, no, no, no, no, gr},
	manageGroups:     {ya, ya, no, no, no, no, no, no, no, no},
	// [assumed]: rules name groups and people of the whole org.
	viewGroupRules: {ya, ya, wh, ya, ya, ya, wh, no, ya, ya},
	manageAdmins:   {ya, no, no, no, no, no, no, no, no, no},
	viewApps:       {ya, no, no, ap, ya, ya, no, no, oi, no},
	configureApps:  {ya, no, no, ap, no, no, no, no, oi, no},
	// x-okta-iam-admin-roles of the published description, within the apps of the role [assumed].
	viewAppSchema: {ya, ya, no, ap, ya, ya, no, no, oi, no},
	editAppSchema: {ya, no, no, ap, no, no, no, no, oi, no},
	// Only a super admin grants scopes to an app (documentation of scopes).
	grantScopes:  {ya, no, no, no, no, no, no, no, no, no},
	viewLog:      {ya, ya, no, ya, ya, ya, no, ya, ya, no},
	viewSettings: {ya, ya, no, no, ya, ya, no, no, no, no},
	editSettings: {ya, ya, no, no, no, no, no, no, no, no},
	// [assumed]: who sees people sees what their attributes are called. The published
	// description names org, app and API access admins only.
	viewSchema: {ya, ya, ya, ya, ya, ya, ya, no, ya, ya},
	// The help pages mark the API access admin for OpenID Connect apps; the published
	// description names that role for the schemas of people and groups, too.
	editSchema:     {ya, ya, no, ya, no, no, no, no, ya, no},
	editMappings:   {ya, no, no, ya, no, no, no, no, oi, no},
	viewPolicies:   {ya, ya, no, no, ya, ya, no, no, no, no},
	managePolicies: {ya, ya, no, so, no, ya, no, no, no, no},
	manageSecurity: {ya, ya, no, no, no, no, no, no, no, no},
	viewServers:    {ya, ya, no, no, ya, no, no, no, ya, no},
	manageServers:  {ya, no, no, no, no, no, no, no, ya, no},
	manageHooks:    {ya, no, no, no, no, no, no, no, no, no},
	// [assumed]: a session by its id can be anybody's, so it is for who may act on everybody.
	manageSessions: {ya, ya, no, no, no, no, no, no, no, no},
	// [assumed]: what admins are told of by e-mail is a setting of the org.
	adminSubscriptions: {ya, ya, no, no, no, no, no, no, no, no},
	// Everybody's own, nobody else's (API reference).
	ownSubscriptions: {},
}
