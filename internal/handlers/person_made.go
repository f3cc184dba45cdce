package handlers

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"gatehouse/internal/okta"
)

// personBecomes are the states that show an action as done (okta-semantics C5). An action
// without one leaves no state to be read back.
var personBecomes = map[string][]string{
	"activate": {"ACTIVE", "PROVISIONED"}, "unlock": {"ACTIVE"}, "unsuspend": {"ACTIVE"}, "suspend": {"SUSPENDED"},
	"reset-password": {"RECOVERY"}, "expire-password": {"PASSWORD_EXPIRED"}, "deactivate": {"DEPROVISIONED"}, "delete": {""},
}

// becomes reads a person back after an action whose answer was lost. It is nil where
// their state could not tell, because it is that of the action done already.
func (h *console) becomes(a personAction, p person) func(context.Context) (okta.Object, bool, error) {
	states := personBecomes[a.key]
	if states == nil || slices.Contains(states, p.status()) {
		return nil
	}
	return func(ctx context.Context) (okta.Object, bool, error) {
		resp, err := h.config.Org.Do(ctx, okta.Call{Op: okta.Find("getUser"), Args: userArg(p.id())})
		var gone *okta.Error
		if errors.As(err, &gone) && gone.Status == http.StatusNotFound {
			return okta.Object{}, a.key == "delete", nil
		}
		if err != nil {
			return okta.Object{}, false, err
		}
		doc, err := resp.Object()
		return doc, err == nil && slices.Contains(states, doc.Text("status")), err
	}
}
