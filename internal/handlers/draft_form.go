package handlers

import (
	"bytes"
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"gatehouse/internal/auth"
	"gatehouse/web/templates/ui"
)

// drawnForm is a form of a page that was drawn, which a draft goes back into.
type drawnForm struct {
	form *html.Node
	// dialog is the one around it, or nil.
	dialog *html.Node
	// typed: people type into it, so that what it holds hidden is of the version they
	// began from. In other forms that is what they act on, and must be the same.
	typed bool
}

// findForm finds the form that d was sent from; nil where the page has it no longer, or
// not in a place that can be shown.
func findForm(doc *html.Node, d auth.Draft) *drawnForm {
	for n := range doc.Descendants() {
		if n.DataAtom != atom.Form || !strings.EqualFold(attr(n, "method"), "post") || !sendsTo(n, d.Action) {
			continue
		}
		f := &drawnForm{form: n, typed: hasAttr(n, "data-unsaved")}
		if f.reachable() && (f.typed || f.about(d)) {
			return f
		}
	}
	return nil
}

// sendsTo tells whether a form, or a button of it, posts to action.
func sendsTo(form *html.Node, action string) bool {
	return attr(form, "action") == action || find(form, func(n *html.Node) bool { return attr(n, "formaction") == action }) != nil
}

// reachable finds the dialog around the form, and tells whether the form can be shown.
func (f *drawnForm) reachable() bool {
	for n := f.form.Parent; n != nil; n = n.Parent {
		if hasAttr(n, "popover") || hasAttr(n, "hidden") || n.DataAtom == atom.Template {
			return false
		}
		if n.DataAtom == atom.Dialog {
			f.dialog = n
		}
	}
	return true
}

// about tells whether the form acts on what d acts on: what it holds hidden is the same,
// but for the ids that each drawing has of its own.
func (f *drawnForm) about(d auth.Draft) bool {
	for n := range f.form.Descendants() {
		if n.DataAtom == atom.Input && attr(n, "type") == "hidden" && attr(n, "name") != ui.FormTokenField && attr(n, "name") != "form_id" &&
			!slices.Contains(d.Fields[attr(n, "name")], attr(n, "value")) {
			return false
		}
	}
	return true
}

// fill puts the fields of d into the form. It changes nothing and returns false where a
// value has no place in it: what is sent must be what the person sees.
func (f *drawnForm) fill(d auth.Draft) bool {
	left := url.Values{}
	for name, values := range d.Fields {
		left[name] = slices.DeleteFunc(slices.Clone(values), func(v string) bool { return v == "" })
	}
	// Values that stand in the form by themselves go to their own boxes before others.
	var change []func()
	for n := range f.form.Descendants() {
		if name := attr(n, "name"); name != "" && name != ui.FormTokenField {
			if set := fillControl(n, name, d.Fields, left); set != nil {
				change = append(change, set)
			}
		}
	}
	for _, values := range left {
		if len(values) > 0 {
			return false
		}
	}
	for _, set := range change {
		set()
	}
	return true
}

// fillControl takes from left what goes into the control n, and returns what puts it
// there; nil where nothing does. Read-only and disabled controls keep what they show.
func fillControl(n *html.Node, name string, sent, left url.Values) func() {
	take := func(value string) bool {
		i := slices.Index(left[name], value)
		if i >= 0 {
			left[name] = slices.Delete(left[name], i, i+1)
		}
		return i >= 0
	}
	if hasAttr(n, "disabled") || hasAttr(n, "readonly") && attr(n, "type") != "hidden" {
		return nil
	}
	next := func() (string, bool) {
		if _, was := sent[name]; !was {
			return "", false
		}
		if len(left[name]) == 0 {
			return "", true
		}
		v := left[name][0]
		take(v)
		return v, true
	}
	switch n.DataAtom {
	case atom.Textarea:
		if v, was := next(); was {
			return func() { setText(n, v) }
		}
	case atom.Select:
		return fillSelect(n, sent[name], take)
	case atom.Button:
		take(attr(n, "value")) // pressing it again sends it
	case atom.Input:
		switch attr(n, "type") {
		case "password", "file", "image", "reset", "button":
		case "submit":
			take(attr(n, "value"))
		case "checkbox", "radio":
			value := "on"
			if hasAttr(n, "value") {
				value = attr(n, "value")
			}
			on := take(value)
			return func() { setFlag(n, "checked", on) }
		default:
			if v, was := next(); was {
				return func() { unfold(n, v != attr(n, "value")); setAttr(n, "value", v) }
			}
		}
	}
	return nil
}

