package command

import (
	"log/slog"
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"gatehouse/internal/db"
)

// countQueries tells in /metrics how many queries a store has run outside of transactions.
func countQueries(store *db.DB) prometheus.Collector {
	return prometheus.NewCounterFunc(prometheus.CounterOpts{
		Name: "gatehouse_org_queries_total", Help: "Queries of the org's store outside of write transactions.",
	}, func() float64 { return float64(store.Queries()) })
}

// newFigures are what /metrics tells: the process's own figures, and what is registered later.
func newFigures() *prometheus.Registry {
	r := prometheus.NewRegistry()
	r.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return r
}

// serveMetrics serves /metrics at addr, or nothing when addr is empty. It has no sign-in, so it stays on loopback.
func serveMetrics(addr string, log *slog.Logger, figures *prometheus.Registry) ([]*server, error) {
	if addr == "" {
		return nil, nil
	}
	l, err := listen(addr, "", "", false)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(figures, promhttp.HandlerOpts{}))
	return []*server{serveOn(l, mux, log)}, nil
}
