package audit

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"gatehouse/internal/okta"
	"github.com/wI2L/jsondiff"
)

var emptyDocument = okta.Object{}.Without()

// Difference is one field that a change changed. Before or After is nil where the field was or is absent.
type Difference struct {
	// Path is a JSON pointer (RFC 6901), such as "/profile/firstName".
	Path          string
	Before, After json.RawMessage
}

// Diff returns the fields in which After differs from Before, by their paths. Both must
// be states of one document: many answers are none (suspendUser answers {}), and then
// there is no difference to show. Of a create everything is new.
func (c Change) Diff() ([]Difference, error) {
	before, err := document(c.Before)
	if err != nil {
		return nil, nil // a list, or nothing that has fields
	}
	after, err := document(c.After)
	if err != nil || after.IsZero() {
		return nil, nil
	}
	switch id := after.Text("id"); {
	case before.IsZero() && c.Method == "POST" && id != "" && !slices.Contains(slices.Collect(maps.Values(c.Args)), id):
		before = emptyDocument
	case before.IsZero(), before.Text("id") != id, id == "" && c.Method == "POST":
		return nil, nil
	}
	patch, err := jsondiff.CompareJSON(before.Bytes(), after.Bytes(), jsondiff.UnmarshalFunc(unmarshal))
	if err != nil {
		return nil, fmt.Errorf("compare before and after: %w", err)
	}
	var out []Difference
	for _, op := range patch {
		d := Difference{Path: op.Path}
		if op.Type != jsondiff.OperationAdd {
			d.Before, err = json.Marshal(op.OldValue)
		}
		if err == nil && op.Type != jsondiff.OperationRemove {
			d.After, err = json.Marshal(op.Value)
		}
		if err != nil {
			return nil, fmt.Errorf("compare before and after: %w", err)
		}
		out = append(out, d)
	}
	return out, nil
}

// unmarshal keeps numbers as their text.
func unmarshal(b []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	return d.Decode(v)
}
