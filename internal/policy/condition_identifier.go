package policy

import "strings"

// userIdentifier is what somebody types to sign in, or an attribute of whom that names.
type userIdentifier struct {
	Type      string `json:"type"`
	Attribute string `json:"attribute"`
	Patterns  []struct {
		Match string `json:"matchType"`
		Value string `json:"value"`
	} `json:"patterns"`
}

// judge is met where one of the patterns is (published); case does not count [assumed].
func (u userIdentifier) judge(c Context) []Clause {
	if len(u.Patterns) == 0 {
		return nil
	}
	name, any := "userIdentifier.patterns", Failed
	wanted := make([]string, len(u.Patterns))
	for i, p := range u.Patterns {
		wanted[i] = strings.ToLower(strings.ReplaceAll(p.Match, "_", " ")) + " " + p.Value
	}
	if u.Type == "ATTRIBUTE" {
		name = "userIdentifier." + u.Attribute
	}
	read, known := u.read(c)
	if !known {
		return []Clause{unknown(name, words(wanted), "what this reads of the person is not known")}
	}
	for _, p := range u.Patterns {
		one := matches(p.Match, strings.ToLower(read), strings.ToLower(p.Value))
		if one == Matched || one == Unknown && any == Failed {
			any = one
		}
	}
	if any == Unknown {
		return []Clause{unknown(name, words(wanted), "expressions are not evaluated here")}
	}
	return []Clause{met(any == Matched, name, words(wanted), read)}
}

// read is the value that is compared: the sign-in, or an attribute of the profile.
func (u userIdentifier) read(c Context) (string, bool) {
	switch {
	case c.Person == nil:
		return "", false
	case u.Type != "ATTRIBUTE":
		return c.Person.Login, c.Person.Login != ""
	}
	value, known := c.Person.Profile[u.Attribute]
	return value, known
}

func matches(how, read, wanted string) Outcome {
	ok := false
	switch how {
	case "EQUALS":
		ok = read == wanted
	case "STARTS_WITH":
		ok = strings.HasPrefix(read, wanted)
	case "SUFFIX":
		ok = strings.HasSuffix(read, wanted)
	case "CONTAINS":
		ok = strings.Contains(read, wanted)
	default: // EXPRESSION, a pattern of another language
		return Unknown
	}
	if ok {
		return Matched
	}
	return Failed
}
