package expr

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

// ada is who the cases below are evaluated for.
func ada() Person {
	profile := map[string]any{
		"firstName": "Ada", "department": "Sales", "email": "ada@example.com", "title": "Senior Engineer", "age": 36.0,
		"manager": true, "tags": []any{"a", "B", 3.0}, "level": "12", "text": "This is a test",
	}
	groups := map[string]string{"00g1": "Support", "00g2": "eng-core"}
	return Person{
		Attr:     func(name string) any { return profile[name] },
		Internal: func(name string) string { return map[string]string{"id": "00u1", "status": "ACTIVE"}[name] },
		InGroup: func(t GroupTest) (bool, error) {
			for id, name := range groups {
				if t.By == ByID && slices.Contains(t.Values, id) || t.By != ByID && t.Matches(name) {
					return true, nil
				}
			}
			return false, nil
		},
	}
}

// The source of each case: "documented" is the Okta expression language reference or
// the help page on group rules, "recorded" a rule of a real org, "SpEL" the language it
// is based on, "assumed" a choice of ours.
func TestRuleEvaluate(t *testing.T) {
	cases := map[string]struct {
		text string
		want Outcome
	}{
		"recorded: startsWith, no":            {`String.startsWith(user.firstName,"andy")`, False},
		"recorded: startsWith":                {`String.startsWith(user.firstName,"Ad")`, True},
		"recorded: any group, not a member":   {`isMemberOfAnyGroup("00gkwuh5i2cdOD9eN1d7")`, False},
		"documented: equality":                {`user.department=="Sales"`, True},
		"documented: words AND, OR":           {`user.department == "Ops" OR user.firstName == "Ada" AND user.manager`, True},
		"documented: && and ||":               {`(user.department == "Ops" || user.firstName == "Ada") && user.manager`, True},
		"documented: !":                       {`!isMemberOfGroup("00g9")`, True},
		"documented: and binds before or":     {`true or false and false`, True},
		"documented: order of numbers":        {`user.age >= 36 AND user.age < 37`, True},
		"documented: ternary":                 {`user.age > 40 ? user.department == "Ops" : user.department == "Sales"`, True},
		"documented: null":                    {`user.middleName == null AND user.department != null`, True},
		"documented: no case is folded":       {`user.department == "sales"`, False},
		"documented: toLowerCase":             {`String.toLowerCase(user.department) == "sales"`, True},
		"documented: toUpperCase":             {`String.toUpperCase("This") == "THIS"`, True},
		"documented: len":                     {`String.len("This") == 4`, True},
		"documented: append":                  {`String.append("This is", " a test") == user.text`, True},
		"documented: join":                    {`String.join(",", "This", "is", "a", "test") == "This,is,a,test"`, True},
		"documented: removeSpaces":            {`String.removeSpaces(user.text) == "Thisisatest"`, True},
		"documented: replace":                 {`String.replace(user.text, "is", "at") == "That at a test"`, True},
		"documented: replaceFirst":            {`String.replaceFirst(user.text, "is", "at") == "That is a test"`, True},
		"documented: stringContains":          {`String.stringContains(user.text, "test")`, True},
		"documented: stringContains, not":     {`String.stringContains(user.text, "doesn'tExist")`, False},
		"documented: stringSwitch, default":   {`String.stringSwitch(user.text, "default", "key1", "value1") == "default"`, True},
		"documented: stringSwitch, first":     {`String.stringSwitch("First match wins", "default", "absent", "value1", "wins", "value2", "match", "value3") == "value2"`, True},
		"documented: substring":               {`String.substring("This is a test", 2, 9) == "is is a"`, True},
		"documented: substringAfter":          {`String.substringAfter("abc@okta.com", "@") == "okta.com"`, True},
		"documented: substringBefore":         {`String.substringBefore(user.email, "@") == "ada"`, True},
		"documented: deprecated names":        {`substringBefore(user.email, '@') == toLowerCase("ADA")`, True},
		"documented: Arrays.contains":         {`Arrays.contains({10, 20, 30}, 10) AND Arrays.contains(user.tags, "a")`, True},
		"documented: contains, exact case":    {`Arrays.contains(user.tags, "b")`, False},
		"documented: contains, whole element": {`Arrays.contains({"abc"}, "b")`, False},
		"documented: size of null":            {`Arrays.size(NULL) == 0 AND Arrays.isEmpty(user.none)`, True},
		"documented: add, remove, get":        {`Arrays.size(Arrays.add({10, 20, 30}, 40)) == 4 AND Arrays.get(Arrays.remove({10, 20}, 10), 0) == 20`, True},
		"documented: flatten":                 {`Arrays.size(Arrays.flatten(10, {20, 30}, 40)) == 4`, True},
		"documented: toCsvString":             {`Arrays.toCsvString({"This", "is", " a ", "test"}) == "This,is, a ,test"`, True},
		"documented: toInt rounds":            {`Convert.toInt(123.6) == 124 AND Convert.toInt(user.level) == 12`, True},
		"documented: toNum":                   {`Convert.toNum("3.141") > 3`, True},
		"documented: group by id":             {`isMemberOfGroup("00g1")`, True},
		"documented: any of groups":           {`isMemberOfAnyGroup("00g8", "00g2")`, True},
		"documented: group by name":           {`isMemberOfGroupName("Support") AND !isMemberOfGroupName("support")`, True},
		"documented: name begins":             {`isMemberOfGroupNameStartsWith("eng-")`, True},
		"documented: name contains":           {`isMemberOfGroupNameContains("ppo")`, True},
		"documented: name by pattern":         {`isMemberOfGroupNameRegex(".*core.*")`, True},
		"assumed: the pattern fits the whole": {`isMemberOfGroupNameRegex("eng")`, False},
		"documented: internal properties":     {`user.getInternalProperty("status") == "ACTIVE"`, True},
		"documented: texts are joined":        {`user.firstName + " " + user.department == "Ada Sales"`, True},
		"SpEL: words in any case":             {`True And nOt FALSE`, True},
		"SpEL: a quote is written twice":      {`'it''s' == "it's"`, True},
		"SpEL: a backslash is itself":         {`String.len("\") == 1`, True},
		"SpEL: not binds to what follows":     {`!user.manager == false`, True},
		"SpEL: minus":                         {`-user.age + 40 == 4`, True},
		"assumed: null is false":              {`user.nobody OR String.startsWith(user.nobody, "a")`, False},
		"assumed: null orders with nothing":   {`user.nobody < 3`, False},
		"assumed: kinds are never the same":   {`user.level == 12`, False},
		"assumed: a list as truth":            {`user.tags AND true`, Unknown},
		"assumed: a text where a number is":   {`user.firstName > 3`, Unknown},
		"assumed: a list where a text is":     {`String.len(user.tags) > 3`, Unknown},
		"assumed: outside of the text":        {`String.substring(user.firstName, 2, 9) == "a"`, Unknown},
	}
	for name, c := range cases {
		r, err := ParseRule(c.text)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got := r.Evaluate(ada())
		if got.Outcome != c.want || (got.Err != nil) != (c.want == Unknown) {
			t.Errorf("%s: %v (%v), want %v", name, got.Outcome, got.Err, c.want)
		}
	}
}

