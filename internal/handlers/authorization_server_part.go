package handlers

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"strconv"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/okta"
	"gatehouse/web/templates/authserver"
	"gatehouse/web/templates/ui"
)

// serverPart is a kind of thing that a server has: scopes, claims, policies and their
// rules. Their pages differ in the form alone.
type serverPart struct {
	// noun and plural are what people read, tab is its place in the address, arg the
	// parameter of the operations.
	noun, plural, tab, arg string
	// The operations; activate and deactivate are "" where the status is a field of the form.
	list, get, add, update, remove, activate, deactivate string
	// keys are the fields of the document that the form holds.
	keys []string
	// ordered parts have a priority, which decides who comes first.
	ordered bool
	columns []ui.Column
	row     func(h *console, b *partBook, doc okta.Object) []ui.Cell
	// form fills the sections of the form; book reads what it and row need besides.
	form func(h *console, c *gin.Context, at partPlace, doc okta.Object, sent sentForm) (authserver.Form, error)
	book func(h *console, ctx context.Context, docs []okta.Object) (*partBook, error)
	body func(c *gin.Context, doc okta.Object) okta.Object
	// newNote heads the form that adds; none stands where there are none; deleted says what a deletion does.
	newNote, listNote string
	none              ui.Nothing
	deleted           []string
	// off says what deactivating does.
	off string
}

// partBook is what rows need beside their documents: the names of what these name by id.
type partBook struct{ clients, groups map[string]string }

// partPlace is where a part stands: its server and, for a rule, its policy.
type partPlace struct {
	server, policy okta.Object
	// path is the address of the list that it is in; args are the path parameters of that list's operations.
	path string
	args map[string]string
}

// argsOf are the path parameters of one of the parts.
func (at partPlace) argsOf(p *serverPart, id string) map[string]string {
	args := maps.Clone(at.args)
	args[p.arg] = id
	return args
}

func (at partPlace) pathOf(doc okta.Object) string {
	return at.path + "/" + url.PathEscape(doc.Text("id"))
}

// back is the page that lists the parts of the place.
func (at partPlace) back(p *serverPart) string {
	if p == serverRulePart {
		return serverPath(at.server) + "/policies/" + url.PathEscape(at.policy.Text("id"))
	}
	return at.path
}

// placeOf reads where the address stands and, where it names one, the part.
func (h *console) placeOf(c *gin.Context, p *serverPart) (at partPlace, doc okta.Object, err error) {
	id, policy, one := c.Param("id"), c.Param("policy"), c.Param("part")
	if p == serverPolicyPart {
		one = policy
	}
	at.args, at.path = serverArg(id), serversPath+"/"+url.PathEscape(id)+"/"+p.tab
	if p == serverRulePart {
		at.args["policyId"] = policy
		at.path = serversPath + "/" + url.PathEscape(id) + "/policies/" + url.PathEscape(policy) + "/rules"
	}
	reads := []func(context.Context) error{func(ctx context.Context) (err error) {
		at.server, err = h.readServer(ctx, id)
		return err
	}}
	if p == serverRulePart {
		reads = append(reads, func(ctx context.Context) (err error) {
			at.policy, err = h.readDocument(ctx, okta.Call{Op: okta.Find("getAuthorizationServerPolicy"), Args: map[string]string{"authServerId": id, "policyId": policy}}, "Access policy")
			return err
		})
	}
	if one != "" {
		args := at.argsOf(p, one) // before the reads, which write to at
		reads = append(reads, func(ctx context.Context) (err error) {
			doc, err = h.readDocument(ctx, okta.Call{Op: okta.Find(p.get), Args: args}, upper(p.noun))
			return err
		})
	}
	err = together(c.Request.Context(), reads...)
	return at, doc, err
}

// partsTab is the tab that lists the parts of a kind.
func (h *console) partsTab(c *gin.Context, server okta.Object, p *serverPart) (View, error) {
	at := partPlace{server: server, path: serverPath(server) + "/" + p.tab, args: serverArg(server.Text("id"))}
	t, docs, err := h.partTable(c, at, p)
	if err != nil {
		return nil, err
	}
	v := h.serverScreen(c, server, p.tab, authserver.Listing(t))
	if c.Query("after") != "" {
		v.Part = authserver.Rows(t)
	}
	v.Data = listOf(noneNil(docs), t.Next)
	return v, nil
}

