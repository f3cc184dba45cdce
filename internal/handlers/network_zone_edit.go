package handlers

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"net/netip"
	"net/url"
	"strings"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/auth"
	"gatehouse/internal/okta"
	"gatehouse/internal/policy"
	"gatehouse/web/templates/ui"
	"gatehouse/web/templates/zone"
)

// getNetworkZone is the page of one, with the answer to the address that is asked for.
func (h *console) getNetworkZone(c *gin.Context) (View, error) {
	doc, err := h.readZone(c.Request.Context(), c.Param("id"))
	if err != nil {
		return nil, err
	}
	return h.zoneScreen(c, doc, nil, problem{})
}

// newNetworkZone is the empty form of a zone of a type.
func (h *console) newNetworkZone(c *gin.Context) (View, error) {
	if err := h.permitted(c.Request.Context(), "createNetworkZone"); err != nil {
		return nil, err
	}
	return h.newZoneScreen(c, newZoneKind(c.Query("type")), url.Values{"form_id": {rand.Text()}}, problem{}), nil
}

// newZoneKind is a type that can be made here; addresses unless it is another.
func newZoneKind(key string) string {
	if key == policy.ZoneDynamic {
		return key
	}
	return policy.ZoneIP
}

// newZoneScreen is the form of a new zone. typed and why are what was sent and refused.
func (h *console) newZoneScreen(c *gin.Context, kind string, typed url.Values, why problem) Screen {
	p := zone.Page{Name: "Add zone", Form: zone.Form{Action: zonesPath + "/new", Verb: "Add zone", Type: kind}}
	for _, k := range zoneKinds[:2] {
		p.Kinds = append(p.Kinds, ui.Choice{Label: k.label, Href: zonesPath + "/new?type=" + k.key, On: k.key == kind})
	}
	if kind != policy.ZoneIP {
		p.Says = notPlaced
	}
	fillZoneForm(&p.Form, typed, why)
	return zoneView(p, okta.Object{}, nil)
}

func zoneView(p zone.Page, doc okta.Object, can []string) Screen {
	return Screen{Around: About{Title: p.Name, Section: "network-zones"}, Body: zone.Screen(p), Part: zone.Content(p), Data: itemOf(doc, can)}
}

const notPlaced = "It does not know where an address is, who runs its network and whether it is a proxy. Conditions on this zone are unknown, and it blocks nobody. In the cloud it counts."

// fillZoneForm fills in what the zone holds, or what was typed.
func fillZoneForm(f *zone.Form, in url.Values, why problem) {
	f.FormID, f.Reason, f.Blocks = in.Get("form_id"), in.Get("reason"), in.Get("blocks") == "true"
	f.Fields = zoneFields(f.Type, in, why.Fields, f.Locked)
	shown := why.Title == ""
	for _, field := range f.Fields {
		shown = shown || field.Error != ""
	}
	if !shown {
		f.Problem = why.Message
	}
}

// zoneScreen is the page of a zone. typed and why, where given, are what was sent and refused.
func (h *console) zoneScreen(c *gin.Context, doc okta.Object, typed url.Values, why problem) (Screen, error) {
	ctx := c.Request.Context()
	kind, system := doc.Text("type"), string(doc.Get("system")) == "true"
	p := zone.Page{ID: doc.Text("id"), Name: doc.Text("name")}
	status, word := ui.RuleStatus(doc.Text("status"))
	used, usage := zoneUsage(doc)
	p.Pills = []zone.Pill{{Kind: status, Text: word}, {Kind: used, Text: usage}, {Kind: "off", Text: zoneKind(kind)}}
	if kind != policy.ZoneIP {
		p.Says = notPlaced
	}
	p.Form = zone.Form{
		Action: zonePath(doc), Verb: "Save", Type: kind, Base: zoneBase(doc), Fixed: system,
		Locked: !h.may(ctx, "updateNetworkZone") || kind == policy.ZoneDynamicV2, // its lists are kept as they are
	}
	in := zoneForm(doc)
	if typed != nil {
		in = typed
		if system {
			in.Set("blocks", zoneForm(doc).Get("blocks"))
		}
	}
	fillZoneForm(&p.Form, in, why)
	p.Ask = askZone(doc, c.Query("address"))
	if p.UsesUnknown = !h.may(ctx, "listPolicies"); !p.UsesUnknown {
		var err error
		if p.Uses, err = h.zoneUses(ctx, p.ID); err != nil {
			return Screen{}, err
		}
	}
	can := h.zoneActs(ctx, &p, doc, system)
	return zoneView(p, doc, can), nil
}

