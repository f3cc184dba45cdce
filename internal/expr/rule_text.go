package expr

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
)

// The functions on texts, by their documentation. null is no text: a test of it is
// false, its length 0, and what is made of it null [assumed]. An error is told as a
// phrase, "" for none.

const (
	tooLong     = "the text that this makes is too long"
	listTooLong = "the list that this makes is too long"
)

func mapText(f func(string) string) func([]any) (any, string) {
	return func(args []any) (any, string) {
		if args[0] == nil {
			return nil, ""
		}
		return f(args[0].(string)), ""
	}
}

func testText(f func(text, part string) bool) func([]any) (any, string) {
	return func(args []any) (any, string) {
		if args[0] == nil || args[1] == nil {
			return false, ""
		}
		return f(args[0].(string), args[1].(string)), ""
	}
}

func appendText(args []any) (any, string) { return textOf(args[0]) + textOf(args[1]), "" }

func joinTexts(args []any) (any, string) {
	parts := make([]string, 0, len(args))
	for _, a := range args[1:] {
		parts = append(parts, textOf(a))
	}
	return strings.Join(parts, textOf(args[0])), ""
}

// textLength counts UTF-16 units, as Java's String.length does.
func textLength(args []any) (any, string) {
	return float64(len(utf16.Encode([]rune(textOf(args[0]))))), ""
}

func removeSpaces(args []any) (any, string) {
	if args[0] == nil {
		return nil, ""
	}
	return strings.ReplaceAll(args[0].(string), " ", ""), ""
}

func replaceText(times int) func([]any) (any, string) {
	return func(args []any) (any, string) {
		if args[0] == nil {
			return nil, ""
		}
		text, old, replacement := args[0].(string), textOf(args[1]), textOf(args[2])
		if old == "" {
			return text, ""
		}
		if n := strings.Count(text, old); len(text)+n*len(replacement) > MaxRuleText+n*len(old) {
			return nil, tooLong
		}
		return strings.Replace(text, old, replacement, times), ""
	}
}

// switchText gives the value of the first key that the text contains.
func switchText(args []any) (any, string) {
	pairs := args[2:]
	for i := 0; i+1 < len(pairs); i += 2 {
		if key := textOf(pairs[i]); args[0] != nil && strings.Contains(args[0].(string), key) {
			return pairs[i+1], ""
		}
	}
	return args[1], ""
}

func substring(args []any) (any, string) {
	if args[0] == nil || args[1] == nil || args[2] == nil {
		return nil, ""
	}
	text := utf16.Encode([]rune(args[0].(string)))
	from, to := args[1].(float64), args[2].(float64)
	if from < 0 || to > float64(len(text)) || from > to || from != math.Trunc(from) || to != math.Trunc(to) {
		return nil, "the range " + textOf(args[1]) + " to " + textOf(args[2]) + " is not within the text"
	}
	return string(utf16.Decode(text[int(from):int(to)])), ""
}

// substringAfter is empty, and substringBefore the whole text, where the part is not there [assumed].
func substringAfter(args []any) (any, string) {
	if args[0] == nil {
		return nil, ""
	}
	_, after, _ := strings.Cut(args[0].(string), textOf(args[1]))
	return after, ""
}

func substringBefore(args []any) (any, string) {
	if args[0] == nil {
		return nil, ""
	}
	before, _, _ := strings.Cut(args[0].(string), textOf(args[1]))
	return before, ""
}

// The functions on lists. null is an empty list (documented for size and isEmpty).

func listOf(v any) []any {
	list, _ := v.([]any)
	return list
}

func listContains(args []any) (any, string) {
	return slices.ContainsFunc(listOf(args[0]), func(v any) bool { return sameValue(v, args[1]) }), ""
}

func listEmpty(args []any) (any, string) { return len(listOf(args[0])) == 0, "" }

func listSize(args []any) (any, string) { return float64(len(listOf(args[0]))), "" }

func listGet(args []any) (any, string) {
	at, isNumber := args[1].(float64)
	list := listOf(args[0])
	if !isNumber || at < 0 || at >= float64(len(list)) || at != math.Trunc(at) {
		return nil, "the list has no element " + textOf(args[1])
	}
	return list[int(at)], ""
}

func listAdd(args []any) (any, string) {
	return append(slices.Clone(listOf(args[0])), args[1]), ""
}

func listRemove(args []any) (any, string) {
	return slices.DeleteFunc(slices.Clone(listOf(args[0])), func(v any) bool { return sameValue(v, args[1]) }), ""
}

func listFlatten(args []any) (any, string) {
	var all []any
	for _, a := range args {
		list, isList := a.([]any)
		if len(all)+len(list) > MaxRuleList {
			return nil, listTooLong
		}
		if isList {
			all = append(all, list...)
			continue
		}
		all = append(all, a)
	}
	return all, ""
}

func listText(args []any) (any, string) {
	var parts []string
	for _, v := range listOf(args[0]) {
		parts = append(parts, textOf(v))
	}
	return strings.Join(parts, ","), ""
}

func toNumber(args []any) (any, string) {
	switch v := args[0].(type) {
	case float64:
		return v, ""
	case string:
		n, err := strconv.ParseFloat(strings.TrimSpace(v), 64)
		if err != nil || math.IsNaN(n) || math.IsInf(n, 0) {
			return nil, "'" + printed(v) + "' is no number"
		}
		return n, ""
	case nil:
		return nil, ""
	}
	return nil, textOf(args[0]) + " is no number"
}

func toInt(args []any) (any, string) {
	n, problem := toNumber(args)
	if number, isNumber := n.(float64); isNumber {
		return math.Round(number), problem
	}
	return n, problem
}
