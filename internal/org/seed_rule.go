package org

// seedRules are the group rules of the company. The active ones are those that its
// people's memberships follow anyway (seedPeople); the sign-ins have no employee number.
var seedRules = []struct {
	name, condition, group string
	active                 bool
}{
	{"Sales by department", `user.department == "Sales" AND user.employeeNumber != null`, "Sales", true},
	{"Lisbon by city", `user.city == "Lisbon"`, "Lisbon office", true},
	{"Contractors by flag", `user.contractor == true`, "Contractors", true},
	{"Phones for field staff", `(user.department == "Sales" OR user.department == "Support") AND !user.contractor`, "Mobile devices", false},
	{"Mentors among engineers", `user.department == "Engineering" AND String.startsWith(user.title, "Engineering manager")`, "Mentors", false},
}

// seedGroupRules writes the rules, and for the active ones that the memberships there are come from them.
func seedGroupRules(tx *Tx) error {
	for _, seed := range seedRules {
		d := &groupRuleDocument{
			Type: "group_rule", ID: tx.org.ids.fixedID(groupRules.prefix, seed.name), Status: ruleInactive, Name: seed.name,
			Created: stamp(tx.now.AddDate(0, -4, 0)), LastUpdated: stamp(tx.now.AddDate(0, 0, -20)), AllGroupsValid: true,
		}
		d.Conditions.Expression = ruleExpression{Value: seed.condition, Type: ruleLanguage}
		d.Conditions.People.Users.Exclude, d.Conditions.People.Groups.Exclude = []string{}, []string{}
		d.Actions.Assign.GroupIDs = []string{tx.org.ids.fixedID(groups.prefix, seed.group)}
		if seed.active {
			d.Status = ruleActive
			_, err := tx.q.Exec(tx.ctx, `INSERT INTO group_rule_member (rule, person, grp) SELECT $1, src, dst FROM edge WHERE kind = $2 AND dst = $3`,
				d.ID, member, d.targets()[0])
			if err != nil {
				return err
			}
		}
		if _, err := tx.putRule(d); err != nil {
			return err
		}
	}
	return nil
}