// zoneActs says what can be done to a zone, and returns the ids of the operations.
func (h *console) zoneActs(ctx context.Context, p *zone.Page, doc okta.Object, system bool) (can []string) {
	isActive := doc.Text("status") == "ACTIVE"
	op := "deactivateNetworkZone"
	move := zone.Move{Verb: "Deactivate", Action: zonePath(doc) + "/deactivate", Says: "No request counts as being in this zone until it is active again."}
	if doc.Text("usage") == policy.ZoneBlocklist {
		move.Says = "Requests from this zone reach the org again."
	}
	if !isActive {
		op = "activateNetworkZone"
		move = zone.Move{Verb: "Activate", Action: zonePath(doc) + "/activate", Says: "Policies that name this zone count it again from the next request on."}
		if doc.Text("usage") == policy.ZoneBlocklist {
			move.Says = "Every request from this zone is refused from now on."
		}
	}
	if h.may(ctx, op) {
		p.Move = move
	}
	for _, id := range []string{"updateNetworkZone", "deleteNetworkZone", op} {
		if h.may(ctx, id) {
			can = append(can, id)
		}
	}
	switch {
	case !h.may(ctx, "deleteNetworkZone"):
	case system:
		p.Kept = "The system made this zone: it cannot be deleted."
	case len(p.Uses) > 0:
		p.Kept = "It can be deleted once no rule names it."
	case isActive:
		p.Kept = "It can be deleted once it is inactive."
	default:
		p.MayDelete = true
	}
	return can
}

// askZone answers whether an address is in the zone.
func askZone(doc okta.Object, text string) zone.Ask {
	a := zone.Ask{Action: zonePath(doc), Address: searchable(text)}
	if a.Address == "" {
		return a
	}
	asked, err := netip.ParseAddr(a.Address)
	if err != nil {
		a.Kind, a.Answer = "warn", "is not one IP address, such as 203.0.113.9."
		return a
	}
	z, err := policy.ParseZone(doc.Bytes())
	if err != nil {
		a.Kind, a.Answer = "off", "Not known: the zone cannot be read."
		return a
	}
	switch in, why := z.Holds(asked); {
	case why != "":
		a.Kind, a.Answer = "off", "Not known: "+why+"."
	case in:
		a.Kind, a.Answer = "ok", "is in this zone."
	case !z.Active:
		a.Kind, a.Answer = "off", "is not in this zone: it is inactive."
	default:
		a.Kind, a.Answer = "off", "is not in this zone."
	}
	return a
}

// blocksOwn refuses a zone that would keep out the browser that saves it: the org knows the
// console's address only.
func blocksOwn(ctx context.Context, body okta.Object) error {
	own, err := netip.ParseAddr(auth.From(ctx).Address)
	if err != nil || body.Text("usage") != policy.ZoneBlocklist {
		return nil // a zone for policies, or an address that nobody knows
	}
	z, err := policy.ParseZone(body.With("status", "ACTIVE").Bytes())
	if err != nil {
		return nil // the org says what cannot be read
	}
	if in, _ := z.Holds(own); !in {
		return nil
	}
	words := "gateways: It would block " + own.String() + ", where you signed in from. Leave that address out."
	return &okta.Error{Status: http.StatusBadRequest, Code: "E0000001", Summary: "Not saved", Causes: []okta.Cause{{Summary: words}}}
}

// createNetworkZone adds one. Sent twice, the second shows what the first made (fault 17).
func (h *console) createNetworkZone(c *gin.Context) (View, error) {
	ctx, kind := c.Request.Context(), newZoneKind(c.PostForm("type"))
	doc, err := h.once.do(formKey(ctx, c.PostForm("form_id")), h.config.Now(), func() (okta.Object, error) {
		body := zoneBody(kind, c.Request.PostForm)
		if err := blocksOwn(ctx, body); err != nil {
			return okta.Object{}, err
		}
		resp, err := h.config.Org.Do(ctx, okta.Call{Op: okta.Find("createNetworkZone"), Body: body, Reason: reason(c)})
		if err != nil {
			return okta.Object{}, err
		}
		return resp.Object()
	})
	return h.zoneSaved(c, okta.Object{}, doc, err, " was added.")
}

