package policy

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"gatehouse/internal/expr"
)

// The tokens that claims go into, and the kinds of their values (published).
const (
	ClaimAccess   = "RESOURCE"
	ClaimIdentity = "IDENTITY"

	valueExpression = "EXPRESSION"
	valueGroups     = "GROUPS"
	valueSystem     = "SYSTEM"
)

// Claim is the part of a claim's document that decides.
type Claim struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	// Status is ACTIVE or INACTIVE, Type ClaimAccess or ClaimIdentity.
	Status string `json:"status"`
	Type   string `json:"claimType"`
	// ValueType says what Value is: an expression, what group names are compared with, or the
	// name of a standard claim. GroupFilter is how names are compared.
	ValueType   string `json:"valueType"`
	Value       string `json:"value"`
	GroupFilter string `json:"group_filter_type"`
	// Always puts it into each ID token; otherwise it is at userinfo where there is an access token.
	Always bool `json:"alwaysIncludeInToken"`
	System bool `json:"system"`
	// Conditions.Scopes are the scopes of which one must be granted; none for any.
	Conditions struct {
		Scopes []string `json:"scopes"`
	} `json:"conditions"`

	expression *expr.Claim
	fits       func(name string) bool
	fault      error
}

// ParseClaim reads a claim's document. A value that nobody can evaluate is no error here: it
// is one in the tokens that would hold it.
func ParseClaim(document []byte) (Claim, error) {
	var c Claim
	if err := json.Unmarshal(document, &c); err != nil {
		return c, fmt.Errorf("claim: %w", err)
	}
	switch c.ValueType {
	case valueExpression:
		c.expression, c.fault = expr.ParseClaim(c.Value)
	case valueGroups:
		c.fits, c.fault = groupFilter(c.GroupFilter, c.Value)
	case valueSystem:
		if c.Value == "" {
			c.Value = c.Name
		}
	default:
		c.fault = fmt.Errorf("there is no value type %q", c.ValueType)
	}
	return c, nil
}

// groupFilter compares the names of groups (published): without their case, but for a pattern,
// which has to fit the whole name [assumed] and may stand between slashes.
func groupFilter(kind, value string) (func(string) bool, error) {
	folded := strings.ToLower(value)
	switch kind {
	case "STARTS_WITH":
		return func(name string) bool { return strings.HasPrefix(strings.ToLower(name), folded) }, nil
	case "EQUALS":
		return func(name string) bool { return strings.ToLower(name) == folded }, nil
	case "CONTAINS":
		return func(name string) bool { return strings.Contains(strings.ToLower(name), folded) }, nil
	case "REGEX":
		if len(value) > expr.MaxBytes {
			return nil, fmt.Errorf("the pattern is longer than %d bytes", expr.MaxBytes)
		}
		if inner, slashed := strings.CutPrefix(value, "/"); slashed && strings.HasSuffix(inner, "/") {
			value = strings.TrimSuffix(inner, "/")
		}
		pattern, err := regexp.Compile(`^(?:` + value + `)$`)
		if err != nil {
			return nil, fmt.Errorf("the pattern cannot be read: %w", err)
		}
		return pattern.MatchString, nil
	}
	return nil, fmt.Errorf("there is no filter %q", kind)
}

// AsksGroups tells whether a claim needs the person's groups.
func (s *TokenServer) AsksGroups() bool {
	return slices.ContainsFunc(s.Claims, func(c Claim) bool {
		return c.Status == active && (c.ValueType == valueGroups || c.expression != nil && c.expression.AsksGroups())
	})
}

// Asks tells whether a claim's expression reads an object: "app", "appuser".
func (s *TokenServer) Asks(object string) bool {
	return slices.ContainsFunc(s.Claims, func(c Claim) bool { return c.Status == active && c.expression != nil && c.expression.Asks(object) })
}

// ClaimOutcome is what became of a claim for one token.
type ClaimOutcome struct {
	Claim *Claim
	// In tells whether the token has it, with Value, which is JSON.
	In    bool
	Value json.RawMessage
	// Why says why it is in or out, for people to read.
	Why string
	// Reads are what its expression read.
	Reads []expr.Read
	// Refused is set where the claim cannot be evaluated: then no token is given at all.
	Refused *Refusal
}

// TokenClaims are the claims of an authorization server by where they go.
type TokenClaims struct {
	// Access and ID have an outcome for each claim of their kind, in the order of the
	// documents. Userinfo has one for each claim of ID tokens: what it answers to the access token.
	Access, ID, Userinfo []ClaimOutcome
	// Refused is the first refusal of a claim that Access or ID needs.
	Refused *Refusal
}

