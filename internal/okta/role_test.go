package okta

import "testing"

// Every operation has a row that says who may do it, and a super admin may do each.
func TestEveryOperationIsGoverned(t *testing.T) {
	for i := range all {
		op := &all[i]
		if !Governed(op.ID) {
			t.Errorf("%s has no row", op.ID)
		}
		if got := Covers(SuperAdmin, op.ID); got != Everywhere && !Self(op.ID) {
			t.Errorf("%s: a super admin's coverage is %d", op.ID, got)
		}
	}
	if c := Covers("NO_ROLE", "getUser"); c != Nowhere {
		t.Errorf("an unknown role covers %d", c)
	}
	if c := Covers(SuperAdmin, "noOperation"); c != Nowhere {
		t.Errorf("an unknown operation is covered: %d", c)
	}
	if Governed("noOperation") {
		t.Error("an operation without a row counts as governed")
	}
}

// A role reaches by its targets only what it can be narrowed to.
func TestCoverageFitsTheTargets(t *testing.T) {
	for _, role := range Roles() {
		for i := range all {
			switch c := Covers(role.Type, all[i].ID); {
			case c == InGroups && role.Narrows != GroupTargets, c == InApps && role.Narrows != AppTargets, c == WholeOrg && role.Narrows == NoTargets:
				t.Errorf("%s, %s: coverage %d, but the role is narrowed to %q", role.Type, all[i].ID, c, role.Narrows)
			}
		}
	}
}