// editNetworkZone saves the form. The status goes along: the org takes the whole object.
func (h *console) editNetworkZone(c *gin.Context) (View, error) {
	ctx := c.Request.Context()
	before, err := h.readZone(ctx, c.Param("id"))
	if err != nil {
		return nil, err
	}
	kind := before.Text("type")
	if kind == policy.ZoneDynamicV2 {
		return nil, problem{Status: http.StatusUnprocessableEntity, Code: "not_editable", Title: "Not saved", Message: "Enhanced dynamic zones are changed by the API: this page would drop a part of them."}
	}
	if base := c.PostForm("base"); base != "" && base != zoneBase(before) {
		return h.zoneConflict(c, before)
	}
	body := zoneBody(kind, c.Request.PostForm).With("status", before.Text("status"))
	if string(before.Get("system")) == "true" { // the box is not sent
		body = body.With("usage", before.Text("usage"))
	}
	if err := blocksOwn(ctx, body); err != nil {
		return h.zoneSaved(c, before, okta.Object{}, err, "")
	}
	resp, err := h.config.Org.Do(ctx, okta.Call{Op: okta.Find("updateNetworkZone"), Args: zoneArg(before.Text("id")), Before: before, Reason: reason(c), Body: body})
	if err != nil {
		return h.zoneSaved(c, before, okta.Object{}, err, "")
	}
	doc, err := resp.Object()
	return h.zoneSaved(c, before, doc, err, " is saved.")
}

// zoneBase is the part of a zone that the form holds, as the version it was drawn with.
func zoneBase(doc okta.Object) string {
	base := okta.Object{}
	for _, name := range []string{"name", "usage", "gateways", "proxies", "locations", "proxyType", "asns"} {
		if v := doc.Get(name); v != nil {
			base = base.With(name, v)
		}
	}
	return string(base.Bytes())
}

// zoneConflict is the form with what was typed, drawn with the version that the org has
// now: saving again is a choice (fault 16).
func (h *console) zoneConflict(c *gin.Context, now okta.Object) (View, error) {
	_, usage := zoneUsage(now)
	why := problem{
		Status: http.StatusPreconditionFailed, Code: "changed", Title: "Changed by somebody else meanwhile",
		Message: "Somebody else changed it meanwhile: it is now " + now.Text("name") + " (" + usage + "), with " + zoneWords(now) + ". Saving again replaces that.",
	}
	if wanted(c.Request) == document {
		return nil, why
	}
	v, err := h.zoneScreen(c, now, c.Request.PostForm, why)
	v.Around.Status = why.Status
	return v, err
}

// zoneSaved leads to what was saved, or draws the form again with what was refused.
func (h *console) zoneSaved(c *gin.Context, before, doc okta.Object, err error, done string) (View, error) {
	var refusal *okta.Error
	if errors.As(err, &refusal) && (refusal.Status == http.StatusBadRequest || refusal.Status == http.StatusConflict) {
		why := orgProblem(refusal)
		why.Status = http.StatusUnprocessableEntity
		switch {
		case wanted(c.Request) == document:
			return nil, why
		case before.IsZero():
			return refused(h.newZoneScreen(c, newZoneKind(c.PostForm("type")), c.Request.PostForm, why)), nil
		}
		v, err := h.zoneScreen(c, before, c.Request.PostForm, why)
		return refused(v), err
	}
	if err != nil {
		return nil, err
	}
	return redirect(zonePath(doc), doc, ui.Message{Kind: "ok", Title: doc.Text("name") + done}), nil
}

func (h *console) activateNetworkZone(c *gin.Context) (View, error) {
	return h.moveNetworkZone(c, "activateNetworkZone", " is active.")
}

func (h *console) deactivateNetworkZone(c *gin.Context) (View, error) {
	return h.moveNetworkZone(c, "deactivateNetworkZone", " is inactive.")
}

func (h *console) moveNetworkZone(c *gin.Context, op, done string) (View, error) {
	ctx := c.Request.Context()
	before, err := h.readZone(ctx, c.Param("id"))
	if err != nil {
		return nil, err
	}
	resp, err := h.config.Org.Do(ctx, okta.Call{Op: okta.Find(op), Args: zoneArg(before.Text("id")), Before: before, Reason: reason(c)})
	if err != nil {
		return nil, err
	}
	doc, err := resp.Object()
	if err != nil {
		return nil, err
	}
	return redirect(zonePath(doc), doc, ui.Message{Kind: "ok", Title: doc.Text("name") + done}), nil
}

// deleteNetworkZone removes one, once its name is typed (security 38).
func (h *console) deleteNetworkZone(c *gin.Context) (View, error) {
	ctx := c.Request.Context()
	doc, err := h.readZone(ctx, c.Param("id"))
	if err != nil {
		return nil, err
	}
	if name := doc.Text("name"); !strings.EqualFold(strings.TrimSpace(c.PostForm("confirm")), strings.TrimSpace(name)) {
		return nil, notConfirmed("Not deleted", "name", name)
	}
	if _, err := h.config.Org.Do(ctx, okta.Call{Op: okta.Find("deleteNetworkZone"), Args: zoneArg(doc.Text("id")), Before: doc, Reason: reason(c)}); err != nil {
		return nil, err
	}
	return redirect(zonesPath, doc, ui.Message{Kind: "ok", Title: doc.Text("name") + " is deleted."}), nil
}
