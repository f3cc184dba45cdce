package handlers

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/expr"
	"gatehouse/internal/okta"
	"gatehouse/internal/policy"
	"gatehouse/web/templates/authserver"
	"gatehouse/web/templates/ui"
)

// claimTrial is a claim while it is written, and whom it is tried on.
type claimTrial struct{ valueType, value, filter, person, client string }

// checkClaim says what the value of a claim means, while it is written.
func (h *console) checkClaim(c *gin.Context) (View, error) {
	ctx := c.Request.Context()
	if err := h.permitted(ctx, "listOAuth2Claims"); err != nil {
		return nil, err
	}
	apps, err := h.clientApps(ctx)
	if err != nil {
		return nil, err
	}
	check, err := h.tryClaim(ctx, apps, claimTrial{
		valueType: c.PostForm("valueType"), value: expressionText(c.PostForm("value")), filter: c.PostForm("filter"),
		person: searchable(c.PostForm("person")), client: c.PostForm("app"),
	})
	if err != nil {
		return nil, err
	}
	part := authserver.ClaimResult(check)
	return Screen{Around: About{Section: serversSection}, Body: part, Part: part, Data: itemOf(check, nil)}, nil
}

// tryClaim evaluates a claim as the org does, for the person that was named.
func (h *console) tryClaim(ctx context.Context, apps []okta.Object, t claimTrial) (check authserver.ClaimCheck, err error) {
	switch {
	case t.valueType == "SYSTEM":
		return authserver.ClaimCheck{Problem: "The org sets its value."}, nil
	case strings.TrimSpace(t.value) == "":
		return authserver.ClaimCheck{Empty: true}, nil
	}
	if t.valueType == "EXPRESSION" {
		var fault *expr.Error
		if _, err := expr.ParseClaim(t.value); errors.As(err, &fault) {
			return faultOf(fault, t.value), nil
		} else if err != nil {
			return check, err
		}
	}
	document := okta.Object{}.With("name", "value").With("status", "ACTIVE").With("claimType", policy.ClaimAccess).
		With("valueType", t.valueType).With("value", t.value).With("group_filter_type", t.filter)
	claim, err := policy.ParseClaim(document.Bytes())
	if err != nil {
		return check, err
	}
	party, err := h.readTokenParty(ctx, apps, t.client, t.person)
	if err != nil {
		return check, err
	}
	// Without anybody it is evaluated, too: a pattern that cannot be read shows at once.
	server := &policy.TokenServer{Active: true, Claims: []policy.Claim{claim}}
	outcome := server.Evaluate(h.subject(party, nil)).Access[0]
	if outcome.Refused != nil {
		check.Fault, check.Mend = upper(outcome.Why), "No token is given while a claim cannot be evaluated."
		return check, nil
	}
	check.Unknown = h.unknownReads(ctx, outcome.Reads)
	if party.person.IsZero() {
		check.Problem = party.problem
		if check.Problem == "" && len(party.choices) > 1 {
			check.Problem = counted(len(party.choices), "person matches", "people match") + ": type more of the name, or the login."
		}
		return check, nil
	}
	check.Who = authserver.Link{Name: personName(party.person), Href: "/people/" + party.person.Text("id")}
	check.In, check.Value, check.Why, check.Reads = outcome.In, string(outcome.Value), outcome.Why, readsOf(outcome.Reads)
	if t.client == "" && strings.Contains(t.value, "app") && slices.ContainsFunc(outcome.Reads, func(r expr.Read) bool { return strings.HasPrefix(r.Name, "app") }) {
		check.Problem = "It reads the app: choose one."
	}
	return check, nil
}

// faultOf is where and why an expression cannot be read.
func faultOf(fault *expr.Error, text string) authserver.ClaimCheck {
	c := authserver.ClaimCheck{Fault: upper(fault.Problem), Mend: "Mend: " + fault.Mend + "."}
	c.Before, c.There, c.After, c.At = aroundFault(text, fault.Pos)
	return c
}

// unknownReads are attributes of people that were read and that the default schema lacks, where it may be read.
func (h *console) unknownReads(ctx context.Context, reads []expr.Read) (out []string) {
	schema, err := h.readSchema(ctx, "default")
	if err != nil || len(schema.attributes) == 0 {
		return nil
	}
	for _, r := range reads {
		if name, is := strings.CutPrefix(r.Name, "user."); is && r.Value == nil {
			if _, known := schema.find(name); !known && !slices.Contains(out, r.Name) {
				out = append(out, r.Name)
			}
		}
	}
	return out
}

// claimWords are the names that the expression of a claim can hold: attributes, then functions.
func (h *console) claimWords(ctx context.Context) (words []authserver.Word, err error) {
	schema, err := h.readSchema(ctx, "default")
	for _, a := range schema.attributes {
		words = append(words, authserver.Word{Text: "user." + a.Name, Note: a.Title})
	}
	for _, o := range expr.ClaimObjects {
		if o.Name != "user" {
			words = append(words, authserver.Word{Text: o.Example, Note: o.Meaning})
		}
	}
	for _, f := range expr.ClaimFunctions() {
		words = append(words, authserver.Word{Text: f, Note: "function"})
	}
	return words, err
}

// clientOptions are the apps to try a claim with.
func clientOptions(apps []okta.Object) []ui.Option {
	options := []ui.Option{{Value: "", Label: "None"}}
	for _, a := range apps {
		options = append(options, ui.Option{Value: clientID(a), Label: a.Text("label")})
	}
	slices.SortStableFunc(options[1:], func(a, b ui.Option) int { return strings.Compare(strings.ToLower(a.Label), strings.ToLower(b.Label)) })
	return options
}