func TestRuleRefuses(t *testing.T) {
	cases := map[string]struct {
		text string
		pos  int
		says string
	}{
		"nothing":              {"", 0, "the expression ends where a condition"},
		"assignment":           {`user.a = "x"`, 7, "write =="},
		"operators in a row":   {`user.firstName == AND user.lastName`, 18, "'&&' where a condition or a value should be"},
		"text is no condition": {`String.toUpperCase(user.a)`, 0, "the expression is a text, not true or false"},
		"half a condition":     {`user.a == "x" AND "y"`, 18, "is a text"},
		"unknown function":     {`String.endsWith(user.a, "x")`, 0, "no function 'String.endsWith'"},
		"other objects":        {`app.domain == "x"`, 0, "no attribute of the user"},
		"profile by its path":  {`user.profile.city == "x"`, 0, "no attribute of the user"},
		"too few arguments":    {`String.startsWith(user.a)`, 0, "give it 2"},
		"too many arguments":   {`isMemberOfGroup("a", "b")`, 0, "give it 1"},
		"a number for a text":  {`String.startsWith(user.a, 3)`, 26, "is a number, not a text"},
		"open parenthesis":     {`(user.a == "x"`, 14, "close the parenthesis"},
		"open text":            {`user.a == "x`, 10, "the text does not end"},
		"two conditions":       {`user.a == "x" user.b == "y"`, 14, "join conditions with AND or OR"},
		"half a choice":        {`user.a ? true`, 13, "write a :"},
		"a bad pattern":        {`isMemberOfGroupNameRegex("a(")`, 25, "the pattern cannot be read"},
		"no internal property": {`user.getInternalProperty("x") == "y"`, 25, "is no internal property"},
		"a strange character":  {`user.a == #`, 10, "does not belong here"},
		"too long":             {strings.Repeat(" ", MaxBytes) + "true", MaxBytes, "longer than"},
		"too deep":             {strings.Repeat("(", 100) + "true" + strings.Repeat(")", 100), 40, "nested deeper"},
		"too many parts":       {strings.Repeat("true||", 400) + "true", 0, "more than 500 parts"},
		"not UTF-8":            {"user.a == \"\xff\"", 0, "not UTF-8"},
	}
	for name, c := range cases {
		_, err := ParseRule(c.text)
		var fault *Error
		if !errors.As(err, &fault) {
			t.Errorf("%s: no fault: %v", name, err)
			continue
		}
		if !strings.Contains(err.Error(), c.says) || name != "too many parts" && fault.Pos != c.pos {
			t.Errorf("%s: at %d: %v", name, fault.Pos, err)
		}
	}
}

