package expr

import (
	"regexp"
	"strconv"
	"strings"
)

// ruleFunction is a function of the language.
type ruleFunction struct {
	// takes are the kinds of its arguments; the last repeats where rest is set.
	takes  []ruleKind
	rest   bool
	result ruleKind
	// optional is how many of the last arguments may be left out.
	optional int
	// Exactly one of do, group, internal and ask is set: what it makes of values, what it asks
	// of the person's groups, or that it reads an internal property.
	do       func(args []any) (any, string)
	group    func(name string, args []string) (GroupTest, string)
	internal bool
	// ask is do for what a claim's context answers; groups says that it needs the groups.
	ask    func(x *Context, args []any) (any, string)
	groups bool
}

// check refuses a call whose arguments are too many, too few or surely of the wrong kind.
func (f *ruleFunction) check(t ruleToken, args []*ruleNode) error {
	if len(args) < len(f.takes)-f.optional || len(args) > len(f.takes) && !f.rest {
		more := ""
		if f.rest {
			more = " or more"
		}
		return &Error{t.pos, t.text + " has " + strconv.Itoa(len(args)) + " arguments", "give it " + strconv.Itoa(len(f.takes)) + more}
	}
	texts := make([]string, 0, len(args))
	for i, a := range args {
		want := f.takes[min(i, len(f.takes)-1)]
		if a.kind() != nullKind || f.group != nil {
			if err := wants(a, want, "an argument of "+t.text); err != nil {
				return err
			}
		}
		if s, isText := a.value.(string); isText {
			texts = append(texts, s)
		}
	}
	if len(texts) < len(args) {
		return nil
	}
	if f.group != nil {
		if _, problem := f.group(t.text, texts); problem != "" {
			return &Error{args[0].pos, problem, "correct the pattern"}
		}
	}
	if f.internal && texts[0] != "id" && texts[0] != "status" {
		return &Error{args[0].pos, "'" + printed(texts[0]) + "' is no internal property", `write "id" or "status"`}
	}
	return nil
}

func textFunction(result ruleKind, do func([]any) (any, string), takes ...ruleKind) *ruleFunction {
	return &ruleFunction{takes: takes, result: result, do: do}
}

func restFunction(result ruleKind, do func([]any) (any, string), takes ...ruleKind) *ruleFunction {
	return &ruleFunction{takes: takes, rest: true, result: result, do: do}
}

// ruleFunctions are the functions by name. The names without a class are deprecated
// forms that the documentation lists and rules still use.
var ruleFunctions = map[string]*ruleFunction{
	"String.append":          textFunction(textKind, appendText, textKind, textKind),
	"String.join":            restFunction(textKind, joinTexts, textKind, textKind),
	"String.len":             textFunction(numberKind, textLength, textKind),
	"String.removeSpaces":    textFunction(textKind, removeSpaces, textKind),
	"String.replace":         textFunction(textKind, replaceText(-1), textKind, textKind, textKind),
	"String.replaceFirst":    textFunction(textKind, replaceText(1), textKind, textKind, textKind),
	"String.startsWith":      textFunction(boolKind, testText(strings.HasPrefix), textKind, textKind),
	"String.stringContains":  textFunction(boolKind, testText(strings.Contains), textKind, textKind),
	"String.stringSwitch":    restFunction(textKind, switchText, textKind, textKind, textKind, textKind),
	"String.substring":       textFunction(textKind, substring, textKind, numberKind, numberKind),
	"String.substringAfter":  textFunction(textKind, substringAfter, textKind, textKind),
	"String.substringBefore": textFunction(textKind, substringBefore, textKind, textKind),
	"String.toUpperCase":     textFunction(textKind, mapText(strings.ToUpper), textKind),
	"String.toLowerCase":     textFunction(textKind, mapText(strings.ToLower), textKind),
	"substring":              textFunction(textKind, substring, textKind, numberKind, numberKind),
	"substringAfter":         textFunction(textKind, substringAfter, textKind, textKind),
	"substringBefore":        textFunction(textKind, substringBefore, textKind, textKind),
	"toUpperCase":            textFunction(textKind, mapText(strings.ToUpper), textKind),
	"toLowerCase":            textFunction(textKind, mapText(strings.ToLower), textKind),

	"Arrays.contains":    textFunction(boolKind, listContains, listKind, anyKind),
	"Arrays.isEmpty":     textFunction(boolKind, listEmpty, listKind),
	"Arrays.size":        textFunction(numberKind, listSize, listKind),
	"Arrays.get":         textFunction(anyKind, listGet, listKind, numberKind),
	"Arrays.add":         textFunction(listKind, listAdd, listKind, anyKind),
	"Arrays.remove":      textFunction(listKind, listRemove, listKind, anyKind),
	"Arrays.clear":       textFunction(listKind, func([]any) (any, string) { return []any{}, "" }, listKind),
	"Arrays.flatten":     restFunction(listKind, listFlatten, anyKind),
	"Arrays.toCsvString": textFunction(textKind, listText, listKind),

	"Convert.toInt": textFunction(numberKind, toInt, anyKind),
	"Convert.toNum": textFunction(numberKind, toNumber, anyKind),

	"isMemberOfGroup":               groupFunction(ByID, false),
	"isMemberOfAnyGroup":            groupFunction(ByID, true),
	"isMemberOfGroupName":           groupFunction(ByName, false),
	"isMemberOfGroupNameStartsWith": groupFunction(ByNamePrefix, false),
	"isMemberOfGroupNameContains":   groupFunction(ByNamePart, false),
	"isMemberOfGroupNameRegex":      groupFunction(ByNamePattern, false),

	"user.getInternalProperty": {takes: []ruleKind{textKind}, result: textKind, internal: true},
}

// groupFunction asks for memberships. Names are compared with their case; a pattern has
// to fit the whole name (the documented example begins and ends with .*) [assumed].
func groupFunction(by GroupMatch, rest bool) *ruleFunction {
	return &ruleFunction{takes: []ruleKind{textKind}, rest: rest, result: boolKind, group: func(_ string, values []string) (GroupTest, string) {
		test := GroupTest{By: by, Values: values}
		value := values[0]
		switch by {
		case ByName:
			test.Matches = func(name string) bool { return name == value }
		case ByNamePrefix:
			test.Matches = func(name string) bool { return strings.HasPrefix(name, value) }
		case ByNamePart:
			test.Matches = func(name string) bool { return strings.Contains(name, value) }
		case ByNamePattern:
			pattern, err := regexp.Compile(`^(?:` + value + `)$`)
			if err != nil {
				return test, "the pattern cannot be read: " + strings.TrimPrefix(err.Error(), "error parsing regexp: ")
			}
			test.Matches = pattern.MatchString
		}
		return test, ""
	}}
}
