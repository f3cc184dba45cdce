package handlers

import (
	"context"
	"net/url"
	"sync"

	"github.com/gin-gonic/gin"
	"golang.org/x/sync/errgroup"

	"gatehouse/internal/okta"
	"gatehouse/web/templates/application"
	"gatehouse/web/templates/ui"
)

const (
	// assignedColumn is the column of who an app is assigned to: the org does not list it,
	// so that it is counted when somebody asks, for a row or for those that are shown.
	assignedColumn = "assigned"
	// countedApps is how many rows are counted for one click, each with two calls.
	countedApps = 50
)

// assignedTo counts the people and groups that an app is assigned to, each with one call.
func (h *console) assignedTo(ctx context.Context, id string) (words string, err error) {
	var people, groups counting
	err = together(ctx, func(ctx context.Context) (err error) {
		people, err = h.countOf(ctx, "listApplicationUsers", id, impactPeople, nil, nil)
		return err
	}, func(ctx context.Context) (err error) {
		groups, err = h.countOf(ctx, "listApplicationGroupAssignments", id, impactGroups, nil, nil)
		return err
	})
	return people.short("person", "people") + ", " + groups.short("group", "groups"), err
}

// short is the number in a cell.
func (c counting) short(one, many string) string {
	if c.more {
		return ui.Number(c.n) + "+ " + many
	}
	return counted(c.n, one, many)
}

// countApp is the cell of one app, counted.
func (h *console) countApp(c *gin.Context) (View, error) {
	ctx, id := c.Request.Context(), c.Param("id")
	app, err := h.readApp(ctx, id)
	if err != nil {
		return nil, err
	}
	words, err := h.assignedTo(ctx, app.Text("id"))
	if err != nil {
		return nil, err
	}
	page := application.CountPage(app.Text("label"), appPath(app), words)
	return Screen{Around: About{Title: "Apps", Section: "apps"}, Body: page, Part: application.Count(words), Data: itemOf(map[string]string{"assigned": words}, nil)}, nil
}

// countPage counts for the rows that are shown, a few at once. What cannot be counted
// keeps its button.
func (h *console) countPage(ctx context.Context, docs []okta.Object) map[string]string {
	var mu sync.Mutex
	out := map[string]string{}
	var g errgroup.Group
	g.SetLimit(bulkAtOnce)
	for _, d := range docs[:min(len(docs), countedApps)] {
		g.Go(func() error {
			if words, err := h.assignedTo(ctx, d.Text("id")); err == nil {
				mu.Lock()
				out[d.Text("id")] = words
				mu.Unlock()
			}
			return nil
		})
	}
	_ = g.Wait() // no error: a row without a number can be asked for by itself
	return out
}

// assignedCell is the cell of an app: what was counted, or the way to count it.
func assignedCell(app okta.Object, numbers map[string]string) ui.Cell {
	id := app.Text("id")
	if words, is := numbers[id]; is {
		return ui.Cell{Text: words}
	}
	return ui.Cell{Text: "Count", Ask: appsPath + "/" + url.PathEscape(id) + "/count"}
}