func TestRuleTellsWhy(t *testing.T) {
	r, err := ParseRule(`(user.department == "Ops") OR user.age > 30 AND isMemberOfGroup("00g1") OR user.never == "x"`)
	if err != nil {
		t.Fatal(err)
	}
	got := r.Evaluate(ada())
	want := []struct {
		text    string
		outcome Outcome
		read    string
		value   any
	}{
		{`user.department == "Ops"`, False, "user.department", "Sales"},
		{`user.age > 30`, True, "user.age", 36.0},
		{`isMemberOfGroup("00g1")`, True, `isMemberOfGroup("00g1")`, true},
	}
	if len(got.Clauses) != len(want) {
		t.Fatalf("clauses %+v", got.Clauses)
	}
	for i, w := range want {
		c := got.Clauses[i]
		if c.Text != w.text || c.Outcome != w.outcome || len(c.Reads) != 1 || c.Reads[0] != (Read{w.read, w.value}) || !strings.HasPrefix(r.String()[c.Pos:], w.text) {
			t.Errorf("clause %d: %+v", i, c)
		}
	}
	var names []string
	for _, a := range r.Attributes() {
		names = append(names, a.Name)
	}
	if strings.Join(names, " ") != "department age never" || !r.AsksGroups() {
		t.Errorf("reads %v, groups %v", names, r.AsksGroups())
	}
}

func TestRuleStopsAtAFailure(t *testing.T) {
	r, err := ParseRule(`isMemberOfGroup("00g1") AND user.manager`)
	if err != nil {
		t.Fatal(err)
	}
	p, broken := ada(), errors.New("the store is gone")
	p.InGroup = func(GroupTest) (bool, error) { return false, broken }
	got := r.Evaluate(p)
	if got.Outcome != Unknown || !errors.Is(got.Err, broken) || len(got.Clauses) != 1 || got.Clauses[0].Outcome != Unknown {
		t.Errorf("%+v", got)
	}
}

// FuzzRule: no text makes a panic, an untyped fault, or a clause that is not in the text.
func FuzzRule(f *testing.F) {
	for _, text := range []string{
		`user.department=="Sales"`, `String.startsWith(user.firstName,"andy") AND !isMemberOfAnyGroup("a","b")`,
		`user.a ? user.b : {1,"x"} == null`, `isMemberOfGroupNameRegex("(a*)*b") or -1 + 2 > 3`, `Arrays.get(user.tags, 0) == 'a''b'`,
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r, err := ParseRule(text)
		if err != nil {
			var fault *Error
			if !errors.As(err, &fault) || fault.Pos < 0 || fault.Pos > len(text) && fault.Pos != MaxBytes || fault.Problem == "" || fault.Mend == "" {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		got := r.Evaluate(ada())
		if (got.Outcome == Unknown) != (got.Err != nil) {
			t.Fatalf("%q: %+v", text, got)
		}
		for _, c := range got.Clauses {
			if !strings.HasPrefix(text[c.Pos:], c.Text) || c.Text == "" {
				t.Fatalf("%q: clause %+v", text, c)
			}
		}
		sameAsEvaluate(t, r, ada())
	})
}
