package main

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"
)

// starts measures from the start of the process to the first answer to an API token.
func (b *bench) starts() error {
	b.report.how("From starting the process to a 200 of `GET /api/v1/users/me` with the API token, asked every millisecond; median of %d. A fresh org on an empty folder (`--seed none`), and the company of 1,200 that is filled meanwhile.", b.runs)
	for _, of := range []struct {
		seed string
		most float64
	}{{"none", 250}, {"company", 0}} {
		var took []float64
		for i := range b.runs {
			ms, err := b.startOnce(of.seed, fmt.Sprintf("start-%s-%d", of.seed, i))
			if err != nil {
				return err
			}
			took = append(took, ms)
		}
		beside := fmt.Sprintf("slowest %s ms", number(percentile(took, 100)))
		if of.most == 0 {
			b.report.note("start with --seed "+of.seed, number(median(took))+" ms", beside)
			continue
		}
		b.report.atMost("start with --seed "+of.seed, median(took), of.most, " ms", beside)
	}
	return nil
}

func (b *bench) startOnce(seed, data string) (ms float64, err error) {
	dir := filepath.Join(b.dir, data)
	defer os.RemoveAll(dir)
	address, err := freeAddress()
	if err != nil {
		return 0, err
	}
	c := b.client("SSWS " + apiToken)
	c.http.Transport.(*http.Transport).DisableKeepAlives = true
	began := time.Now()
	answered := make(chan time.Duration, 1)
	go func() {
		for time.Since(began) < startWithin {
			if _, err := c.get("http://" + address + "/api/v1/users/me"); err == nil {
				answered <- time.Since(began)
				return
			}
			time.Sleep(time.Millisecond)
		}
		close(answered)
	}()
	p, err := b.start("", b.consoleFile, "org", "--addr", address, "--data", dir, "--seed", seed, "--password", password, "--api-token", apiToken, "--json")
	if err != nil {
		return 0, err
	}
	defer func() { stopAll(&err, p) }()
	took, ok := <-answered
	if !ok {
		return 0, fmt.Errorf("no answer within %s", startWithin)
	}
	return float64(took.Microseconds()) / 1000, nil
}

// freeAddress is one on loopback that nothing listens on now.
func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return l.Addr().String(), nil
}
