package handlers

import (
	"net/url"
	"slices"

	"gatehouse/internal/okta"
	pages "gatehouse/web/templates/policy"
	"gatehouse/web/templates/ui"
)

// platformControl is the operating systems that a rule is for.
var platformControl = policyControl{
	read: func(_ policyEntry, c policyConditions, v url.Values) {
		v["platform"] = nil
		for _, r := range c.Platform.Include {
			v.Add("platform", platformKey(r))
		}
	},
	write: func(doc okta.Object, v url.Values) okta.Object {
		kept := map[string]okta.Object{}
		var in struct {
			Include []okta.Object `json:"include"`
		}
		if p := doc.Object("conditions", "platform"); !p.IsZero() && p.Decode(&in) == nil {
			for _, o := range in.Include {
				var r platformRef
				if o.Decode(&r) == nil {
					kept[platformKey(r)] = o
				}
			}
		}
		var refs []okta.Object
		for _, key := range filledIn(v["platform"]) {
			o := kept[key]
			for _, n := range osNames {
				if o.IsZero() && n.kind+" "+n.os == key {
					o = okta.Object{}.With("type", n.kind).With("os", okta.Object{}.With("type", n.os))
				}
			}
			if !o.IsZero() {
				refs = append(refs, o)
			}
		}
		if len(refs) == 0 {
			return withoutPath(doc, "conditions", "platform")
		}
		return doc.WithPath(refs, "conditions", "platform", "include")
	},
	draw: func(d *policyDrawing) []pages.Part {
		var options []ui.PickOption
		for _, n := range osNames {
			options = append(options, ui.PickOption{Value: n.kind + " " + n.os, Label: n.label})
		}
		for _, key := range filledIn(d.v["platform"]) {
			if !slices.ContainsFunc(options, func(o ui.PickOption) bool { return o.Value == key }) {
				options = append(options, ui.PickOption{Value: key, Label: key})
			}
		}
		p := d.checks("platform", "On one of these", "", options)
		p.Checks.Help, p.Checks.Short = "None ticked: on any.", true
		return []pages.Part{p}
	},
	causes: map[string]string{"conditions.platform": "platform"},
}

// platformKey names a platform in a form; what has no name of ours by its own words.
func platformKey(r platformRef) string {
	os := r.OS.Type
	if os == "OSX" {
		os = "MACOS"
	}
	key := r.Type + " " + os
	if r.OS.Expression != "" {
		key += " " + r.OS.Expression
	}
	return key
}

// deviceControl is what is known of the device.
var deviceControl = policyControl{
	read: func(_ policyEntry, c policyConditions, v url.Values) {
		device := anything
		switch r, m := c.Device.Registered, c.Device.Managed; {
		case m != nil && *m:
			device = "MANAGED"
		case r != nil && !*r:
			device = "UNREGISTERED"
		case m != nil && r != nil:
			device = "UNMANAGED"
		case r != nil:
			device = "REGISTERED"
		}
		v.Set("device", device)
		v.Set("assurance", joinLines(c.Device.Assurance.Include))
	},
	write: func(doc okta.Object, v url.Values) okta.Object {
		device := doc.Object("conditions", "device").Without("registered", "managed")
		switch v.Get("device") {
		case "REGISTERED":
			device = device.With("registered", true)
		case "UNREGISTERED":
			device = device.With("registered", false)
		case "MANAGED":
			device = device.With("registered", true).With("managed", true)
		case "UNMANAGED":
			device = device.With("registered", true).With("managed", false)
		}
		if ids := textLines(v.Get("assurance")); len(ids) > 0 {
			device = device.WithPath(ids, "assurance", "include")
		} else {
			device = device.Without("assurance")
		}
		if len(device.Keys()) == 0 {
			return withoutPath(doc, "conditions", "device")
		}
		return doc.WithPath(device, "conditions", "device")
	},
	draw: func(d *policyDrawing) []pages.Part {
		f := d.field(ui.Field{Name: "device", Label: "Device", Type: "select", Options: []ui.Option{
			{Value: anything, Label: "Any"},
			{Value: "REGISTERED", Label: "Registered"},
			{Value: "MANAGED", Label: "Registered and managed"},
			{Value: "UNMANAGED", Label: "Registered, not managed"},
			{Value: "UNREGISTERED", Label: "Not registered"},
		}})
		assurance := d.area("assurance", "Device assurance policies", "Ids, one a line: one of them has to hold. Empty: not asked.")
		assurance.Rare = true
		return []pages.Part{{Field: &f}, assurance}
	},
	causes: map[string]string{"conditions.device": "device"},
}
