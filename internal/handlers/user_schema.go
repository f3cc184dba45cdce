package handlers

import (
	"context"
	"encoding/json"
	"sync"
	"time"

	"gatehouse/internal/okta"
)

// attribute is one attribute of a user schema, as much of it as pages need.
type attribute struct {
	// Name is the profile's key.
	Name   string `json:"-"`
	Title  string `json:"title"`
	Type   string `json:"type"`
	Custom bool   `json:"-"`

	Required   bool              `json:"-"`
	Mutability string            `json:"mutability"`
	Scope      string            `json:"scope"`
	MinLength  int               `json:"minLength"`
	MaxLength  int               `json:"maxLength"`
	Enum       []json.RawMessage `json:"enum"`
	OneOf      []struct {
		Const json.RawMessage `json:"const"`
		Title string          `json:"title"`
	} `json:"oneOf"`
	Items struct {
		Type string `json:"type"`
	} `json:"items"`
	Master struct {
		Type string `json:"type"`
	} `json:"master"`
}

// userSchema is the attributes of a user type in the order of the schema: base, then custom.
type userSchema struct{ attributes []attribute }

func (s userSchema) find(name string) (attribute, bool) {
	for _, a := range s.attributes {
		if a.Name == name {
			return a, true
		}
	}
	return attribute{}, false
}

// schemaLife is how long a read schema is used again: a list needs no call for it.
const schemaLife = 30 * time.Second

// schemaCache keeps schemas by id. Who may not read schemas never gets one from it:
// readSchema asks Can first.
type schemaCache struct {
	mu   sync.Mutex
	kept map[string]keptSchema
}

type keptSchema struct {
	schema userSchema
	until  time.Time
}

// readSchema returns the user schema with this id ("default" or osc...), at most 30 s old.
func (h *console) readSchema(ctx context.Context, id string) (userSchema, error) {
	return h.keptSchema(ctx, okta.Call{Op: okta.Find("getUserSchema"), Args: map[string]string{"schemaId": id}}, id)
}

// keptSchema is the schema that the call gives, kept under key; empty where it may not be read.
func (h *console) keptSchema(ctx context.Context, call okta.Call, key string) (userSchema, error) {
	if !h.may(ctx, call.Op.ID) {
		return userSchema{}, nil
	}
	now := h.config.Now()
	h.schemas.mu.Lock()
	k, ok := h.schemas.kept[key]
	h.schemas.mu.Unlock()
	if ok && now.Before(k.until) {
		return k.schema, nil
	}
	resp, err := h.config.Org.Do(ctx, call)
	if err != nil {
		return userSchema{}, err
	}
	doc, err := resp.Object()
	if err != nil {
		return userSchema{}, err
	}
	s, err := parseSchema(doc)
	if err != nil {
		return userSchema{}, err
	}
	h.schemas.mu.Lock()
	defer h.schemas.mu.Unlock()
	if h.schemas.kept == nil || len(h.schemas.kept) > 100 {
		h.schemas.kept = map[string]keptSchema{}
	}
	h.schemas.kept[key] = keptSchema{s, now.Add(schemaLife)}
	return s, nil
}

func parseSchema(doc okta.Object) (userSchema, error) {
	var s userSchema
	for _, part := range []string{"base", "custom"} {
		definition := doc.Object("definitions", part)
		if definition.IsZero() {
			continue
		}
		var required []string
		if raw := definition.Get("required"); raw != nil {
			if err := json.Unmarshal(raw, &required); err != nil {
				return s, err
			}
		}
		properties := definition.Object("properties")
		for _, name := range properties.Keys() {
			a := attribute{Name: name, Custom: part == "custom"}
			if err := json.Unmarshal(properties.Get(name), &a); err != nil {
				return s, err
			}
			for _, r := range required {
				a.Required = a.Required || r == name
			}
			s.attributes = append(s.attributes, a)
		}
	}
	return s, nil
}
