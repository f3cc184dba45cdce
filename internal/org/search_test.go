package org

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"gatehouse/internal/okta"
)

// seekers are documents to search among, in the order of their ids s00, s01 ...
var seekers = []string{
	`{"status":"ACTIVE","lastUpdated":"2026-01-05T10:00:00.000Z","type":{"id":"oty1"},"profile":{"firstName":"Ada","lastName":"Lovelace","login":"ada@x.example","email":"ada@x.example","city":"London","badge":7,"tags":["Math","poetry"]}}`,
	`{"status":"ACTIVE","lastUpdated":"2026-02-05T10:00:00.000Z","type":{"id":"oty1"},"profile":{"firstName":"Adam","lastName":"de Ville","login":"adam@x.example","email":"adam@x.example","city":"london","badge":-12.5,"lead":true}}`,
	`{"status":"SUSPENDED","lastUpdated":"2026-03-05T10:00:00.000Z","type":{"id":"oty2"},"profile":{"firstName":"Åsa","lastName":"Strauß","login":"asa@x.example","email":"asa@x.example","city":"Århus","badge":70,"lead":false,"hired":"2020-05-01T00:30:00+02:00"}}`,
	`{"status":"DEPROVISIONED","lastUpdated":"2026-04-05T10:00:00.000Z","type":{"id":"oty2"},"profile":{"firstName":"Zoë","lastName":"O'Hara \"Q\" \\ 100%_","login":"zoe@x.example","email":"zoe@x.example","city":null,"badge":7.0,"tags":[]}}`,
	`{"status":"STAGED","lastUpdated":"2026-01-05T10:00:00.000Z","type":{"id":"oty1"},"profile":{"firstName":"🙂 Smile","login":"smile@x.example","email":"","badge":"7","notes":"` + strings.Repeat("n", 300) + `END"}}`,
	`{"status":"ACTIVE","lastUpdated":"2026-05-05T10:00:00.000Z","type":{"id":"oty1"},"profile":{"firstName":"Bo","lastName":"Li","login":"bo@x.example","email":"bo@x.example","city":"London","tags":["math"],"badge":1e3,"notes":"` + strings.Repeat("n", 300) + `OTHER"}}`,
}

// seekerList is the list of people among the seekers only.
func seekerList() listing {
	l := userList
	l.collection = &collection{kind: "user", noun: "User", attrs: userAttrs, unique: users.unique, sorted: []string{"profile.lastName"}, contains: users.contains}
	l.defaultLimit = 2
	return l
}

func (x *testOrg) putSeekers(bodies []string) {
	x.t.Helper()
	x.write(func(tx *Tx) error {
		if err := tx.remove(users, x.admin); err != nil {
			return err
		}
		for i, body := range bodies {
			doc, err := okta.Parse([]byte(body))
			if err != nil {
				return err
			}
			id := fmt.Sprintf("s%02d", i)
			if err := tx.put(seekerList().collection, id, doc.With("id", id)); err != nil {
				return err
			}
		}
		return nil
	})
}

