package handlers

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"iter"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/audit"
	"gatehouse/internal/auth"
	"gatehouse/internal/okta"
)

const (
	// exportLimit is how many rows one file may hold.
	exportLimit = 100_000
	// exportPage is how many rows a call of an export reads: the most that the org gives.
	exportPage = "200"
	// exportPatience bounds the reading and sending of one page, exportWait the waiting
	// for the org's rate limit in it.
	exportPatience = 3 * time.Minute
	exportWait     = 90 * time.Second
)

// sheet is a list as a file: what its columns are called and what a document puts there.
type sheet struct {
	// file is its name without date and ending, audited its name in the trail.
	file, audited string
	head          []string
	row           func(okta.Object) []string
	// detail is what the trail says of it.
	detail map[string]string
}

// exportDirectory sends a list with the search, chips, order and columns of its address.
func (h *console) exportDirectory(c *gin.Context, d *directory) (View, error) {
	ctx := c.Request.Context()
	a, err := d.read(ctx, h, c.Request.URL)
	if err != nil {
		return nil, err
	}
	if a.fault != nil {
		return nil, problem{
			Status: http.StatusBadRequest, Code: "expression", Title: "Nothing was exported",
			Message: "This expression cannot be read: " + a.fault.Error(), Err: a.fault,
		}
	}
	a.query.Set("limit", exportPage)
	return h.export(c, d.sheet(a), h.exportPages(ctx, okta.Call{Op: okta.Find(d.op), Query: a.query}))
}

// sheet has the columns of the address.
func (d *directory) sheet(a asked) sheet {
	s := sheet{file: d.file, audited: d.audited, head: []string{d.name.Label}}
	var names []string
	for _, c := range a.columns {
		s.head, names = append(s.head, c.Label), append(names, c.Name)
	}
	s.row = func(doc okta.Object) []string {
		row := []string{d.named(doc)}
		for _, name := range names {
			row = append(row, groupText(doc, name))
		}
		return row
	}
	s.detail = map[string]string{"search": a.search, "columns": strings.Join(names, " ")}
	return s
}

// exportPages reads all pages of a call, as patiently as an export may.
func (h *console) exportPages(ctx context.Context, call okta.Call) iter.Seq2[[]okta.Object, error] {
	call.Patience = exportWait
	return func(yield func([]okta.Object, error) bool) {
		for resp, err := range h.config.Org.Pages(ctx, call) {
			var docs []okta.Object
			if err == nil {
				docs, err = resp.Objects()
			}
			if !yield(docs, err) || err != nil {
				return
			}
		}
	}
}

// export sends documents as CSV (RFC 4180), a page at a time. Once the first bytes are
// out, a failure ends the connection without the end of the answer, so that the browser
// shows a failed download and never a file that looks whole.
func (h *console) export(c *gin.Context, s sheet, pages iter.Seq2[[]okta.Object, error]) (View, error) {
	ctx := c.Request.Context()
	e := &export{h: h, c: c, sheet: s}
	if err := e.permitted(ctx); err != nil {
		return nil, err
	}
	for docs, err := range pages {
		if err == nil {
			err = e.page(ctx, docs)
		}
		if err != nil {
			return nil, e.fail(ctx, err)
		}
	}
	return nil, nil
}

// noExport are the roles that see people and groups only to give them apps or access:
// reading is theirs, carrying all of it away is not (security 40) [assumed].
var noExport = []string{"APP_ADMIN", "API_ACCESS_MANAGEMENT_ADMIN", "MOBILE_ADMIN"}

// mayExport tells whether one of the person's roles may carry lists away; it may where
// the org does not tell the roles.
func mayExport(s *auth.Session) bool {
	return !s.RolesKnown || slices.ContainsFunc(s.Roles, func(r auth.Role) bool {
		return r.Status != "INACTIVE" && !slices.Contains(noExport, r.Type)
	})
}

// permitted refuses an export to roles without it, and records that.
func (e *export) permitted(ctx context.Context) error {
	if mayExport(auth.From(ctx)) {
		return nil
	}
	why := "Your admin role reads this list but may not export it. A super admin can give you a role that does, such as read-only admin."
	if err := e.record(ctx, audit.Refused, errors.New("not permitted")); err != nil {
		return err
	}
	return problem{Status: http.StatusForbidden, Code: "not_permitted", Title: "Nothing was exported", Message: why}
}

// errExportLimit ends an export of more people than a file may hold.
var errExportLimit = fmt.Errorf("more than %d rows: narrow the search and export in parts", exportLimit)

// export is one file under way.
type export struct {
	h     *console
	c     *gin.Context
	sheet sheet
	begun bool
	rows  int
}

// page sends some documents. The first ones put the export into the trail before
// anything leaves: what cannot be recorded is not exported.
func (e *export) page(ctx context.Context, docs []okta.Object) error {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	if !e.begun {
		if err := e.record(ctx, audit.Success, nil); err != nil {
			return err
		}
		e.begin()
		if err := w.Write(inertRow(e.sheet.head)); err != nil {
			return err
		}
	}
	for _, d := range docs {
		if e.rows++; e.rows > exportLimit {
			return errExportLimit
		}
		if err := w.Write(inertRow(e.sheet.row(d))); err != nil {
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
	name := e.sheet.file + "-" + e.h.config.Now().UTC().Format("2006-01-02-150405") + ".csv"
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
	entry := audit.Entry{Operation: e.sheet.audited, Result: result, Detail: maps.Clone(e.sheet.detail)}
	if err != nil {
		entry.Error = err.Error()
		entry.Detail["rows"] = strconv.Itoa(e.rows)
	}
	return e.h.config.Trail.Write(ctx, entry)
}

func inertRow(texts []string) []string {
	row := make([]string, len(texts))
	for i, text := range texts {
		row[i] = inert(text)
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
func exportURL(path string, u *url.URL) string {
	q := u.Query()
	for _, name := range []string{"after", "limit", "d"} {
		q.Del(name)
	}
	to := url.URL{Path: path, RawQuery: q.Encode()}
	return with(&to, "", "")
}
