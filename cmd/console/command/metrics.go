package command

import (
	"log/slog"
	"net/http"

	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// serveMetrics serves /metrics at addr, or nothing when addr is empty. It has no sign-in, so it stays on loopback.
func serveMetrics(addr string, log *slog.Logger) ([]*server, error) {
	if addr == "" {
		return nil, nil
	}
	l, err := listen(addr, "", "", false)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.Handler())
	return []*server{serveOn(l, mux, log)}, nil
}
