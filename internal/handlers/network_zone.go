package handlers

import (
	"context"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/okta"
	"gatehouse/internal/policy"
	"gatehouse/web/templates/ui"
	"gatehouse/web/templates/zone"
)

const zonesPath = "/network-zones"

// zoneKinds are the types of zones, in the words of the pages.
var zoneKinds = []struct{ key, label string }{
	{policy.ZoneIP, "IP addresses"}, {policy.ZoneDynamic, "Dynamic"}, {policy.ZoneDynamicV2, "Enhanced dynamic"},
}

func zoneKind(key string) string {
	for _, k := range zoneKinds {
		if k.key == key {
			return k.label
		}
	}
	return key
}

func zoneArg(id string) map[string]string { return map[string]string{"zoneId": id} }

func zonePath(doc okta.Object) string { return zonesPath + "/" + url.PathEscape(doc.Text("id")) }

// zoneUsage is what a zone is used for, coloured and in words.
func zoneUsage(doc okta.Object) (kind, text string) {
	if doc.Text("usage") == policy.ZoneBlocklist {
		return "bad", "Blocks"
	}
	return "info", "For policies"
}

// listNetworkZones is the list of them. The box asks which of them hold an address. It costs one call to the org.
func (h *console) listNetworkZones(c *gin.Context) (View, error) {
	ctx, u := c.Request.Context(), c.Request.URL
	if err := h.permitted(ctx, "listNetworkZones"); err != nil {
		return nil, err
	}
	docs, next, err := h.pageOf(ctx, "listNetworkZones", u, url.Values{})
	if err != nil {
		return nil, err
	}
	l := ui.List{
		Area: zonesPath, Title: "Network zones", Placeholder: "Which zones hold this IP address?", AddLabel: "Add zone", Query: searchable(u.Query().Get("q")),
		Headings: []ui.Column{{Label: "Name"}, {Label: "Status"}, {Label: "Used"}, {Label: "Type"}, {Label: "Holds"}, {Label: "Updated"}},
		Next:     next, More: u.Query().Get("after") != "", Hidden: hiddenState(u, "limit"),
		None: ui.Nothing{Title: "No network zones", Text: "Policies ask for more or less from a zone, or nobody there reaches the org at all."},
	}
	var asked netip.Addr
	status := http.StatusOK
	if l.Query != "" {
		if asked, err = netip.ParseAddr(l.Query); err != nil {
			l.Problem, status = "Type one IP address, such as 203.0.113.9 or 2001:db8::9.", http.StatusBadRequest
		} else {
			l.Headings[4].Label = "Holds " + asked.String()
		}
	}
	if h.may(ctx, "createNetworkZone") {
		l.Add = zonesPath + "/new"
	}
	for _, d := range docs {
		kind, status := ui.RuleStatus(d.Text("status"))
		used, usage := zoneUsage(d)
		at, _ := time.Parse(time.RFC3339, d.Text("lastUpdated"))
		held := ui.Cell{Text: zoneWords(d)}
		if asked.IsValid() {
			held.Pill, held.Text = zoneHolds(d, asked)
		}
		l.Rows = append(l.Rows, ui.Row{ID: d.Text("id"), Name: d.Text("name"), Href: zonePath(d), Cells: []ui.Cell{
			{Pill: kind, Text: status}, {Pill: used, Text: usage}, {Text: zoneKind(d.Text("type"))}, held, {Time: &at},
		}})
	}
	return listScreen(l, "network-zones", docs, status), nil
}

// zoneHolds tells whether an address is in a zone, as a pill.
func zoneHolds(doc okta.Object, a netip.Addr) (kind, text string) {
	z, err := policy.ParseZone(doc.Bytes())
	if err != nil {
		return "off", "Not known"
	}
	in, why := z.Holds(a)
	switch {
	case why != "":
		return "off", "Not known"
	case in:
		return "ok", "Yes"
	}
	return "off", "No"
}

// zoneWords are the first few things that a zone holds.
func zoneWords(doc okta.Object) string {
	const few = 2
	in := zoneForm(doc)
	words := slices.Concat(strings.Fields(in.Get("gateways")), strings.Fields(in.Get("locations")))
	for _, n := range strings.Fields(in.Get("asns")) {
		words = append(words, "AS"+n)
	}
	if t := in.Get("proxyType"); t != "" {
		words = append(words, proxyWords(t))
	}
	switch {
	case doc.Text("type") == policy.ZoneDynamicV2:
		return "Locations, networks or services"
	case len(words) == 0 && in.Get("proxies") != "":
		return "Proxies only"
	case len(words) == 0:
		return "Nothing yet"
	case len(words) > few:
		return strings.Join(words[:few], ", ") + " and " + counted(len(words)-few, "more", "more")
	}
	return strings.Join(words, ", ")
}

func (h *console) readZone(ctx context.Context, id string) (okta.Object, error) {
	resp, err := h.config.Org.Do(ctx, okta.Call{Op: okta.Find("getNetworkZone"), Args: zoneArg(id)})
	if err != nil {
		return okta.Object{}, err
	}
	return resp.Object()
}

// zoneUses are the rules that name a zone. It costs a call for each type of policy, all at
// once; a type that the org does not have has no rules.
func (h *console) zoneUses(ctx context.Context, id string) ([]zone.Use, error) {
	found := make([][]zone.Use, len(policyTypes))
	reads := make([]func(context.Context) error, len(policyTypes))
	for i, t := range policyTypes {
		reads[i] = func(ctx context.Context) error {
			_, all, err := h.listPoliciesOf(ctx, t)
			if err != nil {
				return ignoreRefusal(err)
			}
			for _, p := range all {
				rules, err := p.rulesIn()
				if err != nil {
					return err
				}
				for _, r := range rules {
					c, err := conditionsOf(r.Conditions)
					if err != nil {
						return err
					}
					u := zone.Use{Policy: p.Name, Href: p.path(), Rule: r.Name}
					if slices.Contains(c.Network.Include, id) {
						u.How = "inside of it"
					} else if slices.Contains(c.Network.Exclude, id) {
						u.How = "outside of it"
					} else {
						continue
					}
					found[i] = append(found[i], u)
				}
			}
			return nil
		}
	}
	err := together(ctx, reads...)
	return slices.Concat(found...), err
}
