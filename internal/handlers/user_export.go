package handlers

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/audit"
	"gatehouse/internal/okta"
	"gatehouse/web/templates/user"
)

const (
	// exportLimit is how many people one file may hold.
	exportLimit = 100_000
	// exportPage is how many people a call of an export reads: the most that the org gives.
	exportPage = "200"
	// exportPatience bounds the reading and sending of one page, exportWait the waiting
	// for the org's rate limit in it.
	exportPatience = 3 * time.Minute
	exportWait     = 90 * time.Second
)

// exportPeople sends the people of a list as CSV (RFC 4180): same search, filters,
// order and columns, all pages. It reads and sends one page at a time. Once the first
// bytes are out, a failure ends the connection without the end of the answer, so that
// the browser shows a failed download and never a file that looks whole.
func (h *console) exportPeople(c *gin.Context) (View, error) {
	ctx, u := c.Request.Context(), c.Request.URL
	schema, err := h.readSchema(ctx, "default")
	if err != nil {
		return nil, err
	}
	choices := columnChoices(schema, nil)
	columns := chosenColumns(u.Query(), choices)
	search, fault := userSearch(u.Query().Get("q"), h.userChips(u, schema, &user.List{Choices: choices}))
	if fault != nil {
		return nil, problem{
			Status: http.StatusBadRequest, Code: "expression", Title: "Nothing was exported",
			Message: "This expression cannot be read: " + fault.Error(), Err: fault,
		}
	}
	query := peopleQuery(u, search)
	query.Set("limit", exportPage)
	e := &export{h: h, c: c, columns: columns, search: search}
	for resp, err := range h.config.Org.Pages(ctx, okta.Call{Op: okta.Find("listUsers"), Query: query, Patience: exportWait}) {
		if err == nil {
			err = e.page(ctx, resp)
		}
		if err != nil {
			return nil, e.fail(ctx, err)
		}
	}
	return nil, nil
}

// errExportLimit ends an export of more people than a file may hold.
var errExportLimit = fmt.Errorf("more than %d people: narrow the search and export in parts", exportLimit)

// export is one file under way.
type export struct {
	h       *console
	c       *gin.Context
	columns []user.ColumnChoice
	search  string
	begun   bool
	rows    int
}

// page sends the people of one answer. The first one puts the export into the trail
// before anything leaves: what cannot be recorded is not exported.
func (e *export) page(ctx context.Context, resp *okta.Response) error {
	docs, err := resp.Objects()
	if err != nil {
		return err
	}
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	if !e.begun {
		if err := e.record(ctx, audit.Success, nil); err != nil {
			return err
		}
		e.begin()
		head := []string{"Name"}
		for _, c := range e.columns {
			head = append(head, inert(c.Label))
		}
		if err := w.Write(head); err != nil {
			return err
		}
	}
	for _, d := range docs {
		if e.rows++; e.rows > exportLimit {
			return errExportLimit
		}
		if err := w.Write(exportRow(d, e.columns)); err != nil {
			return err
		}
	}
	if w.Flush(); w.Error() != nil {
		return w.Error()
	}
	e.h.bound(e.c.Writer, e.c.Request, exportPatience)
	if _, err := e.c.Writer.Write(b.Bytes()); err != nil {
		return fmt.Errorf("send the export: %w", err)
	}
	e.c.Writer.Flush()
	return nil
}

func (e *export) begin() {
	e.begun = true
	name := "people-" + e.h.config.Now().UTC().Format("2006-01-02-150405") + ".csv"
	e.c.Header("Content-Type", "text/csv; charset=utf-8; header=present")
	e.c.Header("Content-Disposition", `attachment; filename="`+name+`"`)
	e.c.Status(http.StatusOK)
}

// fail returns the error of an export that has not begun. One under way is recorded as
// failed and ended in a way that cannot be taken for its end.
func (e *export) fail(ctx context.Context, err error) error {
	if !e.begun {
		return err
	}
	ctx = context.WithoutCancel(ctx) // the reader may be gone
	if rerr := e.record(ctx, audit.Failure, err); rerr != nil {
		err = errors.Join(err, rerr)
	}
	e.h.config.Log.WarnContext(ctx, "an export was cut off", "id", requestID(ctx), "rows", e.rows, "error", printable(err.Error()))
	panic(http.ErrAbortHandler)
}

// record writes the export into the trail as a sensitive read (contracts.md section 9).
func (e *export) record(ctx context.Context, result audit.Result, err error) error {
	var names []string
	for _, c := range e.columns {
		names = append(names, c.Name)
	}
	entry := audit.Entry{Operation: "exportUsers", Result: result, Detail: map[string]string{"search": e.search, "columns": strings.Join(names, " ")}}
	if err != nil {
		entry.Error = err.Error()
		entry.Detail["rows"] = strconv.Itoa(e.rows)
	}
	return e.h.config.Trail.Write(ctx, entry)
}

func exportRow(d okta.Object, columns []user.ColumnChoice) []string {
	row := []string{inert(personName(d))}
	for _, c := range columns {
		row = append(row, inert(cellText(d, c.Name)))
	}
	return row
}

// inert puts an apostrophe in front of text that a spreadsheet would run as a formula
// (security 29; OWASP, CSV injection).
func inert(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r\n\x00", rune(text[0])) {
		return "'" + text
	}
	return text
}

// exportURL is the address of the file that holds what the list at u shows.
func exportURL(u *url.URL) string {
	q := u.Query()
	for _, name := range []string{"after", "limit", "d"} {
		q.Del(name)
	}
	to := url.URL{Path: "/people.csv", RawQuery: q.Encode()}
	return with(&to, "", "")
}