// Evaluate tells which claims land in the access token, in the ID token that comes with it, and
// at userinfo. Claims that tokens have anyway (iss, aud, exp ...) are not among them; "sub" of
// the access token is. Without openid among the scopes there is neither ID token nor userinfo.
func (s *TokenServer) Evaluate(x Subject) TokenClaims {
	var out TokenClaims
	read := x.reader()
	openID := slices.Contains(x.Scopes, "openid") && x.User != nil
	for i := range s.Claims {
		c := &s.Claims[i]
		if c.Type == ClaimAccess {
			out.Access = append(out.Access, out.refused(c.outcome(read, "")))
			continue
		}
		missing := ""
		if !openID {
			missing = "there is no ID token: the scope openid is not granted"
		}
		whole := c.outcome(read, missing)
		out.Userinfo = append(out.Userinfo, whole)
		if !c.Always && (whole.In || whole.Refused != nil) {
			whole = ClaimOutcome{Claim: c, Why: "it is not always in the token: userinfo has it", Reads: whole.Reads}
		}
		out.ID = append(out.ID, out.refused(whole))
	}
	return out
}

func (t *TokenClaims) refused(o ClaimOutcome) ClaimOutcome {
	if t.Refused == nil {
		t.Refused = o.Refused
	}
	return o
}

// outcome evaluates a claim. missing says why there is no token that could have it.
func (c *Claim) outcome(read *subjectReader, missing string) ClaimOutcome {
	o := ClaimOutcome{Claim: c}
	granted := common(c.Conditions.Scopes, read.subject.Scopes)
	switch {
	case missing != "":
		o.Why = missing
		return o
	case c.Status != active:
		o.Why = notActive
		return o
	case len(c.Conditions.Scopes) > 0 && len(granted) == 0:
		o.Why = "none of its scopes is granted: " + words(c.Conditions.Scopes)
		return o
	}
	value, err := c.evaluate(read, &o)
	switch {
	case err != nil:
		kind := "user"
		if c.System {
			kind = "system"
		}
		o.Why = err.Error()
		o.Refused = &Refusal{"server_error", "The '" + c.Name + "' " + kind + " claim could not be evaluated."}
		if err == errManyGroups {
			o.Refused = &Refusal{"server_error", "The groups claim matched too many groups and must be configured to match fewer groups."}
		}
		return o
	case c.isSubject():
		subject, ok := subjectText(value)
		if !ok {
			o.Why = "the subject is empty, or no text"
			o.Refused = &Refusal{"server_error", "The 'sub' system claim could not be evaluated."}
			return o
		}
		value = subject
	case value == nil:
		o.Why = "its value is empty"
		return o
	}
	if o.Value, err = encodeValue(value); err != nil {
		o.Why = err.Error()
		o.Refused = &Refusal{"server_error", "The '" + c.Name + "' user claim could not be evaluated."}
		return o
	}
	o.In, o.Why = true, "for any scope"
	if len(granted) > 0 {
		o.Why = "for the scope " + words(granted)
	}
	return o
}

// isSubject tells whether the claim is the subject of access tokens.
func (c *Claim) isSubject() bool { return c.Type == ClaimAccess && c.Name == "sub" }

// subjectText is a value as a subject, which is a text (RFC 7519 section 4.1.2).
func subjectText(value any) (string, bool) {
	switch v := value.(type) {
	case string:
		return v, v != ""
	case float64, bool:
		b, err := encodeValue(v)
		return string(b), err == nil
	}
	return "", false
}

// maxGroups is how many groups a claim may have (published for the filter of groups).
const maxGroups = 100

var errManyGroups = fmt.Errorf("more than %d groups fit", maxGroups)

// evaluate gives the claim's value, nil for none.
func (c *Claim) evaluate(read *subjectReader, o *ClaimOutcome) (any, error) {
	if c.fault != nil {
		return nil, c.fault
	}
	switch c.ValueType {
	case valueSystem:
		return read.standard(c.Value), nil
	case valueGroups:
		names := []string{}
		for _, g := range read.subject.Groups {
			if c.fits(g.Name) {
				names = append(names, g.Name)
			}
		}
		if len(names) > maxGroups {
			return nil, errManyGroups
		}
		if len(names) == 0 { // no claim, as where an expression gives nothing [assumed]
			return nil, nil
		}
		slices.Sort(names)
		return names, nil
	}
	v := c.expression.Evaluate(read.context())
	o.Reads = v.Reads
	return v.Value, v.Err
}
