package handlers

import (
	"fmt"
	"iter"
	"net/url"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/okta"
	"gatehouse/internal/policy"
	pages "gatehouse/web/templates/policy"
	"gatehouse/web/templates/ui"
)

// changedShown is how many people who go from one effect to another are shown.
const changedShown = 30

// compared is the comparison of what was read.
func (r *labRead) compared() (*comparison, error) {
	c, _ := r.ask.context(r.zones)
	if !r.app.IsZero() {
		c.App = &policy.App{ID: r.app.Text("id"), Name: r.app.Text("name")}
	}
	return compare(r.ask.kind, r.names, r.set, r.ask.draft, c, r.crowd)
}

// labCrowd is what a crowd meets, as the page has it.
func (h *console) labCrowd(r *labRead) (*pages.LabCrowd, error) {
	x, err := r.compared()
	if err != nil {
		return nil, err
	}
	out := &pages.LabCrowd{Title: x.title(r.ask.draft.is()), Post: r.ask.draft.is(), Notes: x.notes(r)}
	rows, columns := x.order(0), x.order(1)
	for _, from := range rows {
		row := pages.LabRow{LabEffect: pages.LabEffect{Lines: x.met[from].lines}}
		total := 0
		for _, to := range columns {
			who := x.moves[[2]int{from, to}]
			total += len(who)
			cell := pages.LabCell{}
			if len(who) > 0 {
				cell = pages.LabCell{Count: ui.Number(len(who)), Kind: changeKind(x.of[who[0]])}
			}
			row.Cells = append(row.Cells, cell)
		}
		if row.Total = ui.Number(total); !r.ask.draft.is() {
			row.Cells = nil
		}
		out.Rows = append(out.Rows, row)
	}
	if r.ask.draft.is() {
		for _, to := range columns {
			n := 0
			for _, from := range rows {
				n += len(x.moves[[2]int{from, to}])
			}
			out.Columns = append(out.Columns, pages.LabEffect{Lines: x.met[to].lines, Total: ui.Number(n)})
		}
		out.Lists = x.lists(r.ask.kind.key, rows, columns)
	}
	if len(x.crowd.docs) > 0 {
		out.Export, out.Hidden = labPath+".csv", r.ask.hidden()
	}
	return out, nil
}

// title says who was looked at and how many change; "at least" where that is not all.
func (x *comparison) title(draft bool) string {
	of := "Of " + counted(len(x.of), "person", "people") + " of " + groupName(x.crowd.scope)
	if x.crowd.everybody {
		of = "Of " + counted(len(x.of), "person", "people")
	}
	if !x.crowd.whole {
		of = strings.Replace(of, "Of ", "Of the first ", 1)
	}
	if !draft {
		return of + ": what they meet"
	}
	n := 0
	for _, c := range x.of {
		if c != stays {
			n++
		}
	}
	least := ""
	if !x.crowd.whole && n > 0 {
		least = "at least "
	}
	return "If the draft is saved: " + strings.ToLower(of[:1]) + of[1:] + ", " + least + ui.Number(n) + " change"
}

// notes are what bounds the comparison, and what it rests on.
func (x *comparison) notes(r *labRead) (notes []string) {
	if !x.crowd.whole {
		notes = append(notes, "There are more people: the first "+ui.Number(len(x.of))+" were looked at.")
	}
	if len(x.crowd.unread) > 0 {
		notes = append(notes, "Not all members of "+counted(len(x.crowd.unread), "group", "groups")+" that conditions name were read: who is in them is not known for everybody.")
	}
	if x.unsure > 0 {
		notes = append(notes, "For "+counted(x.unsure, "person", "people")+" a condition could not be judged: it counts as not met.")
	}
	if !r.ask.kind.ranked() {
		notes = append(notes, "Everybody is counted, whether or not they have an app with this policy.")
	}
	if r.ask.Get("zone") == noZone && r.ask.box("address") == "" {
		notes = append(notes, "From an address in no zone.")
	}
	return notes
}

func changeKind(c labChange) string {
	switch c {
	case loses:
		return "bad"
	case more:
		return "warn"
	case gains, less:
		return "ok"
	case differs:
		return "info"
	}
	return ""
}

