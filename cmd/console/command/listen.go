package command

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"syscall"
	"time"

	"gatehouse/internal/config"
)

// stopWithin is how long requests in flight may take after a signal.
const stopWithin = 10 * time.Second

// listener is a bound address and the scheme served there.
type listener struct {
	net.Listener
	scheme string
}

// url is where the listener is reached.
func (l *listener) url() string { return l.scheme + "://" + l.Addr().String() }

// listen binds addr. An address beyond loopback needs TLS or the explicit flag
// (security 60): what is served here holds the keys to a company.
func listen(addr, certFile, keyFile string, allowRemoteHTTP bool) (*listener, error) {
	if err := config.CheckListen(addr, certFile != "", allowRemoteHTTP); err != nil {
		return nil, usage("%w", err)
	}
	if (certFile == "") != (keyFile == "") {
		return nil, usage("a TLS certificate and its key go together: give both --tls-cert and --tls-key")
	}
	l, err := net.Listen("tcp", addr)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, usage("%s is in use by another program: stop it, or choose another address (port 0 takes a free one)", addr)
	}
	if err != nil {
		return nil, usage("cannot listen on %s: %w", addr, err)
	}
	if certFile == "" {
		return &listener{l, "http"}, nil
	}
	cert, err := tls.LoadX509KeyPair(certFile, keyFile)
	if err != nil {
		l.Close()
		return nil, usage("the TLS certificate cannot be used: %w", err)
	}
	config := &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"}}
	return &listener{tls.NewListener(l, config), "https"}, nil
}

// server is a running HTTP server.
type server struct {
	http *http.Server
	done chan error
}

// serveOn starts h on l. WriteTimeout stays 0: it would cut streams; routes set their own deadline.
func serveOn(l *listener, h http.Handler, log *slog.Logger) *server {
	s := &server{done: make(chan error, 1), http: &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}}
	go func() { s.done <- s.http.Serve(l) }()
	return s
}

// wait returns when ctx is done and every server has finished its requests, or when one fails.
func wait(ctx context.Context, servers ...*server) error {
	failed := make(chan error, len(servers))
	for _, s := range servers {
		go func() { failed <- <-s.done }()
	}
	var first error
	select {
	case <-ctx.Done():
	case first = <-failed:
	}
	stop, cancel := context.WithTimeout(context.Background(), stopWithin)
	defer cancel()
	for _, s := range servers {
		if err := s.http.Shutdown(stop); err != nil {
			s.http.Close()
		}
	}
	if first != nil && !errors.Is(first, http.ErrServerClosed) {
		return fmt.Errorf("server stopped: %w", first)
	}
	return nil
}
