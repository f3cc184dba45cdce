package handlers

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/okta"
	"gatehouse/web/templates/linked"
	"gatehouse/web/templates/ui"
)

// readDefinitions reads the relationships that the org defines.
func (h *console) readDefinitions(ctx context.Context) ([]okta.Object, error) {
	return h.objects(ctx, okta.Call{Op: okta.Find("listLinkedObjectDefinitions")})
}

// listDefinitions is the page of them.
func (h *console) listDefinitions(c *gin.Context) (View, error) { return h.definitionsScreen(c) }

func (h *console) definitionsScreen(c *gin.Context) (Screen, error) {
	ctx := c.Request.Context()
	docs, err := h.readDefinitions(ctx)
	if err != nil {
		return Screen{}, err
	}
	l := linked.List{MayAdd: h.may(ctx, "addLinkedObjectDefinition"), MayEnd: h.may(ctx, "deleteLinkedObjectDefinition")}
	for _, d := range docs {
		l.Rows = append(l.Rows, linked.Definition{Primary: definitionSide(d, "primary"), Associated: definitionSide(d, "associated")})
	}
	return Screen{
		Around: About{Title: "Linked objects", Section: "linked-objects"},
		Body:   linked.Page(l), Part: linked.Definitions(l), Data: listOf(noneNil(docs), ""),
	}, nil
}

func definitionSide(d okta.Object, side string) linked.Side {
	return linked.Side{Name: d.Text(side, "name"), Title: d.Text(side, "title"), Description: d.Text(side, "description")}
}

// newDefinition is the empty form.
func (h *console) newDefinition(c *gin.Context) (View, error) {
	ctx := c.Request.Context()
	if !h.may(ctx, "addLinkedObjectDefinition") {
		return nil, h.notPermitted(ctx, "addLinkedObjectDefinition")
	}
	return definitionForm(url.Values{"form_id": {rand.Text()}}, nil, ""), nil
}

func definitionForm(typed url.Values, wrong map[string]string, problem string) Screen {
	n := linked.New{FormID: typed.Get("form_id"), Reason: typed.Get("reason"), Problem: problem}
	fields := func(side, name, title string) []ui.Field {
		out := []ui.Field{
			{Name: side + ".name", Label: "Name", Required: true, MaxLength: 128, Help: "Letters, digits and underscores, such as " + name},
			{Name: side + ".title", Label: "Title", Required: true, MaxLength: 128, Help: "What people read, such as " + title},
			{Name: side + ".description", Label: "Description", MaxLength: 255},
		}
		for i := range out {
			out[i].Value, out[i].Error, out[i].Autocomplete = typed.Get(out[i].Name), wrong[out[i].Name], "off"
		}
		return out
	}
	n.Primary, n.Associated = fields("primary", "manager", "Manager"), fields("associated", "report", "Report")
	return Screen{Around: About{Title: "Add definition", Section: "linked-objects"}, Body: linked.NewPage(n), Part: linked.NewForm(n)}
}

// addDefinition adds one. Sent twice, the second shows what the first made (fault 17).
func (h *console) addDefinition(c *gin.Context) (View, error) {
	ctx := c.Request.Context()
	body := map[string]map[string]string{}
	for _, side := range []string{"primary", "associated"} {
		body[side] = map[string]string{"type": "USER"}
		for _, f := range []string{"name", "title", "description"} {
			body[side][f] = strings.TrimSpace(c.PostForm(side + "." + f))
		}
	}
	doc, err := h.once.do(formKey(ctx, c.PostForm("form_id")), h.config.Now(), func() (okta.Object, error) {
		resp, err := h.config.Org.Do(ctx, okta.Call{Op: okta.Find("addLinkedObjectDefinition"), Body: encoded(body), Reason: reason(c)})
		if err != nil {
			return okta.Object{}, err
		}
		return resp.Object()
	})
	if wrong, problem := wrongDefinition(err); wrong != nil && wanted(c.Request) != document {
		return refused(definitionForm(c.Request.PostForm, wrong, problem)), nil
	}
	if err != nil {
		return nil, err
	}
	return redirect("/linked-objects", doc, ui.Message{Kind: "ok", Title: doc.Text("primary", "title") + " and " + doc.Text("associated", "title") + " are defined."}), nil
}

// wrongDefinition reads what the org does not accept in a definition, by field; nil
// where err is about something else.
func wrongDefinition(err error) (fields map[string]string, problem string) {
	var refusal *okta.Error
	if !errors.As(err, &refusal) || refusal.Status != http.StatusBadRequest && refusal.Status != http.StatusConflict {
		return nil, ""
	}
	fields = map[string]string{}
	for _, cause := range refusal.Causes {
		name, words, ok := strings.Cut(cause.Summary, ": ")
		switch {
		case ok && strings.Contains(name, "."):
			fields[name] = words
		case refusal.Code == "E0000127" && strings.Contains(cause.Summary, "primary"):
			fields["primary.name"] = "Another definition has this name"
		case refusal.Code == "E0000127":
			fields["associated.name"] = "Another definition, or the other side, has this name"
		default:
			problem += cause.Summary + " "
		}
	}
	if len(fields) == 0 && problem == "" {
		problem = orgProblem(refusal).Message
	}
	return fields, problem
}

// deleteDefinition removes a definition with its links, once its name is typed (security 38).
func (h *console) deleteDefinition(c *gin.Context) (View, error) {
	ctx, name := c.Request.Context(), c.Param("name")
	if !strings.EqualFold(strings.TrimSpace(c.PostForm("confirm")), name) {
		return nil, notConfirmed("Not deleted", "name", name)
	}
	args := map[string]string{"linkedObjectName": name}
	resp, err := h.config.Org.Do(ctx, okta.Call{Op: okta.Find("getLinkedObjectDefinition"), Args: args})
	if err != nil {
		return nil, err
	}
	doc, err := resp.Object()
	if err != nil {
		return nil, err
	}
	if _, err := h.config.Org.Do(ctx, okta.Call{Op: okta.Find("deleteLinkedObjectDefinition"), Args: args, Before: doc, Reason: reason(c)}); err != nil {
		return nil, err
	}
	done := ui.Message{Kind: "ok", Title: doc.Text("primary", "title") + " and " + doc.Text("associated", "title") + " are deleted."}
	if wanted(c.Request) != fragment {
		return redirect("/linked-objects", doc, done), nil
	}
	v, err := h.definitionsScreen(c)
	v.Around.Messages = []ui.Message{done}
	return v, err
}