// partTable is the parts of a kind, with their order where they have one.
func (h *console) partTable(c *gin.Context, at partPlace, p *serverPart) (t authserver.Table, docs []okta.Object, err error) {
	ctx := c.Request.Context()
	docs, next, err := h.further(ctx, okta.Call{Op: okta.Find(p.list), Args: at.args, Query: url.Values{}}, c.Request.URL)
	if err != nil {
		return t, nil, err
	}
	book := &partBook{}
	if p.book != nil {
		if book, err = p.book(h, ctx, docs); err != nil {
			return t, nil, err
		}
	}
	t = authserver.Table{Title: upper(p.plural), Note: p.listNote, Columns: p.columns, Next: next, None: p.none, AddLabel: "Add " + p.noun}
	if h.may(ctx, p.add) {
		t.Add = at.path + "/new"
	}
	if p.ordered {
		byPriority(docs)
	} else {
		ownFirst(docs)
	}
	moves := p.ordered && h.may(ctx, p.update)
	for i, d := range docs {
		r := authserver.Row{Name: d.Text("name"), Href: at.pathOf(d), Cells: p.row(h, book, d)}
		if isTrue(d, "system") {
			r.Note = "System"
		}
		if p.ordered {
			r.Place = strconv.Itoa(i + 1)
		}
		if moves && i > 0 && r.Note == "" {
			r.Up = at.pathOf(d) + "/move?to=" + strconv.Itoa(i)
		}
		if moves && i+1 < len(docs) && r.Note == "" && !isTrue(docs[i+1], "system") {
			r.Down = at.pathOf(d) + "/move?to=" + strconv.Itoa(i+2)
		}
		t.Rows = append(t.Rows, r)
	}
	return t, docs, nil
}

// partPages are the pages of the parts of one kind.
type partPages struct {
	h *console
	p *serverPart
}

// get is the page of one.
func (x partPages) get(c *gin.Context) (View, error) {
	h, p := x.h, x.p
	at, doc, err := h.placeOf(c, p)
	if err != nil {
		return nil, err
	}
	return h.partScreen(c, p, at, doc, keptPart(c, at.pathOf(doc)))
}

// keptPart is the draft that the page of a form brings back, where it is of the form with
// this action: a picker shows what was picked in it.
func keptPart(c *gin.Context, action string) sentForm {
	if keptForm(c, action) {
		return sentForm{typed: c.Request.PostForm}
	}
	return sentForm{}
}

// blank is the form that adds one.
func (x partPages) blank(c *gin.Context) (View, error) {
	h, p := x.h, x.p
	if err := h.permitted(c.Request.Context(), p.add); err != nil {
		return nil, err
	}
	at, _, err := h.placeOf(c, p)
	if err != nil {
		return nil, err
	}
	sent := keptPart(c, at.path+"/new")
	if sent.typed == nil {
		sent = newForm()
	}
	return h.partScreen(c, p, at, okta.Object{}, sent)
}

// create adds one. Sent twice, the second shows what the first made (fault 17).
func (x partPages) create(c *gin.Context) (View, error) {
	h, p := x.h, x.p
	ctx := c.Request.Context()
	at, _, err := h.placeOf(c, p)
	if err != nil {
		return nil, err
	}
	if !saves(c) {
		return h.partScreen(c, p, at, okta.Object{}, sentForm{typed: c.Request.PostForm})
	}
	doc, err := h.once.do(formKey(ctx, c.PostForm("form_id")), h.config.Now(), func() (okta.Object, error) {
		resp, err := h.config.Org.Do(ctx, okta.Call{Op: okta.Find(p.add), Args: at.args, Body: p.body(c, okta.Object{}), Reason: reason(c)})
		if err != nil {
			return okta.Object{}, err
		}
		return resp.Object()
	})
	return h.partSaved(c, p, at, okta.Object{}, doc, err, " was added.")
}

