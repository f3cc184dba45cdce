package okta

import "slices"

// Operation is one operation of the management API. Everything that knows
// operations reads these rows: the client's path, the embedded org's route, the
// permission check, the audit name and the coverage test.
type Operation struct {
	// ID is the published operation id, such as "suspendUser". An id with "+" names
	// several published operations on one method and path, told apart by the body.
	ID string
	// Area is the published tag, such as "User".
	Area string
	// Method is the HTTP method, in capitals.
	Method string
	// Path is the template, such as "/api/v1/users/{userId}".
	Path string
	// Query is a parameter that tells two operations on one path apart, such as "tempPassword=true".
	Query string
	// Scope is the OAuth scope the access token must hold; empty where any token will do.
	Scope string
}

// Safe tells whether the operation only reads.
func (o *Operation) Safe() bool { return o.Method == "GET" }

var all = slices.Concat(
	userOperations,
	applicationOperations,
	authorizationServerOperations,
	groupOperations,
	identityProviderOperations,
	brandOperations,
	orgOperations,
	policyOperations,
	userFactorOperations,
	inlineHookOperations,
	eventHookOperations,
	trustedOriginOperations,
	networkZoneOperations,
	userTypeOperations,
	templateOperations,
	subscriptionOperations,
	domainOperations,
	captchaOperations,
	authenticatorOperations,
	featureOperations,
	userSchemaOperations,
	sessionOperations,
	linkedObjectOperations,
	profileMappingOperations,
	threatInsightOperations,
	groupSchemaOperations,
	logOperations,
)

// byID are all operations, and those beyond the published list.
var byID = index(slices.Concat(all, userFactorLinks, groupOwnerOperations))

func index(ops []Operation) map[string]*Operation {
	m := make(map[string]*Operation, len(ops))
	for i := range ops {
		m[ops[i].ID] = &ops[i]
	}
	return m
}

// Operations lists all published operations, area by area. The caller must not change them.
func Operations() []Operation { return all }

// Find returns the operation with this id, or nil.
func Find(id string) *Operation { return byID[id] }
