package handlers

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/okta"
	"gatehouse/web/templates/authserver"
	"gatehouse/web/templates/ui"
)

// partScreen is the page of a part, or of a new one where doc is zero.
func (h *console) partScreen(c *gin.Context, p *serverPart, at partPlace, doc okta.Object, sent sentForm) (Screen, error) {
	ctx := c.Request.Context()
	f, err := p.form(h, c, at, doc, sent)
	if err != nil {
		return Screen{}, err
	}
	f.Target, f.Back = "part", at.back(p)
	f.FormID, f.Reason, f.Clash = sent.typed.Get("form_id"), sent.typed.Get("reason"), sent.clash
	f.Action, f.Verb = at.path+"/new", "Add "+p.noun
	v := authserver.Part{Title: "Add " + p.noun, Note: p.newNote, Form: f}
	can := []string{}
	if !doc.IsZero() {
		v.ID, v.Title, v.System = doc.Text("id"), doc.Text("name"), isTrue(doc, "system")
		if status := doc.Text("status"); status != "" {
			v.Kind, v.Status = ui.RuleStatus(status)
		}
		v.Form.Action, v.Form.Verb, v.Form.FormID, v.Form.Base = at.pathOf(doc), "Save", "", baseOf(doc, p.keys)
		if !h.may(ctx, p.update) {
			v.Form.Locked = h.lockedWords(ctx, p.update)
		} else {
			can = append(can, p.update)
		}
		if move, op := partMove(p, at, doc); op != "" && h.may(ctx, op) {
			v.Moves, can = append(v.Moves, move), append(can, op)
		}
		if h.may(ctx, p.remove) && !v.System {
			v.Delete = &authserver.Deletion{Action: at.pathOf(doc) + "/delete", Name: v.Title, Noun: p.noun, Says: p.deleted}
			can = append(can, p.remove)
		}
		if doc.Text("created") != "" {
			v.Times = []authserver.Moment{{Label: "Created", At: doc.Text("created")}, {Label: "Updated", At: doc.Text("lastUpdated")}}
		}
		if p == serverPolicyPart {
			if v.Above, err = h.policyRules(c, at, doc); err != nil {
				return Screen{}, err
			}
		}
	}
	v.Crumbs = partCrumbs(p, at, v.Title)
	return Screen{
		Around: About{Title: v.Title, Section: serversSection}, Body: authserver.PartPage(v), Part: authserver.PartContent(v), Data: itemOf(doc, can),
	}, nil
}

func partCrumbs(p *serverPart, at partPlace, title string) []ui.Crumb {
	crumbs := []ui.Crumb{{Label: "Authorization servers", Href: serversPath}, {Label: at.server.Text("name"), Href: serverPath(at.server)}}
	if p == serverRulePart {
		crumbs = append(crumbs, ui.Crumb{Label: "Access policies", Href: serverPath(at.server) + "/policies"}, ui.Crumb{Label: at.policy.Text("name"), Href: at.back(p)})
	} else {
		crumbs = append(crumbs, ui.Crumb{Label: upper(p.plural), Href: at.path})
	}
	return append(crumbs, ui.Crumb{Label: title})
}

// partMove is what the status of a part can be changed to, and the operation that does it;
// "" where it cannot.
func partMove(p *serverPart, at partPlace, doc okta.Object) (authserver.Move, string) {
	name := doc.Text("name")
	if doc.Text("status") == "ACTIVE" {
		return authserver.Move{
			ID: "move-part", Verb: "Deactivate", Action: at.pathOf(doc) + "/deactivate", Title: "Deactivate " + name, Danger: true,
			Says: []string{p.off, "It keeps its place and can be activated again."},
		}, p.deactivate
	}
	return authserver.Move{
		ID: "move-part", Verb: "Activate", Action: at.pathOf(doc) + "/activate", Title: "Activate " + name, Says: []string{"It counts from the next request for a token."},
	}, p.activate
}

// isTrue tells whether a field of a document is true.
func isTrue(doc okta.Object, path ...string) bool { return string(doc.Get(path...)) == "true" }

// numberAt is a whole number in a document; 0 where there is none.
func numberAt(doc okta.Object, path ...string) int {
	n, _ := strconv.Atoi(string(doc.Get(path...)))
	return n
}

// byPriority puts documents into the order in which the org looks at them.
func byPriority(docs []okta.Object) {
	slices.SortStableFunc(docs, func(a, b okta.Object) int {
		return cmp.Compare(numberAt(a, "priority"), numberAt(b, "priority"))
	})
}

// ownFirst puts what an admin made before what the org made.
func ownFirst(docs []okta.Object) {
	slices.SortStableFunc(docs, func(a, b okta.Object) int {
		switch mine, theirs := isTrue(a, "system"), isTrue(b, "system"); {
		case mine == theirs:
			return 0
		case theirs:
			return -1
		}
		return 1
	})
}

// boxesOf are boxes for values, those of on ticked; what on has and values lack comes at the end.
func boxesOf(name string, values []ui.Option, on []string) (boxes []authserver.Box) {
	known := map[string]bool{}
	for _, v := range values {
		known[v.Value] = true
		boxes = append(boxes, authserver.Box{Name: name, Value: v.Value, Label: v.Label, On: slices.Contains(on, v.Value)})
	}
	for _, v := range on {
		if !known[v] {
			boxes = append(boxes, authserver.Box{Name: name, Value: v, Label: v, On: true})
		}
	}
	return boxes
}
