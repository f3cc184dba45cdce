package command

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"time"
)

// healthLimit is shorter than the time-out of the container's health check.
const healthLimit = 4 * time.Second

type healthCommand struct {
	URL string `arg:"" help:"Address of the server, such as http://127.0.0.1:8080."`
}

// Run asks /readyz, or the path that the address has. Exit code: 0 ready, 1 not.
func (c healthCommand) Run(p *Process) error {
	u, err := url.Parse(c.URL)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return &exitError{exitFailed, fmt.Errorf("%q is not an address: write it as http://127.0.0.1:8080", c.URL)}
	}
	if u.Path == "" || u.Path == "/" {
		u.Path = "/readyz"
	}
	ctx, cancel := context.WithTimeout(p.ctx, healthLimit)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return &exitError{exitFailed, err}
	}
	answer, err := http.DefaultTransport.RoundTrip(r) // a redirect is no readiness
	if err != nil {
		return &exitError{exitFailed, fmt.Errorf("%s does not answer: %w", u.Host, err)}
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return &exitError{exitFailed, fmt.Errorf("%s is not ready: it answers %s", u.Host, answer.Status)}
	}
	return nil
}
