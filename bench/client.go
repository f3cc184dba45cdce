package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"regexp"
	"strings"
	"sync"
	"time"
)

// client sends requests and keeps cookies. It follows no redirect.
type client struct {
	ctx           context.Context
	http          *http.Client
	authorization string
}

func (b *bench) client(authorization string) *client {
	jar, _ := cookiejar.New(nil) // without options it cannot fail
	transport := &http.Transport{MaxIdleConnsPerHost: 64, DisableCompression: true}
	return &client{ctx: b.ctx, authorization: authorization, http: &http.Client{
		Jar: jar, Transport: transport, Timeout: 30 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// reply is an answer with its whole body.
type reply struct {
	status int
	header http.Header
	body   []byte
	took   time.Duration
}

// do sends one request; an answer with another status than want is an error.
func (c *client) do(want int, method, address, contentType, body string, header ...string) (reply, error) {
	r, err := http.NewRequestWithContext(c.ctx, method, address, strings.NewReader(body))
	if err != nil {
		return reply{}, err
	}
	if c.authorization != "" {
		r.Header.Set("Authorization", c.authorization)
	}
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	a, err := c.send(r)
	if err == nil && a.status != want {
		err = fmt.Errorf("%s %s: %d instead of %d: %.500s", method, address, a.status, want, a.body)
	}
	return a, err
}

func (c *client) send(r *http.Request) (reply, error) {
	began := time.Now()
	resp, err := c.http.Do(r)
	if err != nil {
		return reply{}, err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	return reply{resp.StatusCode, resp.Header, text, time.Since(began)}, err
}

func (c *client) get(address string) (reply, error) {
	return c.do(http.StatusOK, "GET", address, "", "")
}

func (c *client) form(want int, address, body string) (reply, error) {
	return c.do(want, "POST", address, "application/x-www-form-urlencoded", body)
}

// json sends v, nil for no body.
func (c *client) json(want int, method, address string, v any) (reply, error) {
	var body bytes.Buffer
	if v != nil {
		if err := json.NewEncoder(&body).Encode(v); err != nil {
			return reply{}, err
		}
	}
	return c.do(want, method, address, "application/json", body.String())
}

var nextPattern = regexp.MustCompile(`<([^>]*)>; rel="next"`)

// next is the address of the page behind this one, "" for none.
func (a reply) next() string {
	for _, l := range a.header.Values("Link") {
		if m := nextPattern.FindStringSubmatch(l); m != nil {
			return m[1]
		}
	}
	return ""
}

// milliseconds times requests one by one, in turn over all the addresses, n of each.
func (c *client) milliseconds(n int, addresses ...string) (took [][]float64, err error) {
	took = make([][]float64, len(addresses))
	for round := range n + n/10 {
		for i, a := range addresses {
			r, err := c.get(a)
			if err != nil {
				return nil, err
			}
			if round >= n/10 { // the first ones warm up
				took[i] = append(took[i], float64(r.took.Microseconds())/1000)
			}
		}
	}
	return took, nil
}

// load lets workers repeat f for a time and returns how often a second it was done. The
// first error ends it.
func (b *bench) load(workers int, d time.Duration, f func(worker int) error) (perSecond float64, err error) {
	ctx, cancel := context.WithTimeout(b.ctx, d)
	defer cancel()
	var wg sync.WaitGroup
	counts, errs := make([]int, workers), make([]error, workers)
	began := time.Now()
	for w := range workers {
		wg.Go(func() {
			for ctx.Err() == nil {
				if errs[w] = f(w); errs[w] != nil {
					cancel()
					return
				}
				counts[w]++
			}
		})
	}
	wg.Wait()
	total := 0
	for w := range workers {
		total += counts[w]
		if errs[w] != nil {
			return 0, errs[w]
		}
	}
	return float64(total) / time.Since(began).Seconds(), b.ctx.Err()
}
