package handlers

import (
	"context"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/okta"
	"gatehouse/internal/policy"
	pages "gatehouse/web/templates/policy"
	"gatehouse/web/templates/ui"
)

const labPath = policiesPath + "/lab"

// labChoices is how many objects a box of the lab may mean: they are a choice then.
const labChoices = "10"

// labAsk is what the lab is asked: the form, or the address, which says the same.
type labAsk struct {
	kind  policyType
	draft policyDraft
	url.Values
}

// getLab says which policy and rule decides, and why each earlier one did not. The address is the state.
func (h *console) getLab(c *gin.Context) (View, error) {
	return h.lab(c, labAsk{kind: labType(c.Query("type")), Values: c.Request.URL.Query()})
}

// tryDraft is the same for a draft that a form sends along, before and after. Nothing is saved.
func (h *console) tryDraft(c *gin.Context) (View, error) {
	ask, err := draftAsk(c)
	if err != nil {
		return nil, err
	}
	return h.lab(c, ask)
}

func draftAsk(c *gin.Context) (labAsk, error) {
	draft, err := sentDraft(c)
	return labAsk{labType(c.PostForm("type")), draft, c.Request.PostForm}, err
}

// labType is the type of policy that is tried: the first one unless another is named.
func labType(key string) policyType {
	if i := slices.IndexFunc(policyTypes, func(t policyType) bool { return t.key == key }); i > 0 {
		return policyTypes[i]
	}
	return policyTypes[0]
}

// box is what a box of the form holds.
func (a labAsk) box(name string) string { return strings.TrimSpace(searchable(a.Get(name))) }

// chosen is what a box means: the one that was chosen of several, else what it holds.
func (a labAsk) chosen(name string) string {
	if v := a.box("pick_" + name); v != "" {
		return v
	}
	return a.box(name)
}

func (h *console) lab(c *gin.Context, ask labAsk) (View, error) {
	ctx := c.Request.Context()
	if err := h.permitted(ctx, "listPolicies"); err != nil {
		return nil, err
	}
	r, err := h.readLab(ctx, ask)
	if err != nil {
		return nil, err
	}
	result, err := h.labResult(r)
	if err != nil {
		return nil, err
	}
	page := pages.Lab{
		Title: "Lab", Says: "Which policy and rule decides, and why each earlier one did not. Nothing is changed, and nobody signs in.",
		Action: labPath, Post: ask.draft.is(), Fields: ask.fields(r), Result: result,
	}
	if ask.draft.is() {
		page.DraftName, page.Draft = ask.draft.name(), ask.draft.hidden()
	}
	return Screen{
		Around: About{Title: "Policy lab", Section: "policies"}, Body: pages.LabPage(page), Part: pages.LabAnswer(result),
		Data: itemOf(result, nil),
	}, nil
}

// hidden are the fields that carry a draft along.
func (d policyDraft) hidden() []ui.Hidden {
	of := "policy"
	if d.ofRule {
		of = "rule"
	}
	return []ui.Hidden{{Name: draftOfWhat, Value: of}, {Name: draftPolicy, Value: d.policy}, {Name: draftRule, Value: d.rule}, {Name: draftDocument, Value: string(d.doc.Bytes())}}
}

var (
	labDevice = []ui.Option{{Value: "", Label: "Not known"}, {Value: "yes", Label: "Yes"}, {Value: "no", Label: "No"}}
	labRisk   = []ui.Option{{Value: "", Label: "Not known"}, {Value: "LOW", Label: "Low"}, {Value: "MEDIUM", Label: "Medium"}, {Value: "HIGH", Label: "High"}}
)

// noZone stands for an address outside of every zone, where a zone is named.
const noZone = "none"