// edit saves the form. The org takes the whole document: what the form does not know goes along.
func (x partPages) edit(c *gin.Context) (View, error) {
	h, p := x.h, x.p
	at, before, err := h.placeOf(c, p)
	if err != nil {
		return nil, err
	}
	if !saves(c) {
		return h.partScreen(c, p, at, before, sentForm{typed: c.Request.PostForm})
	}
	body := p.body(c, before)
	if base := c.PostForm("base"); base != "" && base != baseOf(before, p.keys) {
		if wanted(c.Request) == document {
			return nil, errChanged
		}
		v, err := h.partScreen(c, p, at, before, sentForm{typed: c.Request.PostForm, clash: clashOf(before, body, p.keys)})
		v.Around.Status = errChanged.Status
		return v, err
	}
	doc, err := h.putPart(c, p, at, before, body)
	return h.partSaved(c, p, at, before, doc, err, " is saved.")
}

func (h *console) putPart(c *gin.Context, p *serverPart, at partPlace, before, body okta.Object) (okta.Object, error) {
	resp, err := h.config.Org.Do(c.Request.Context(), okta.Call{
		Op: okta.Find(p.update), Args: at.argsOf(p, before.Text("id")), Body: body.Without("_links", "_embedded"), Before: before, Reason: reason(c),
	})
	if err != nil {
		return okta.Object{}, err
	}
	return resp.Object()
}

// partSaved leads to what was saved, or draws the form again with what was refused.
func (h *console) partSaved(c *gin.Context, p *serverPart, at partPlace, before, doc okta.Object, err error, done string) (View, error) {
	if why, is := formRefusal(err); is {
		if wanted(c.Request) == document {
			return nil, why
		}
		v, err := h.partScreen(c, p, at, before, sentForm{typed: c.Request.PostForm, why: why})
		return refused(v), err
	}
	if err != nil {
		return nil, err
	}
	to := at.back(p)
	if p == serverPolicyPart {
		to = at.pathOf(doc) // its rules come next
	}
	return redirect(to, doc, ui.Message{Kind: "ok", Title: doc.Text("name") + done}), nil
}

// move gives a policy or rule another place in the order; the org makes room.
func (x partPages) move(c *gin.Context) (View, error) {
	h, p := x.h, x.p
	at, before, err := h.placeOf(c, p)
	if err != nil {
		return nil, err
	}
	to, err := strconv.Atoi(c.Query("to"))
	if err != nil || to < 1 || to > maxPriority {
		return nil, problem{Status: http.StatusBadRequest, Code: "priority", Title: "This is no place in the order", Message: "Reload the page and move it again."}
	}
	doc, err := h.putPart(c, p, at, before, before.With("priority", to))
	if err != nil {
		return nil, err
	}
	return redirect(at.back(p), doc, ui.Message{Kind: "ok", Title: doc.Text("name") + " is number " + strconv.Itoa(to) + " now."}), nil
}

// maxPriority bounds the places that an address may ask for.
const maxPriority = 10_000

func (x partPages) activate(c *gin.Context) (View, error) {
	return x.turn(c, x.p.activate, " is active.")
}

func (x partPages) deactivate(c *gin.Context) (View, error) {
	return x.turn(c, x.p.deactivate, " is inactive.")
}

// turn activates or deactivates one.
func (x partPages) turn(c *gin.Context, op, done string) (View, error) {
	at, doc, err := x.h.placeOf(c, x.p)
	if err != nil {
		return nil, err
	}
	_, err = x.h.config.Org.Do(c.Request.Context(), okta.Call{Op: okta.Find(op), Args: at.argsOf(x.p, doc.Text("id")), Before: doc, Reason: reason(c)})
	if err != nil {
		return nil, err
	}
	return redirect(at.pathOf(doc), doc, ui.Message{Kind: "ok", Title: doc.Text("name") + done}), nil
}

// remove removes one, once its name is typed (security 38).
func (x partPages) remove(c *gin.Context) (View, error) {
	h, p := x.h, x.p
	at, doc, err := h.placeOf(c, p)
	if err != nil {
		return nil, err
	}
	if !confirmed(c, doc.Text("name"), doc.Text("id")) {
		return nil, notConfirmed("Not deleted", "name", doc.Text("name"))
	}
	_, err = h.config.Org.Do(c.Request.Context(), okta.Call{Op: okta.Find(p.remove), Args: at.argsOf(p, doc.Text("id")), Before: doc, Reason: reason(c)})
	if err != nil {
		return nil, err
	}
	return redirect(at.back(p), doc, ui.Message{Kind: "ok", Title: doc.Text("name") + " is deleted."}), nil
}