// fillSelect chooses the options that were sent.
func fillSelect(n *html.Node, sent []string, take func(string) bool) func() {
	if sent == nil {
		return nil
	}
	chosen := map[*html.Node]bool{}
	for o := range n.Descendants() {
		if o.DataAtom == atom.Option && slices.Contains(sent, attr(o, "value")) {
			take(attr(o, "value"))
			chosen[o] = true
		}
	}
	return func() {
		for o := range n.Descendants() {
			if o.DataAtom == atom.Option {
				unfold(n, chosen[o] && !hasAttr(o, "selected") && attr(o, "value") != "")
				setFlag(o, "selected", chosen[o])
			}
		}
	}
}

// unfold opens what a control that was changed is folded away in.
func unfold(n *html.Node, changed bool) {
	for ; n != nil && changed; n = n.Parent {
		if n.DataAtom == atom.Details {
			setFlag(n, "open", true)
		}
	}
}

// place is where words about the form stand: in it, where there is room; nil: on top of the page.
func (f *drawnForm) place() *html.Node {
	switch {
	case f == nil:
		return nil
	case f.dialog != nil:
		return find(f.dialog, func(n *html.Node) bool { return strings.Contains(attr(n, "class"), "dialog-body") })
	case f.typed:
		return f.form
	}
	return nil
}

// ready makes the form stand out and carry the draft that it holds: a dialog is open, a
// button that is all there is to press has the focus, unless what it does is dangerous.
func (f *drawnForm) ready(id string) {
	f.form.InsertBefore(&html.Node{Type: html.ElementNode, Data: "input", DataAtom: atom.Input, Attr: []html.Attribute{
		{Key: "type", Val: "hidden"}, {Key: "name", Val: ui.DraftField}, {Key: "value", Val: id},
	}}, f.form.FirstChild)
	if f.dialog != nil {
		setFlag(f.dialog, "open", true)
		setFlag(f.dialog, "data-open", true)
	}
	b := f.submit()
	if b == nil || f.typed {
		return
	}
	if !strings.Contains(attr(b, "class"), "btn-danger") || f.dialog == nil {
		setFlag(b, "autofocus", true)
	}
	if f.dialog == nil {
		setAttr(b, "class", strings.TrimSpace(attr(b, "class")+" btn-ready"))
	}
}

// submit is the button that sends the form. One that skips its checks only searches in it.
func (f *drawnForm) submit() *html.Node {
	return find(f.form, func(n *html.Node) bool {
		return n.DataAtom == atom.Button && (attr(n, "type") == "submit" || attr(n, "type") == "") && !hasAttr(n, "disabled") && !hasAttr(n, "formnovalidate")
	})
}

// button is what stands on the button that sends the form; "" without one.
func (f *drawnForm) button() string {
	b := f.submit()
	if b == nil {
		return ""
	}
	if label := attr(b, "aria-label"); label != "" {
		return label
	}
	var words []string
	for n := range b.Descendants() {
		if n.Type == html.TextNode {
			words = append(words, strings.Fields(n.Data)...)
		}
	}
	return strings.Join(words, " ")
}

// drawNodes draws a component as nodes to go into at.
func drawNodes(ctx context.Context, component templ.Component, at *html.Node) ([]*html.Node, error) {
	var b bytes.Buffer
	if err := component.Render(ctx, &b); err != nil {
		return nil, fmt.Errorf("render: %w", err)
	}
	return html.ParseFragment(&b, at)
}

func find(root *html.Node, is func(*html.Node) bool) *html.Node {
	for n := range root.Descendants() {
		if n.Type == html.ElementNode && is(n) {
			return n
		}
	}
	return nil
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func hasAttr(n *html.Node, name string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
}

func setAttr(n *html.Node, name, value string) {
	setFlag(n, name, false)
	n.Attr = append(n.Attr, html.Attribute{Key: name, Val: value})
}

// setFlag puts an attribute without a value there, or takes the attribute away.
func setFlag(n *html.Node, name string, on bool) {
	n.Attr = slices.DeleteFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
	if on {
		n.Attr = append(n.Attr, html.Attribute{Key: name})
	}
}

// setText replaces what an element holds by text.
func setText(n *html.Node, text string) {
	was := ""
	for n.FirstChild != nil {
		was += n.FirstChild.Data
		n.RemoveChild(n.FirstChild)
	}
	n.AppendChild(&html.Node{Type: html.TextNode, Data: text})
	unfold(n, text != was)
}