// lists are the people whom a change meets, the worst change first.
func (x *comparison) lists(kind string, rows, columns []int) (lists []pages.LabList) {
	for _, c := range labChanges {
		l := pages.LabList{Title: c.words(kind), Kind: changeKind(c)}
		total := 0
		for _, from := range rows {
			for _, to := range columns {
				who := x.moves[[2]int{from, to}]
				if len(who) == 0 || x.of[who[0]] != c {
					continue
				}
				total += len(who)
				l.Moves = append(l.Moves, x.move(from, to, who))
			}
		}
		if l.Count = ui.Number(total); total > 0 {
			lists = append(lists, l)
		}
	}
	return lists
}

// move are the people who go from one effect to another.
func (x *comparison) move(from, to int, who []int) pages.LabMove {
	m := pages.LabMove{Says: x.met[from].lines[0] + " → " + x.met[to].lines[0]}
	if x.met[from].lines[0] == x.met[to].lines[0] {
		m.Says = x.met[from].words() + " → " + x.met[to].words()
	}
	who = x.byName(who)
	for _, i := range who[:min(len(who), changedShown)] {
		d := x.crowd.docs[i]
		m.People = append(m.People, pages.Link{Name: personName(d), Href: "/people/" + url.PathEscape(d.Text("id"))})
	}
	if n := len(who) - len(m.People); n > 0 {
		m.More = "And " + ui.Number(n) + " more: export to see all."
	}
	return m
}

// hidden are the fields that ask the same again.
func (a labAsk) hidden() (fields []ui.Hidden) {
	for _, name := range []string{"type", "policy", "person", "pick_person", "app", "pick_app", "address", "zone", "platform", "risk", "registered", "managed", "group", "pick_group"} {
		if v := a.Get(name); v != "" {
			fields = append(fields, ui.Hidden{Name: name, Value: v})
		}
	}
	if a.draft.is() {
		fields = append(fields, a.draft.hidden()...)
		if a.Get("type") == "" {
			fields = append(fields, ui.Hidden{Name: "type", Value: a.kind.key})
		}
	}
	return fields
}

// exportLab is what each of a crowd meets, as a file, under the rules of an export of people.
func (h *console) exportLab(c *gin.Context) (View, error) {
	return h.exportAsk(c, labAsk{kind: labType(c.Query("type")), Values: c.Request.URL.Query()})
}

func (h *console) exportDraft(c *gin.Context) (View, error) {
	ask, err := draftAsk(c)
	if err != nil {
		return nil, err
	}
	return h.exportAsk(c, ask)
}

func (h *console) exportAsk(c *gin.Context, ask labAsk) (View, error) {
	ctx := c.Request.Context()
	if err := h.permitted(ctx, "listPolicies"); err != nil {
		return nil, err
	}
	ask.Del("person") // one person is not part of it
	ask.Del("pick_person")
	r, err := h.readLab(ctx, ask)
	if err != nil {
		return nil, err
	}
	if r.crowd == nil || !r.crowd.whole {
		return nil, problem{
			Status: 422, Code: "group", Title: "Nothing was exported",
			Message: fmt.Sprintf("Name one group of at most %s people.", ui.Number(crowdMost)),
		}
	}
	if zone := r.blocking(); zone != "" {
		return nil, problem{Status: 422, Code: "zone", Title: "Nothing was exported", Message: "The network zone “" + zone + "” blocks the address: no policy is looked at."}
	}
	x, err := r.compared()
	if err != nil {
		return nil, err
	}
	at := map[string]int{}
	for i, d := range x.crowd.docs {
		at[d.Text("id")] = i
	}
	s := sheet{
		file: "policy-lab", audited: "exportPolicyLab", head: []string{"Name", "Login", "Status", "Id", "Now", "Decided by"},
		detail: map[string]string{"type": ask.kind.key, "group": groupName(r.scope)},
	}
	if ask.draft.is() {
		s.head = append(s.head, "With the draft", "Decided then by", "Change")
		s.detail["draft"] = ask.draft.name()
	}
	s.row = func(d okta.Object) []string {
		i := at[d.Text("id")]
		row := []string{personName(d), d.Text("profile", "login"), d.Text("status"), d.Text("id"), x.met[x.from[i]].words(), x.now[i]}
		if ask.draft.is() {
			row = append(row, x.met[x.to[i]].words(), x.then[i], x.of[i].words(ask.kind.key))
		}
		return row
	}
	return h.export(c, s, chunks(x.crowd.docs))
}

// chunks are documents that are there already, a page at a time.
func chunks(docs []okta.Object) iter.Seq2[[]okta.Object, error] {
	return func(yield func([]okta.Object, error) bool) {
		for part := range slices.Chunk(docs, crowdPage) {
			if !yield(part, nil) {
				return
			}
		}
	}
}
