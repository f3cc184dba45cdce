package main

import (
	"fmt"
	"time"
)

// settle is how long a server is left alone before its idle memory is read.
const settle = 10 * time.Second

// memory reads the resident memory of the servers, idle and under load.
func (b *bench) memory() error {
	b.report.how("VmRSS of a server started on a store that is filled already, after %s without a request; and VmHWM, its greatest, after reads, lists and every search of `bench/search.txt` over %d people.", settle, b.many)
	if err := b.idle("console and org (`demo`), 1,200 people", func() (*started, error) {
		return b.filled("demo", "demo", "--addr", "127.0.0.1:0", "--org-addr", "127.0.0.1:0", "--password", password, "--json")
	}); err != nil {
		return err
	}
	if err := b.idle(fmt.Sprintf("org, %d people", b.many), func() (*started, error) { return b.org("many", b.many) }); err != nil {
		return err
	}
	return b.loaded()
}

func (b *bench) idle(name string, start func() (*started, error)) (err error) {
	p, err := start()
	if err != nil {
		return err
	}
	defer func() { stopAll(&err, p.process) }()
	select {
	case <-time.After(settle):
	case <-b.ctx.Done():
		return b.ctx.Err()
	}
	mb, err := p.memory("VmRSS")
	if err == nil {
		b.report.atMost("idle: "+name, mb, 60, " MB", "")
	}
	return err
}

func (b *bench) loaded() (err error) {
	org, err := b.org("many", b.many)
	if err != nil {
		return err
	}
	defer func() { stopAll(&err, org.process) }()
	ids, err := b.ids(org.Org, 1000)
	if err != nil {
		return err
	}
	file, err := b.writeLines("ids", ids)
	if err != nil {
		return err
	}
	for _, kind := range []string{"get", "list", "create"} {
		if _, err := b.wrk(&contestant{name: "org", url: org.Org, kind: kind, ids: file, authorization: "SSWS " + apiToken}, b.run); err != nil {
			return err
		}
	}
	shapes, err := searchShapes(org.Org)
	if err != nil {
		return err
	}
	c := b.client("SSWS " + apiToken)
	turn := make([]int, tokenWorkers)
	if _, err := b.load(tokenWorkers, b.run, func(w int) error {
		turn[w]++
		_, err := c.get(shapes[(w+turn[w])%len(shapes)].address)
		return err
	}); err != nil {
		return err
	}
	mb, err := org.memory("VmHWM")
	if err == nil {
		b.report.atMost(fmt.Sprintf("under load: org, %d people", b.many), mb, 200, " MB", "")
	}
	return err
}
