package policy

import "net/netip"

// Context is what the conditions read. What is nil or "" is not known.
type Context struct {
	Person  *Person
	Network *Network
	Device  *Device
	App     *App
	// Grant is what a client asks an authorization server for.
	Grant *Grant
	// AuthType is how the person comes in: "ANY" for a browser or the API, "RADIUS" or "LDAP_INTERFACE".
	AuthType string
	// IdentityProvider is who checks the credentials: "OKTA", or the id of another one.
	IdentityProvider string
	// Risk is "LOW", "MEDIUM" or "HIGH".
	Risk string
}

// Person is somebody as the conditions see them.
type Person struct {
	ID, Login, Status, TypeID string
	// Provider is the type of their authentication provider, such as "OKTA".
	Provider string
	// Groups are the ids of their groups. Unread are those of which nobody knows whether they are in them.
	Groups, Unread []string
	// Profile is what is known of their profile, by the names of the attributes.
	Profile map[string]string
}

// Network is where a request comes from.
type Network struct {
	Address netip.Addr
	// Zones tells for each network zone, by id, whether the request is in it, and UnknownZones
	// why nobody can say it. A zone that is in neither is not known. Locate makes both.
	Zones        map[string]bool
	UnknownZones map[string]string
}

// Device is what is known of the device of a request.
type Device struct {
	// Registered and Managed are nil where that is not known.
	Registered, Managed *bool
	// Platform is "DESKTOP" or "MOBILE", OS such as "WINDOWS".
	Platform, OS string
}

// App is what somebody wants to reach: the id of an instance, and the name of its kind.
type App struct{ ID, Name string }
