package org

import (
	"bytes"
	"database/sql"
	"encoding/xml"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"regexp"
	"strings"
	"unicode/utf8"

	"gatehouse/internal/db"
	"gatehouse/internal/okta"
)

// logoPath is where uploaded logos are served, to everybody ("recorded": the path at the vendor's own host).
const logoPath = "/fs/bco/4/"

// logoMember is the member of a stored application that names its uploaded logo.
const logoMember = "logoFile"

// svgImage is served so that it can run nothing: no script, no request, no origin of its own.
const (
	svgImage = "image/svg+xml"
	inert    = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
)

var logoID = regexp.MustCompile(`^fs[0-9A-Za-z]{18}$`)

// appLogo is a logo that was uploaded.
type appLogo struct {
	id, mediaType string
	data          []byte
}

// logoTypes are the content types that an upload comes in.
var logoTypes = []string{"multipart/form-data"}

// uploadApplicationLogo sets the logo of an application: PNG, JPG, GIF or SVG in UTF-8,
// less than 1 MB, as the part "file" of a form. The answer is 201 with the address ("recorded").
func uploadApplicationLogo(o *Org, r *Request) (Reply, error) {
	data, err := uploadedFile(r)
	if err != nil {
		return Reply{}, err
	}
	logo := appLogo{id: o.NewID("fs"), mediaType: imageType(data), data: data}
	switch {
	case len(data) >= 1<<20:
		return Reply{}, invalid("file", "file: The file must be smaller than 1 MB")
	case logo.mediaType == "":
		return Reply{}, invalid("file", "file: The file must be in PNG, JPG, GIF or SVG format")
	}
	err = o.update(r, func(tx *Tx) error {
		app, err := tx.argumentApp(r)
		if err != nil {
			return err
		}
		_, err = tx.q.Exec(tx.ctx, `INSERT INTO app_logo (app, id, media_type, data) VALUES ($1, $2, $3, $4)
			ON CONFLICT (app) DO UPDATE SET id = excluded.id, media_type = excluded.media_type, data = excluded.data`, app.Text("id"), logo.id, logo.mediaType, logo.data)
		if err != nil {
			return err
		}
		if _, err = tx.putApp(app.With(logoMember, okta.Object{}.With("id", logo.id).With("type", logo.mediaType))); err != nil {
			return err
		}
		tx.log(appEvent(app, "application.configuration.update_logo", "Change app logo"))
		return nil
	})
	if err != nil {
		return Reply{}, err
	}
	return Reply{Status: http.StatusCreated, Header: http.Header{"Location": {o.baseURL + logoPath + logo.id}}}, nil
}

// uploadedFile is the part "file" of a form.
func uploadedFile(r *Request) ([]byte, error) {
	missing := invalid("file", "file: The field cannot be left blank")
	_, parameters, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || parameters["boundary"] == "" {
		return nil, missing
	}
	form := multipart.NewReader(bytes.NewReader(r.body), parameters["boundary"])
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			return nil, missing
		}
		if err != nil {
			return nil, fail("E0000003", "")
		}
		if part.FormName() != "file" {
			continue
		}
		data, err := io.ReadAll(part) // within the bound of the body
		if err != nil {
			return nil, fail("E0000003", "")
		}
		if len(data) == 0 {
			return nil, missing
		}
		return data, nil
	}
}

// imageType is what the bytes are, whatever they are called; "" for no image that is taken.
func imageType(data []byte) string {
	switch t := http.DetectContentType(data); t {
	case "image/png", "image/jpeg", "image/gif":
		return t
	}
	if isSVG(data) {
		return svgImage
	}
	return ""
}

// isSVG tells whether the first element is svg. A document type is refused: it may define
// entities that grow without bound.
func isSVG(data []byte) bool {
	if !utf8.Valid(data) {
		return false
	}
	d := xml.NewDecoder(bytes.NewReader(data))
	for {
		token, err := d.RawToken()
		if err != nil {
			return false
		}
		switch t := token.(type) {
		case xml.StartElement:
			return t.Name.Local == "svg"
		case xml.Directive:
			return false
		case xml.CharData:
			if len(bytes.TrimSpace(bytes.TrimPrefix(t, []byte("\ufeff")))) > 0 {
				return false
			}
		}
	}
}

// serveLogo answers with an uploaded logo, to everybody: the pages of other sites show it.
func (o *Org) serveLogo(w http.ResponseWriter, h *http.Request) {
	id := strings.TrimPrefix(h.URL.Path, logoPath)
	var logo appLogo
	err := sql.ErrNoRows
	if logoID.MatchString(id) && (h.Method == http.MethodGet || h.Method == http.MethodHead) {
		err = o.reads(h.Context()).q.QueryRow(h.Context(), `SELECT media_type, data FROM app_logo WHERE id = $1`, id).Scan(&logo.mediaType, &logo.data)
	}
	header := w.Header()
	header["X-Content-Type-Options"] = noSniff
	header.Set("Content-Security-Policy", inert)
	switch {
	case db.IsNone(err):
		http.Error(w, "There is no such file.", http.StatusNotFound)
	case err != nil:
		o.log.Error("a logo cannot be read", "error", err)
		http.Error(w, "The file cannot be read now.", http.StatusInternalServerError)
	default: // an id names the same bytes for good
		header.Set("Cache-Control", "public, max-age=31536000, immutable")
		header.Set("Content-Type", logo.mediaType)
		http.ServeContent(w, h, "", o.now(), bytes.NewReader(logo.data))
	}
}