func TestSearch(t *testing.T) {
	cases := map[string]struct{ search, want string }{
		"equal, any case":                     {`status eq "active"`, "0 1 5"},
		"deactivated people are found":        {`status eq "DEPROVISIONED"`, "3"},
		"starts with":                         {`profile.firstName sw "ada"`, "0 1"},
		"starts with nothing":                 {`profile.city sw ""`, "0 1 2 5"},
		"diacritics count":                    {`profile.firstName eq "asa" or profile.firstName eq "zoe"`, ""},
		"folded beyond ASCII":                 {`profile.firstName eq "ÅSA" or profile.lastName eq "STRAUSS"`, "2"},
		"contains":                            {`profile.email co "A@X"`, "0 2"},
		"contains, too short for a gram":      {`profile.lastName co "L"`, "0 1 5"},
		"contains, no hit":                    {`profile.lastName co "zzz"`, ""},
		"contains, only in another attribute": {`profile.lastName co "ada"`, ""},
		"contains quotes and wildcards":       {`profile.lastName co "\"Q\" \\ 100%_"`, "3"},
		"a wildcard is a character":           {`profile.lastName co "100__"`, ""},
		"an emoji":                            {`profile.firstName sw "🙂"`, "4"},
		"contains an emoji":                   {`profile.firstName co "🙂 s"`, "4"},
		"a quote that ends nothing":           {`profile.lastName eq "' OR 1=1 --"`, ""},
		"array element":                       {`profile.tags eq "MATH"`, "0 5"},
		"present":                             {`profile.city pr`, "0 1 2 5"},
		"empty text is not present":           {`profile.email pr`, "0 1 2 3 5"},
		"empty array is not present":          {`profile.tags pr`, "0 5"},
		"number, however written":             {`profile.badge eq 7.00`, "0 3"},
		"number order":                        {`profile.badge gt 7 and profile.badge le 1000`, "2 5"},
		"negative number":                     {`profile.badge lt 0`, "1"},
		"a text is no number":                 {`profile.badge eq "7"`, "4"},
		"boolean":                             {`profile.lead eq false`, "2"},
		"date order":                          {`lastUpdated ge "2026-03-05T10:00:00.000Z" and lastUpdated lt "2026-05-05T10:00:00.000Z"`, "2 3"},
		"an empty range of dates":             {`lastUpdated gt "2026-05-01T00:00:00Z" and lastUpdated lt "2026-02-01T00:00:00Z"`, ""},
		"two ranges of dates":                 {`lastUpdated gt "2026-04-01T00:00:00Z" and lastUpdated lt "2026-05-01T00:00:00Z" or lastUpdated lt "2026-01-31T00:00:00Z"`, "0 3 4"},
		"date with another offset":            {`lastUpdated eq "2026-03-05T12:00:00.000+02:00"`, "2"},
		"day":                                 {`lastUpdated gt "2026-04-05"`, "3 5"},
		"date in a profile":                   {`profile.hired eq "2020-04-30T22:30:00Z"`, "2"},
		"type":                                {`type.id eq "oty2" and status ge "suspended"`, "2"},
		"id keeps its case":                   {`id eq "S01"`, ""},
		"id":                                  {`id eq "s01" or id gt "s04"`, "1 5"},
		"and before or":                       {`id eq "s00" or status eq "ACTIVE" and profile.lead pr`, "0 1"},
		"parentheses":                         {`(id eq "s00" or status eq "ACTIVE") and profile.lead pr`, "1"},
		"beyond what the index holds":         {`profile.notes eq "` + strings.Repeat("n", 300) + `end"`, "4"},
		"prefix beyond the index":             {`profile.notes sw "` + strings.Repeat("N", 300) + `o"`, "5"},
		"order beyond the index":              {`profile.notes gt "` + strings.Repeat("n", 300) + `f"`, "5"},
		"an attribute that nobody has":        {`profile.nothing pr`, ""},
	}
	eachDatabase(t, func(t *testing.T, x *testOrg) {
		x.putSeekers(seekers)
		for name, c := range cases {
			got, _ := x.listAll(seekerList(), "search="+url.QueryEscape(c.search))
			if short(got) != c.want {
				t.Errorf("%s: %s found %q, want %q", name, c.search, short(got), c.want)
			}
		}
	})
}

// short writes ids s00, s01 as "0 1".
func short(ids []string) string {
	s := strings.Join(ids, " ")
	return strings.ReplaceAll(s, "s0", "")
}

func TestFilterAndWords(t *testing.T) {
	cases := map[string]struct{ query, want string }{
		"filter":                               {`filter=` + url.QueryEscape(`status eq "SUSPENDED" or status eq "STAGED"`), "2 4"},
		"filter counts case":                   {`filter=` + url.QueryEscape(`profile.firstName eq "ADA"`), ""},
		"filter finds deactivated":             {`filter=` + url.QueryEscape(`profile.login eq "zoe@x.example"`), "3"},
		"filter by date":                       {`filter=` + url.QueryEscape(`lastUpdated gt "2026-03-05T10:00:00.000Z" and status eq "ACTIVE"`), "5"},
		"words: first name":                    {`q=ada`, "0 1"},
		"words: last name, with space":         {`q=de+vi`, "1"},
		"words: first and last name":           {`q=ad+LOVE`, "0"},
		"words: e-mail":                        {`q=bo@x`, "5"},
		"words: not inside":                    {`q=lace`, ""},
		"words: deactivated left out":          {`q=zo`, ""},
		"words: many":                          {`q=` + strings.Repeat("x+", 100), ""},
		"plain: deactivated left out":          {``, "0 1 2 4 5"},
		"plain: sortBy counts for search only": {`sortBy=profile.lastName`, "0 1 2 4 5"},
	}
	eachDatabase(t, func(t *testing.T, x *testOrg) {
		x.putSeekers(seekers)
		for name, c := range cases {
			got, _ := x.listAll(seekerList(), c.query)
			if short(got) != c.want {
				t.Errorf("%s: found %q, want %q", name, short(got), c.want)
			}
		}
		if ids, next, err := x.listPage(seekerList(), "q=a&limit=1"); err != nil || len(ids) != 1 || next != "" {
			t.Errorf("words have no second page: %v, next %q, %v", ids, next, err)
		}
	})
}

