package okta

// Role is a standard admin role of an org.
type Role struct {
	// Type is what the API calls it, such as "USER_ADMIN".
	Type string
	// Label is its name for people ("recorded", else the published description's).
	Label string
	// Narrows is what an assignment can be narrowed to. Without a target it covers the whole org.
	Narrows TargetKind
}

// TargetKind is what narrows an admin role, as the API's paths name it.
type TargetKind string

// What a role can be narrowed to.
const (
	NoTargets    TargetKind = ""
	GroupTargets TargetKind = "group"
	// AppTargets are app instances, or all instances of an app of the catalog.
	AppTargets TargetKind = "app"
)

// The types of the standard roles.
const (
	SuperAdmin           = "SUPER_ADMIN"
	OrgAdmin             = "ORG_ADMIN"
	UserAdmin            = "USER_ADMIN"
	AppAdmin             = "APP_ADMIN"
	ReadOnlyAdmin        = "READ_ONLY_ADMIN"
	MobileAdmin          = "MOBILE_ADMIN"
	HelpDeskAdmin        = "HELP_DESK_ADMIN"
	ReportAdmin          = "REPORT_ADMIN"
	APIAccessAdmin       = "API_ACCESS_MANAGEMENT_ADMIN"
	GroupMembershipAdmin = "GROUP_MEMBERSHIP_ADMIN"
)

// roles are in the order of the columns of grants.
var roles = []Role{
	{SuperAdmin, "Super Administrator", NoTargets},
	{OrgAdmin, "Organization Administrator", NoTargets},
	{UserAdmin, "Group Administrator", GroupTargets},
	{AppAdmin, "Application Administrator", AppTargets},
	{ReadOnlyAdmin, "Read-only Administrator", NoTargets},
	{MobileAdmin, "Mobile Administrator", NoTargets},
	{HelpDeskAdmin, "Help Desk Administrator", GroupTargets},
	{ReportAdmin, "Report Administrator", NoTargets},
	{APIAccessAdmin, "API Access Management Administrator", NoTargets},
	{GroupMembershipAdmin, "Group Membership Administrator", GroupTargets},
}

// Roles lists the standard roles. The caller must not change them.
func Roles() []Role { return roles }

// FindRole returns the standard role of this type, or nil.
func FindRole(kind string) *Role {
	for i := range roles {
		if roles[i].Type == kind {
			return &roles[i]
		}
	}
	return nil
}

// Coverage is how far a role covers an operation.
type Coverage uint8

const (
	// Nowhere: the role does not cover the operation.
	Nowhere Coverage = iota
	// Everywhere: on everything in the org, whatever the role is narrowed to.
	Everywhere
	// InGroups: on the groups that the role is narrowed to and their people; on all where it is not narrowed.
	InGroups
	// InApps: on the apps that the role is narrowed to; on all where it is not narrowed.
	InApps
	// WholeOrg: everywhere, but only where the role is not narrowed.
	WholeOrg
	// OIDCApps: on OpenID Connect apps only.
	OIDCApps
	// SignOnPolicies: on the sign-on policies of apps only.
	SignOnPolicies
)

// Covers tells how far a standard role covers an operation: Nowhere too for a role or an
// operation that it does not know.
func Covers(role, op string) Coverage {
	c, known := capabilityOf(op)
	if !known {
		return Nowhere
	}
	for i := range roles {
		if roles[i].Type == role {
			return grants[c][i]
		}
	}
	return Nowhere
}

// Governed tells whether the table says who may do an operation, by its own row or its area's.
func Governed(op string) bool {
	_, known := capabilityOf(op)
	return known
}

// Self tells whether everybody may do an operation about themselves, without any role.
func Self(op string) bool { return self[op] }
