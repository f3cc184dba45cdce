package main

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
)

// searches times every shape of search.txt and every refusal of refused.txt at both sizes,
// and compares the first page of everybody with the five hundredth.
func (b *bench) searches() error {
	b.report.how("`bench/search.txt` and `bench/refused.txt`, over HTTP with an API token, one request at a time, a page of 200, %d times in turn; p95 of each. Page 500 is reached by following `next`; p50 of pages asked for in turn.", b.times())
	if err := b.searchAt("small", b.people, 25); err != nil {
		return err
	}
	return b.searchAt("many", b.many, 60)
}

// times is how often a search is timed.
func (b *bench) times() int { return 60 * b.rounds }

func (b *bench) searchAt(data string, people int, most float64) (err error) {
	org, err := b.org(data, people)
	if err != nil {
		return err
	}
	defer func() { stopAll(&err, org.process) }()
	c := b.client("SSWS " + apiToken)
	shapes, err := searchShapes(org.Org)
	if err != nil {
		return err
	}
	addresses := make([]string, len(shapes))
	for i, s := range shapes {
		addresses[i] = s.address
	}
	took, err := c.milliseconds(b.times(), addresses...)
	if err != nil {
		return err
	}
	for i, shape := range shapes {
		r, err := c.get(shape.address)
		if err != nil {
			return err
		}
		b.report.atMost(fmt.Sprintf("%d people: %s", people, shape.name), percentile(took[i], 95), most, " ms",
			fmt.Sprintf("p50 %s ms, %d on the page", number(median(took[i])), strings.Count(string(r.body), `"credentials":`)))
	}
	if err := b.refusals(c, org.Org, people); err != nil || people != b.many {
		return err
	}
	return b.fartherPages(c, org.Org)
}

// searchShape is a line of search.txt.
type searchShape struct{ name, address string }

func searchShapes(org string) ([]searchShape, error) {
	lines, err := readLines("bench/search.txt")
	if err != nil {
		return nil, err
	}
	var out []searchShape
	for _, l := range lines {
		name, query, ok := strings.Cut(l, ": ")
		if !ok {
			return nil, fmt.Errorf("search.txt: no name: %s", l)
		}
		out = append(out, searchShape{name, org + "/api/v1/users?" + encoded(query)})
	}
	return out, nil
}

// refusals takes the slowest p95 of what is refused.
func (b *bench) refusals(c *client, org string, people int) error {
	lines, err := readLines("bench/refused.txt")
	if err != nil {
		return err
	}
	worst, which := 0.0, ""
	for _, l := range lines {
		var took []float64
		for range b.times() {
			r, err := c.do(http.StatusBadRequest, "GET", org+"/api/v1/users?"+encoded(l), "", "")
			if err != nil {
				return err
			}
			took = append(took, float64(r.took.Microseconds())/1000)
		}
		if p := percentile(took, 95); p > worst {
			worst, which = p, l
		}
	}
	b.report.atMost(fmt.Sprintf("%d people: refusal of what is not supported", people), worst, 5, " ms", fmt.Sprintf("slowest of %d: `%s`", len(lines), which))
	return nil
}

// fartherPages compares page 500 with page 1 of lists that have so many.
func (b *bench) fartherPages(c *client, org string) error {
	for _, l := range []struct{ name, query string }{
		{"everybody", ""},
		{"everybody, sorted as the console does", `search=id pr&sortBy=lastUpdated&sortOrder=desc`},
	} {
		size := min(200, b.many/500)
		first := fmt.Sprintf("%s/api/v1/users?limit=%d&%s", org, size, encoded(l.query))
		to := first
		for range 499 {
			r, err := c.get(to)
			if err != nil {
				return err
			}
			if to = r.next(); to == "" {
				return fmt.Errorf("%s ends before page 500", l.name)
			}
		}
		took, err := c.milliseconds(b.times(), first, to)
		if err != nil {
			return err
		}
		one, far := median(took[0]), median(took[1])
		b.report.atMost(l.name+": page 500 / page 1", far/one, 1.2, "", fmt.Sprintf("%s ms / %s ms", number(far), number(one)))
	}
	return nil
}

// encoded is a readable query as it is sent.
func encoded(query string) string {
	q := url.Values{}
	for _, pair := range strings.Split(query, "&") {
		if name, value, ok := strings.Cut(pair, "="); ok {
			q.Set(name, value)
		}
	}
	return q.Encode()
}

// readLines are the lines of a file that are neither blank nor a comment.
func readLines(path string) ([]string, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(strings.Split(string(text), "\n"), func(l string) bool {
		return strings.TrimSpace(l) == "" || strings.HasPrefix(l, "#")
	}), nil
}
