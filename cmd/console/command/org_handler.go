package command

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"gatehouse/internal/org"
	"gatehouse/internal/org/oidc"
)

// providerPaths are the provider's; the rest is the management API.
var providerPaths = []string{"/oauth2/", "/.well-known/", "/login", "/login/", "/activate", "/signin/", "/welcome/", "/app/", "/outbox", "/outbox/", "/api/v1/authn", "/api/v1/authn/"}

// The org streams nothing. However slowly a client sends or takes, a request is read
// within readWithin and its answer taken within answerWithin (security 61).
const (
	readWithin   = 30 * time.Second
	answerWithin = 2 * time.Minute
)

// bounded gives the connection the deadlines of this request: those of the one before it stay otherwise.
func bounded(w http.ResponseWriter) error {
	control, now := http.NewResponseController(w), time.Now()
	return errors.Join(control.SetReadDeadline(now.Add(readWithin)), control.SetWriteDeadline(now.Add(answerWithin)))
}

// orgHandler is all that the org serves at its address: the management API, and the
// OAuth provider with its sign-in pages. ServeMux is given no path of the API to judge:
// it would redirect one that holds a double slash.
func orgHandler(o *org.Org, provider *oidc.Provider) http.Handler {
	mux := http.NewServeMux()
	for _, p := range providerPaths {
		mux.Handle(p, provider)
	}
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), 3*time.Second)
		defer cancel()
		if o.Ready(ctx) != nil {
			http.Error(w, "The database does not answer.", http.StatusServiceUnavailable)
		}
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := bounded(w); err != nil && !errors.Is(err, http.ErrNotSupported) { // a recorder has no deadlines
			http.Error(w, "The connection cannot be bounded in time.", http.StatusInternalServerError)
			return
		}
		// Most requests are of the management API, and no path of the mux is like theirs.
		api := strings.HasPrefix(r.URL.Path, "/api/v1/") && !strings.HasPrefix(r.URL.Path, "/api/v1/authn")
		if !api {
			if _, pattern := mux.Handler(r); pattern != "" {
				mux.ServeHTTP(w, r)
				return
			}
		}
		o.ServeHTTP(w, r)
	})
}
