package org

import "gatehouse/internal/okta"

// ensureDefaults writes what every org holds of these areas, where it is absent: the
// default user type with its schema, the policies, the network zones, and the group Everyone. Their ids are fixed.
func ensureDefaults(tx *Tx) error {
	o := tx.org
	if _, err := tx.get(userTypes, o.defaultType()); isCode(err, "E0000007") {
		system := o.ids.fixedID("spr", "system")
		if _, err := tx.createType(o.defaultType(), typeDocument{
			Name: "user", DisplayName: "User", Description: "Okta user profile template with default permission settings",
			CreatedBy: system, LastUpdatedBy: system, Default: true,
		}); err != nil {
			return err
		}
	} else if err != nil {
		return err
	}
	if err := ensurePolicies(tx); err != nil {
		return err
	}
	if err := ensureAuthServers(tx); err != nil {
		return err
	}
	if err := ensureZones(tx); err != nil {
		return err
	}
	_, err := tx.get(groups, o.everyone())
	if !isCode(err, "E0000007") {
		return err
	}
	profile, err := okta.Parse([]byte(`{"name":"Everyone","description":"All users in your organization"}`))
	if err != nil {
		return err
	}
	_, err = tx.putNewGroup(o.everyone(), builtIn, profile)
	return err
}
