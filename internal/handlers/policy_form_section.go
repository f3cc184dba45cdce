package handlers

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"gatehouse/internal/okta"
	"gatehouse/internal/policy"
	pages "gatehouse/web/templates/policy"
	"gatehouse/web/templates/ui"
)

// nameControl is what a policy or rule is called.
var nameControl = policyControl{
	read: func(e policyEntry, _ policyConditions, v url.Values) { v.Set("name", e.Name) },
	write: func(doc okta.Object, v url.Values) okta.Object {
		return doc.With("name", strings.TrimSpace(v.Get("name")))
	},
	draw: func(d *policyDrawing) []pages.Part {
		f := d.field(ui.Field{Name: "name", Label: "Name", Required: true, MaxLength: 255, ReadOnly: d.entry.System})
		if d.entry.System {
			f.Value, f.Help = d.entry.Name, "The org's own keeps its name"
		}
		return []pages.Part{{Field: &f}}
	},
	check: func(v url.Values, wrong map[string]string) {
		if strings.TrimSpace(v.Get("name")) == "" {
			wrong["name"] = "A name is needed."
		}
	},
	causes: map[string]string{"name": "name"},
}

var descriptionControl = policyControl{
	read: func(e policyEntry, _ policyConditions, v url.Values) { v.Set("description", e.Description) },
	write: func(doc okta.Object, v url.Values) okta.Object {
		return doc.With("description", strings.TrimSpace(v.Get("description")))
	},
	draw: func(d *policyDrawing) []pages.Part {
		return []pages.Part{d.area("description", "Description", "")}
	},
	causes: map[string]string{"description": "description"},
}

const ownConditions = "The org's own is for everybody whom nothing before it fits: its conditions stay."

// ruleSections are the parts of the form of a rule.
func ruleSections(t policyType) []policySection {
	about := policySection{title: "Rule", controls: []policyControl{nameControl}}
	who := func(controls ...policyControl) policySection {
		return policySection{title: "Who", help: "All that is given has to fit. Nothing given: everybody.", controls: controls, conditions: true}
	}
	where := func(controls ...policyControl) policySection {
		return policySection{title: "From where and with what", help: "All that is given has to fit.", controls: controls, conditions: true}
	}
	then := func(help string, controls ...policyControl) policySection {
		return policySection{title: "Then", help: help, controls: controls}
	}
	switch t.key {
	case policy.TypeSignOn:
		return []policySection{about, who(peopleControl), where(networkControl, authTypeControl, providerControl, riskControl, behaviorControl), then("What who fits gets.", signOnControl, sessionControl)}
	case policy.TypeAccess:
		return []policySection{about, who(peopleControl, userTypeControl), where(networkControl, deviceControl, platformControl, riskControl, expressionControl), then("What who fits has to prove.", accessControl, againControl)}
	case policy.TypePassword:
		return []policySection{about, who(peopleControl), where(networkControl), then("What people may do themselves.", selfServiceControl)}
	case policy.TypeEnroll:
		return []policySection{about, who(peopleControl), where(networkControl, appControl), then("When they are asked.", enrollRuleControl)}
	case typeDiscovery:
		return []policySection{
			about,
			{title: "Who", help: "All that is given has to fit. Nothing given: everybody.", controls: []policyControl{identifierControl}, conditions: true},
			where(networkControl, platformControl, appControl), then("Where the sign-in goes.", discoveryControl),
		}
	case typeProfile:
		return []policySection{about, then("What signing up takes.", profileControl)}
	}
	return nil
}

// policySections are the parts of the form of a policy itself.
func policySections(t policyType) []policySection {
	about := policySection{title: "Policy", controls: []policyControl{nameControl, descriptionControl}}
	who := policySection{title: "Who", help: "All that is given has to fit. Nothing given: everybody.", controls: []policyControl{peopleControl}, conditions: true}
	switch t.key {
	case policy.TypeSignOn:
		return []policySection{about, who}
	case policy.TypePassword:
		who.controls = append(slices.Clone(who.controls), authProviderControl)
		return append([]policySection{about, who}, passwordSections...)
	case policy.TypeEnroll:
		return []policySection{about, who, {title: "Factors", help: "What people must, may and must not set up.", controls: []policyControl{factorsControl}}}
	}
	return []policySection{about}
}

// valuesOf are the fields of a form as an entry has them.
func valuesOf(sections []policySection, e policyEntry) (url.Values, error) {
	c, err := conditionsOf(e.Conditions)
	if err != nil {
		return nil, err
	}
	v := url.Values{}
	for _, s := range sections {
		for _, x := range s.controls {
			x.read(e, c, v)
		}
	}
	return v, nil
}

// written is the document of an entry with what a form says. Controls that were not changed
// leave theirs alone; what a new entry does and sets is written in full.
func written(sections []policySection, e policyEntry, doc okta.Object, v url.Values) (okta.Object, error) {
	c, err := conditionsOf(e.Conditions)
	if err != nil {
		return doc, err
	}
	for _, s := range sections {
		if s.conditions && e.System {
			continue
		}
		for _, x := range s.controls {
			was := url.Values{}
			x.read(e, c, was)
			if !same(was, v) || e.ID == "" && !s.conditions {
				doc = x.write(doc, v)
			}
		}
	}
	return doc, nil
}

// faultsOf are what is wrong with a form before the org is asked.
func faultsOf(sections []policySection, e policyEntry, v url.Values) map[string]string {
	wrong := map[string]string{}
	for _, s := range sections {
		for _, x := range s.controls {
			if x.check != nil && (!e.System || !s.conditions) {
				x.check(v, wrong)
			}
		}
	}
	if e.System {
		delete(wrong, "name")
	}
	return wrong
}

// drawn are the sections of a form as they look.
func drawn(sections []policySection, d *policyDrawing) []pages.Section {
	var out []pages.Section
	for _, s := range sections {
		section := pages.Section{Title: s.title, Help: s.help}
		if s.conditions && d.entry.System {
			section.Help, section.Note = "", ownConditions
			out = append(out, section)
			continue
		}
		for _, x := range s.controls {
			for _, p := range x.draw(d) {
				p.Rare = p.Rare || x.rare
				section.Parts = append(section.Parts, p)
			}
		}
		out = append(out, section)
	}
	return out
}

// differences are what two drawings of the same form say otherwise, by the labels that
// people see. Rows that only one of them has count as empty in the other.
func differences(before, after []pages.Section) []ui.Difference {
	text := func(sections []pages.Section) (order []string, values map[string]string) {
		values = map[string]string{}
		for _, s := range sections {
			for _, p := range s.Parts {
				for _, x := range p.Values() {
					field := x.Field
					for n := 2; values[field] != "" && slices.Contains(order, field); n++ {
						field = x.Field + " " + strconv.Itoa(n)
					}
					order = append(order, field)
					values[field] = x.After
				}
			}
		}
		return order, values
	}
	_, was := text(before)
	order, is := text(after)
	var out []ui.Difference
	for _, field := range order {
		if was[field] != is[field] && field != "" {
			out = append(out, ui.Difference{Field: field, Before: was[field], After: is[field]})
		}
	}
	return out
}
