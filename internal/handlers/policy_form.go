package handlers

import (
	"context"
	"crypto/rand"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/okta"
	pages "gatehouse/web/templates/policy"
	"gatehouse/web/templates/ui"
)

// policyForm is a form of a policy, or of a rule of one.
type policyForm struct {
	kind policyType
	// policy is the policy; rules are its rules, where ofRule.
	policy policyEntry
	rules  []policyEntry
	ofRule bool
	// entry is what the form is about: without an id it is new.
	entry    policyEntry
	sections []policySection
	action   string
	// v are the fields, was those of the entry as the org has it.
	v, was url.Values
	// base is the version that the fields began from.
	base, formID string
	wrong        map[string]string
	problem      string
	clash        bool
	// review shows what saving changes, affected whom too.
	review, affected bool
}

// entryBase is the version of an entry that a form begins from.
func entryBase(e policyEntry) string { return e.LastUpdated }

// ruleForm reads what the address names: a rule of a policy, or a new one.
func (h *console) ruleForm(c *gin.Context) (*policyForm, error) {
	ctx := c.Request.Context()
	p, rules, err := h.readPolicy(ctx, c.Param("id"))
	if err != nil {
		return nil, err
	}
	f := &policyForm{kind: policyTypeOf(p.Type), policy: p, rules: rules, ofRule: true, action: p.path() + "/rules/new"}
	if id := c.Param("rule"); id != "" {
		i := slices.IndexFunc(rules, func(r policyEntry) bool { return r.ID == id })
		if i < 0 {
			return nil, notFound("Rule")
		}
		f.entry, f.action = rules[i], p.rulePath(rules[i])
	}
	f.sections = ruleSections(f.kind)
	return f, f.begin(c)
}

// formOfPolicy reads what the address names: a policy, or a new one of a type.
func (h *console) formOfPolicy(c *gin.Context) (*policyForm, error) {
	f := &policyForm{}
	if id := c.Param("id"); id != "" {
		p, rules, err := h.readPolicy(c.Request.Context(), id)
		if err != nil {
			return nil, err
		}
		f.policy, f.rules, f.entry, f.kind, f.action = p, rules, p, policyTypeOf(p.Type), p.path()+"/edit"
	} else {
		f.kind = policyTypeOf(c.Query("type"))
		if f.kind.label == f.kind.key {
			return nil, notFound("Type of policy")
		}
		f.action = policiesPath + "/new?type=" + f.kind.key
	}
	f.sections = policySections(f.kind)
	return f, f.begin(c)
}

// begin fills the fields: what was sent, what a draft brings back, or the entry itself.
func (f *policyForm) begin(c *gin.Context) (err error) {
	if f.was, err = valuesOf(f.sections, f.entry); err != nil {
		return err
	}
	f.v, f.base, f.formID = f.was, entryBase(f.entry), rand.Text()
	if c.Request.Method == http.MethodPost || keptForm(c, f.action) {
		if c.Request.Method == http.MethodPost {
			if err := c.Request.ParseForm(); err != nil {
				return err
			}
		}
		for _, values := range c.Request.PostForm { // browsers send other line ends than documents have
			for i, text := range values {
				values[i] = strings.ReplaceAll(text, "\r\n", "\n")
			}
		}
		f.v, f.base, f.formID = c.Request.PostForm, c.PostForm("base"), c.PostForm("form_id")
	}
	return nil
}

func (f *policyForm) fresh() bool { return f.entry.ID == "" }

// back is where Cancel leads.
func (f *policyForm) back() string {
	if f.policy.ID == "" {
		return f.kind.path()
	}
	return f.policy.path()
}

// document is what saving would send: the document of the entry with what the form says.
func (f *policyForm) document() (okta.Object, error) {
	doc := f.entry.doc.Without("_links", "_embedded")
	if f.fresh() {
		doc = okta.Object{}.With("type", f.kind.key)
		if f.ofRule {
			doc = okta.Object{}.With("type", f.kind.rule)
		}
		if priority, asked := f.priority(); asked {
			doc = doc.With("priority", priority)
		}
	}
	return written(f.sections, f.entry, doc, f.v)
}

// priority is the place that a new rule asks for; none: behind the others.
func (f *policyForm) priority() (int, bool) {
	n, err := strconv.Atoi(f.v.Get("place"))
	if err != nil || !f.ofRule || n < 1 || n > len(f.rules) || f.rules[n-1].System {
		return 0, false
	}
	return f.rules[n-1].Priority, true
}

