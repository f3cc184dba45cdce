package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
)

// layout is how the groups lie that an admin is narrowed to (contracts.md section 10).
type layout struct {
	name, data           string
	people, groups, size int
}

// endUser is the seeded sign-in that becomes the narrowed admin.
const endUser = "end-user@company.example"

// scoped compares the lists of an admin who is narrowed to groups with those of a super admin.
func (b *bench) scoped() error {
	b.report.how("A help desk admin who is narrowed to the groups, beside a super admin: the same list over HTTP with an OAuth token each, a page of 200, the first, a middle and the last full page of each, asked for in turn %d times, p50; the worst of them. Statements: those that the org counts in `/metrics` for one page, the greatest.", b.times())
	for _, l := range []layout{
		{"100 groups of 5,000 of 20,000 people", "middle", 20_000, 100, 5_000},
		{fmt.Sprintf("one group of 50 of %d people", b.many), "many", b.many, 1, 50},
		{"1,000 groups of 20 of 20,000 people", "middle", 20_000, 1_000, 20},
	} {
		if err := b.scopedIn(l); err != nil {
			return fmt.Errorf("%s: %w", l.name, err)
		}
	}
	return nil
}

func (b *bench) scopedIn(l layout) (err error) {
	targets, err := b.makeGroups(l)
	if err != nil {
		return err
	}
	metrics, err := freeAddress()
	if err != nil {
		return err
	}
	org, err := b.org(l.data, l.people, "--metrics-addr", metrics)
	if err != nil {
		return err
	}
	defer func() { stopAll(&err, org.process) }()
	remove, err := b.narrow(org.Org, targets)
	if err != nil {
		return err
	}
	clients := map[string]*client{}
	for _, login := range []string{superAdmin, endUser} {
		_, held, err := b.tokensOf(org.Org, login, "openid okta.users.read okta.groups.read")
		if err != nil {
			return err
		}
		clients[login] = b.client("Bearer " + held.Access)
	}
	worst, where, most := 0.0, "", 0.0
	for _, query := range []string{
		"", `search=status eq "ACTIVE"`, `search=profile.lastName sw "Ha"`, `search=status eq "ACTIVE" and profile.department eq "Sales"`,
		`search=id pr&sortBy=lastUpdated&sortOrder=desc`,
	} {
		address := org.Org + "/api/v1/users?limit=200&" + encoded(query)
		of, err := clients[superAdmin].places(address)
		if err != nil {
			return err
		}
		mine, err := clients[endUser].places(address)
		if err != nil {
			return err
		}
		for i, place := range []string{"first", "middle", "last"} {
			super, narrow, err := inTurn(b.times(), clients[superAdmin], of[i], clients[endUser], mine[i])
			if err != nil {
				return err
			}
			if ratio := narrow / super; ratio > worst {
				worst, where = ratio, fmt.Sprintf("%s page of `%s`: %s ms / %s ms", place, query, number(narrow), number(super))
			}
			n, err := b.statements(metrics, clients[endUser], mine[i])
			if err != nil {
				return err
			}
			most = max(most, n)
		}
	}
	b.report.atMost(l.name+": narrowed / super admin", worst, 2, "", where)
	b.report.atMost(l.name+": statements", most, 3, "", "")
	return remove()
}

// places are the addresses of the first, a middle and the last full page of a list; of a
// list of less than a page, three times its only one.
func (c *client) places(address string) ([3]string, error) {
	var full []string
	for to := address; to != ""; {
		r, err := c.get(to)
		if err != nil {
			return [3]string{}, err
		}
		if len(full) == 0 || strings.Count(string(r.body), `"credentials":`) == 200 {
			full = append(full, to)
		}
		to = r.next()
	}
	return [3]string{full[0], full[len(full)/2], full[len(full)-1]}, nil
}

// inTurn is the median time of two clients' requests, in milliseconds.
func inTurn(n int, one *client, address string, other *client, theirs string) (a, b float64, err error) {
	var took [2][]float64
	for range n {
		for i, x := range []struct {
			*client
			address string
		}{{one, address}, {other, theirs}} {
			r, err := x.get(x.address)
			if err != nil {
				return 0, 0, err
			}
			took[i] = append(took[i], float64(r.took.Microseconds())/1000)
		}
	}
	return median(took[0]), median(took[1]), nil
}

// queriesPattern finds the org's count of queries in its metrics.
var queriesPattern = regexp.MustCompile(`(?m)^gatehouse_org_queries_total (\S+)$`)

// statements is how many queries one request costs.
func (b *bench) statements(metrics string, c *client, address string) (float64, error) {
	count := func() (float64, error) {
		r, err := b.client("").get("http://" + metrics + "/metrics")
		if err != nil {
			return 0, err
		}
		m := queriesPattern.FindSubmatch(r.body)
		if m == nil {
			return 0, fmt.Errorf("the metrics do not count queries: %.300s", r.body)
		}
		return strconv.ParseFloat(string(m[1]), 64)
	}
	before, err := count()
	if err != nil {
		return 0, err
	}
	if _, err := c.get(address); err != nil {
		return 0, err
	}
	after, err := count()
	return after - before, err
}

// narrow makes the end user a help desk admin of these groups. remove takes the role away.
func (b *bench) narrow(org string, targets []string) (remove func() error, err error) {
	c := b.client("SSWS " + apiToken)
	var person, role struct{ ID string }
	r, err := c.get(org + "/api/v1/users/" + endUser)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(r.body, &person); err != nil {
		return nil, err
	}
	roles := org + "/api/v1/users/" + person.ID + "/roles"
	if r, err = c.json(http.StatusCreated, "POST", roles, map[string]string{"type": "HELP_DESK_ADMIN"}); err != nil {
		return nil, err
	}
	if err := json.Unmarshal(r.body, &role); err != nil {
		return nil, err
	}
	for _, g := range targets {
		if _, err := c.json(http.StatusNoContent, "PUT", roles+"/"+role.ID+"/targets/groups/"+g, nil); err != nil {
			return nil, err
		}
	}
	return func() error {
		_, err := c.json(http.StatusNoContent, "DELETE", roles+"/"+role.ID, nil)
		return err
	}, nil
}