func TestSearchSorted(t *testing.T) {
	cases := map[string]struct{ by, order, want string }{
		"absent values come first":      {"profile.lastName", "asc", "4 1 5 0 3 2"},
		"and last when descending":      {"profile.lastName", "desc", "2 3 0 5 1 4"},
		"no row for absent values":      {"profile.city", "asc", "3 4 0 1 5 2"},
		"no row, descending":            {"profile.city", "DESC", "2 5 1 0 4 3"},
		"ties by id":                    {"lastUpdated", "", "0 4 1 2 3 5"},
		"an order that is none":         {"lastUpdated", "0", "0 4 1 2 3 5"},
		"numbers":                       {"profile.badge", "asc", "1 0 3 2 5 4"},
		"arrays by their least":         {"profile.tags", "asc", "1 2 3 4 0 5"},
		"by id":                         {"id", "desc", "5 4 3 2 1 0"},
		"by an attribute that none has": {"profile.nothing", "asc", "0 1 2 3 4 5"},
		"the same, descending":          {"profile.nothing", "desc", "5 4 3 2 1 0"},
	}
	eachDatabase(t, func(t *testing.T, x *testOrg) {
		x.putSeekers(seekers)
		for name, c := range cases {
			for _, many := range []int{manyRows, 0} {
				got := x.sorted(`id pr and type.id pr`, c.by, c.order, many, 2)
				if short(got) != c.want {
					t.Errorf("%s, rows read whole up to %d: %q, want %q", name, many, short(got), c.want)
				}
			}
		}
	})
}

// sorted walks a search, limit documents a page, with this bound of the plan.
func (x *testOrg) sorted(search, by, order string, many, limit int) (ids []string) {
	x.t.Helper()
	r := &Request{ctx: context.Background(), Query: url.Values{"search": {search}, "sortBy": {by}, "sortOrder": {order}, "limit": {fmt.Sprint(limit)}}}
	q, err := seekerList().read(r, x.db.Dialect)
	if err != nil {
		x.t.Fatalf("%s: %v", search, err)
	}
	for range 1000 {
		f := newFinder(q, x.reads(r.ctx))
		f.many = many
		found, more, err := f.run()
		if err != nil {
			x.t.Fatalf("%s by %s %s: %v", search, by, order, err)
		}
		for _, h := range found {
			ids = append(ids, h.at.id)
		}
		if !more {
			return ids
		}
		q.after = found[len(found)-1].at
	}
	x.t.Fatalf("%s by %s %s: no end", search, by, order)
	return nil
}

func TestSearchRefused(t *testing.T) {
	search := func(s string) string { return "search=" + url.QueryEscape(s) }
	filter := func(s string) string { return "filter=" + url.QueryEscape(s) }
	cases := map[string]struct{ query, code, cause string }{
		"no expression":             {search(`Smith`), "E0000031", "character 6"},
		"contains where it is not":  {search(`profile.city co "x"`), "E0000031", "'profile.city' has no operator co"},
		"not equal":                 {search(`status ne "ACTIVE"`), "E0000031", "no operator ne"},
		"not":                       {search(`not (status eq "ACTIVE")`), "E0000031", "not is not supported"},
		"a name of another case":    {search(`profile.login eq "x" and Status eq "ACTIVE"`), "E0000031", "'Status' cannot be asked for"},
		"a secret":                  {search(`credentials.password.hash sw "a"`), "E0000031", "cannot be asked for"},
		"a path in the profile":     {search(`profile.a.b eq "x"`), "E0000031", "cannot be asked for"},
		"no date":                   {search(`lastUpdated gt "yesterday"`), "E0000031", "no date"},
		"a number for a date":       {search(`created gt 5`), "E0000031", "no date"},
		"null":                      {search(`profile.city eq null`), "E0000031", "use pr"},
		"U+0000":                    {search(`profile.city eq "\u0000"`), "E0000031", "U+0000"},
		"a prefix that is no text":  {search(`profile.badge sw 7`), "E0000031", "needs a text"},
		"sorted by a secret":        {search(`id pr`) + "&sortBy=credentials.provider", "E0000031", "sortBy"},
		"filter: prefix":            {filter(`profile.firstName sw "a"`), "E0000053", "no operator sw"},
		"filter: attribute":         {filter(`profile.city eq "x"`), "E0000053", "cannot be asked for"},
		"filter: no expression":     {filter(`"`), "E0000053", "does not end"},
		"search and filter":         {search(`id pr`) + "&" + filter(`id eq "x"`), "E0000033", ""},
		"search and words":          {search(`id pr`) + "&q=x", "E0000033", ""},
		"words that go on for ever": {"q=" + strings.Repeat("x", 1000), "E0000031", "at most 256"},
	}
	x := newTestOrg(t)
	for name, c := range cases {
		_, _, err := x.listPage(userList, c.query)
		e, isError := err.(*okta.Error)
		if !isError || e.Status != 400 || e.Code != c.code {
			t.Errorf("%s: %v, want %s", name, err, c.code)
			continue
		}
		if c.cause != "" && !slices.ContainsFunc(e.Causes, func(cause okta.Cause) bool { return strings.Contains(cause.Summary, c.cause) }) {
			t.Errorf("%s: causes %v, want %q", name, e.Causes, c.cause)
		}
	}
}