// placeSection asks where a new rule goes, and whether it counts at once.
func (f *policyForm) placeSection(d *policyDrawing) pages.Section {
	s := pages.Section{Title: "Place", Help: "The first rule that fits decides."}
	if f.ofRule {
		options := []ui.Option{{Value: "", Label: "Last"}}
		for i, r := range f.rules {
			if !r.System {
				options = append(options, ui.Option{Value: strconv.Itoa(i + 1), Label: strconv.Itoa(i+1) + ", before " + r.Name})
			}
		}
		if len(options) > 1 {
			field := d.field(ui.Field{Name: "place", Label: "Place", Type: "select", Options: options})
			s.Parts = append(s.Parts, pages.Part{Field: &field})
		}
	} else {
		s.Title, s.Help = "Status", ""
	}
	s.Parts = append(s.Parts, d.box("inactive", "Add it inactive", "It is kept and counts once it is activated"))
	return s
}

// screen draws the form.
func (h *console) policyFormScreen(c *gin.Context, f *policyForm) (View, error) {
	ctx := c.Request.Context()
	d, err := h.policyDrawing(ctx, f)
	if err != nil {
		return nil, err
	}
	page := pages.Form{
		Type: f.kind.label, TypeHref: f.kind.path(), Action: f.action, Back: f.back(), FormID: f.formID, Base: f.base, Reason: f.v.Get("reason"),
		Problem: f.problem, Sections: drawn(f.sections, d), Warns: f.warns(d),
	}
	f.titles(&page)
	if f.fresh() && (f.ofRule || f.kind.ranked()) {
		page.Sections = append(page.Sections, f.placeSection(d))
	}
	if f.review || f.clash {
		before := *d
		before.v, before.wrong = f.was, nil
		changes := differences(drawn(f.sections, &before), drawn(f.sections, d))
		if f.clash {
			page.Clash, page.ClashBy, page.Base = changes, h.clashWords(ctx, f), entryBase(f.entry)
		} else {
			page.Changes, page.Unchanged = changes, len(changes) == 0
			if err := h.affectedBy(ctx, f, &page); err != nil {
				return nil, err
			}
		}
	}
	h.formActs(ctx, f, &page)
	v := Screen{Around: About{Title: page.Title, Section: "policies"}, Body: pages.FormPage(page), Part: pages.FormPart(page), Data: itemOf(f.entry.doc, nil)}
	switch {
	case f.clash:
		v.Around.Status = http.StatusPreconditionFailed
	case f.problem != "" || len(f.wrong) > 0:
		v = refused(v)
	}
	return v, nil
}

func (f *policyForm) titles(page *pages.Form) {
	noun := strings.ToLower(f.kind.noun[:1]) + f.kind.noun[1:]
	if f.ofRule {
		page.Policy, page.PolicyHref, noun = f.policy.Name, f.policy.path(), "rule"
	} else if !f.fresh() {
		page.Policy, page.PolicyHref = f.policy.Name, f.policy.path()
	}
	page.Title, page.Save = "Add "+noun, "Add "+noun
	switch {
	case !f.fresh() && f.ofRule:
		page.Title, page.Save = f.entry.Name, "Save"
	case !f.fresh():
		page.Title, page.Save = "Edit "+f.entry.Name, "Save"
	}
}

// formActs lead to what else can become of what the form is about.
func (h *console) formActs(ctx context.Context, f *policyForm, page *pages.Form) {
	if f.fresh() || !f.ofRule {
		return
	}
	page.Acts = append(page.Acts, tryItem(f.kind, f.policy))
	for _, t := range []policyTurn{turnOn, turnOff, turnOut} {
		if t.open(f.entry) && h.mayOn(ctx, t.ruleOp, f.policy.ID) {
			page.Acts = append(page.Acts, pages.MenuItem{Icon: turnIcons[t.act], Label: t.verb, Href: f.action + "/" + t.act})
		}
	}
}

// affectedBy adds the way to the lab with what the form says, and who is affected by it
// where that was asked.
func (h *console) affectedBy(ctx context.Context, f *policyForm, page *pages.Form) error {
	doc, err := f.document()
	if err != nil {
		return err
	}
	if f.fresh() && f.v.Get("inactive") == "true" {
		doc = doc.With("status", "INACTIVE")
	}
	draft := policyDraft{policy: f.policy.ID, ofRule: f.ofRule, doc: doc}
	if f.ofRule {
		draft.rule = f.entry.ID
	}
	page.Lab = &pages.LabDraft{Action: labPath, Fields: append(draft.hidden(), ui.Hidden{Name: "type", Value: f.kind.key})}
	if f.affected {
		page.Crowd, err = h.affected(ctx, f.kind, draft)
	}
	return err
}

// clashWords say who was faster.
func (h *console) clashWords(ctx context.Context, f *policyForm) string {
	if rows, _ := h.lastChanges(ctx, f.entry.ID); len(rows) > 0 {
		return "changed by " + rows[0].Who + " at " + f.entry.LastUpdated
	}
	return "somebody changed this at " + f.entry.LastUpdated
}
