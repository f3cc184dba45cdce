package okta

import (
	"context"
	"errors"
	"net/http"
	"testing"
)

// signIn is a layer that renews the token after a 401 over the same transport.
type signIn struct {
	base *Transport
	// fails is what a renewal ends with; nil lets the request go again.
	fails error
}

func (l signIn) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := l.base.RoundTrip(r)
	if err != nil || resp.StatusCode != 401 {
		return resp, err
	}
	resp.Body.Close()
	renew, err := http.NewRequestWithContext(context.WithoutCancel(r.Context()), "POST", l.base.origin.String()+"/oauth2/v1/token", nil)
	if err != nil {
		return nil, err
	}
	if resp, err := l.base.Client().Do(renew); err != nil {
		return nil, errors.Join(l.fails, err)
	} else {
		resp.Body.Close()
	}
	if l.fails != nil {
		return nil, l.fails
	}
	if r.Body != nil {
		if r.Body, err = r.GetBody(); err != nil {
			return nil, err
		}
	}
	return l.base.RoundTrip(r)
}

func TestLayerThatSignsIn(t *testing.T) {
	gone := errors.New("the sign-in has ended")
	refused := func(w http.ResponseWriter, _ *http.Request) { answer(w, 401, `{"errorCode":"E0000011"}`) }
	create := Call{Op: Find("createUser"), Body: mustParse(t, `{"profile":{"login":"a@b.example"}}`)}
	cases := []struct {
		name    string
		steps   []http.HandlerFunc
		fails   error
		is, not error
	}{
		{"renewed, sent again", []http.HandlerFunc{refused, ok, func(w http.ResponseWriter, r *http.Request) {
			if r.ContentLength != int64(len(create.Body.(Object).Bytes())) {
				t.Errorf("the second request has %d bytes", r.ContentLength)
			}
			ok(w, r)
		}}, nil, nil, nil},
		{"renewal refused: nothing was made", []http.HandlerFunc{refused, ok}, gone, gone, ErrUnknownOutcome},
		{"renewal lost: nothing was made", []http.HandlerFunc{refused, reset}, gone, gone, ErrUnknownOutcome},
		{"lost after the renewal", []http.HandlerFunc{refused, ok, reset}, nil, ErrUnknownOutcome, nil},
	}
	for _, k := range cases {
		s := &script{steps: k.steps}
		c, _, _ := testOrg(t, s.serve)
		c.transport = signIn{c.transport.(*Transport), k.fails}
		_, err := c.Do(t.Context(), create)
		if k.is == nil && err != nil || !errors.Is(err, k.is) || k.not != nil && errors.Is(err, k.not) {
			t.Errorf("%s: %v, want %v", k.name, err, k.is)
		}
	}
}

type panics struct{}

func (panics) RoundTrip(*http.Request) (*http.Response, error) { panic("a mistake") }

func TestPanicStillEndsTheGuards(t *testing.T) {
	guard := &passing{}
	c, _, _ := testOrg(t, ok, guard)
	c.transport = panics{}
	func() {
		defer func() { _ = recover() }()
		_, _ = c.Do(t.Context(), suspend())
	}()
	if !errors.Is(guard.err, ErrUnknownOutcome) {
		t.Errorf("the guard saw %v, want ErrUnknownOutcome", guard.err)
	}
	if c.parallel.busy != 0 {
		t.Errorf("%d slots stay taken", c.parallel.busy)
	}
}