func (a labAsk) fields(r *labRead) pages.LabFields {
	text := func(name, label, help string) ui.Field {
		return ui.Field{Name: name, Label: label, Help: help, Value: a.box(name), Autocomplete: "off", MaxLength: maxBox}
	}
	choose := func(name, label string, options []ui.Option) ui.Field {
		return ui.Field{Name: name, Label: label, Type: "select", Value: a.Get(name), Options: options}
	}
	var kinds []ui.Option
	for _, t := range policyTypes {
		if !a.draft.is() || t.key == a.kind.key {
			kinds = append(kinds, ui.Option{Value: t.key, Label: t.label})
		}
	}
	zones := []ui.Option{{Value: "", Label: "By the address"}, {Value: noZone, Label: "In no zone"}}
	for _, z := range r.zones {
		zones = append(zones, ui.Option{Value: z.ID, Label: "In " + z.Name})
	}
	systems := []ui.Option{{Value: "", Label: "Not known"}}
	for _, o := range osNames {
		systems = append(systems, ui.Option{Value: o.kind + " " + o.os, Label: o.label})
	}
	f := pages.LabFields{
		Type: choose("type", "Type of policy", kinds), Person: text("person", "Person", "Name, login or id"), App: text("app", "App", "Name or id"),
		Address: text("address", "IP address", "Such as 203.0.113.7"), Zone: choose("zone", "Network zone", zones),
		Platform: choose("platform", "Platform", systems), Risk: choose("risk", "Risk", labRisk),
		Registered: choose("registered", "Device registered", labDevice), Managed: choose("managed", "Device managed", labDevice),
		Group: text("group", "And for all people of", "A group's name, or “everybody”: counts and names"),
	}
	f.Type.Value = a.kind.key
	// Who comes by a link sees names where the address has ids.
	if id := r.person.Text("id"); id != "" && f.Person.Value == id {
		f.Person.Value = r.person.Text("profile", "login")
	}
	if id := r.app.Text("id"); id != "" && f.App.Value == id {
		f.App.Value = appLabel(r.app)
	}
	if !a.kind.ranked() {
		f.App.Help = "Each app names its policy of this type"
	}
	return f
}

// context is where the person comes from and with what; note says what could not be read of the form.
func (a labAsk) context(zones []policy.Zone) (c policy.Context, note string) {
	c = policy.Context{AuthType: "ANY", IdentityProvider: "OKTA", Risk: a.Get("risk")}
	address, err := netip.ParseAddr(a.box("address"))
	switch zone := a.Get("zone"); {
	case zone != "":
		c.Network = &policy.Network{Address: address, Zones: map[string]bool{}}
		for _, z := range zones {
			c.Network.Zones[z.ID] = z.ID == zone
		}
	case err == nil:
		c.Network = policy.Locate(zones, address)
	case a.box("address") != "":
		note = "“" + a.box("address") + "” is no IP address: where the request comes from counts as not known."
	}
	kind, system, _ := strings.Cut(a.Get("platform"), " ")
	d := policy.Device{Platform: kind, OS: system, Registered: answered(a.Get("registered")), Managed: answered(a.Get("managed"))}
	if d != (policy.Device{}) {
		c.Device = &d
	}
	return c, note
}

// answered is yes or no; nil where it is neither.
func answered(text string) *bool {
	yes := text == "yes"
	if !yes && text != "no" {
		return nil
	}
	return &yes
}

// affected is who is affected by a draft, from outside of every zone and with a device and a
// risk that are not known: what a form shows before it is saved.
func (h *console) affected(ctx context.Context, kind policyType, draft policyDraft) (*pages.LabCrowd, error) {
	r, err := h.readLab(ctx, labAsk{kind: kind, draft: draft, Values: url.Values{"group": {everybodyID}, "zone": {noZone}}})
	if err != nil || r.crowd == nil {
		return nil, err
	}
	return h.labCrowd(r)
}

// blocking is the name of the network zone that refuses every request from where the question
// says, before any policy is looked at; "" for none.
func (r *labRead) blocking() string {
	c, _ := r.ask.context(r.zones)
	for _, z := range r.zones {
		if z.Active && z.Usage == policy.ZoneBlocklist && c.Network != nil && c.Network.Zones[z.ID] {
			return z.Name
		}
	}
	return ""
}

// needs says what has to be named before anything can be decided; "" for nothing.
func (r *labRead) needs() (title, text string) {
	zone := r.blocking()
	switch {
	case zone != "":
		return "Nobody gets in from there", "The network zone “" + zone + "” blocks the address: the org refuses every request from it before any policy is looked at."
	case r.ask.kind.ranked():
	case len(r.set) > 0:
	case r.app.IsZero() && r.ask.box("policy") == "" && !r.ask.draft.is():
		return "Choose an app", "Each app names its own policy of this type: type the app's name to see which rule decides."
	default:
		return "No policy", "The app names no policy of this type, or it is outside your role."
	}
	return "", ""
}

// pickOf is a choice of several objects that a box may mean.
func (r *labRead) pickOf(title, field string, docs []okta.Object, name, note func(okta.Object) string) pages.LabPick {
	p := pages.LabPick{Title: title, Field: "pick_" + field}
	for _, d := range docs {
		o := pages.LabOption{Name: name(d), Note: note(d), Value: d.Text("id")}
		if !r.ask.draft.is() {
			q := url.Values{}
			for k, v := range r.ask.Values {
				q[k] = v
			}
			q.Set(field, d.Text("id"))
			o.Href = labPath + "?" + q.Encode()
		}
		p.Options = append(p.Options, o)
	}
	return p
}
