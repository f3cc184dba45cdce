package org

import (
	"context"
	"strings"
	"sync"
	"testing"
)

// lastQuestion is the id of the newest question to somebody's phone, from the outbox.
func (x *testOrg) lastQuestion(kind string) string {
	x.t.Helper()
	var id, link string
	ctx := context.Background()
	q := x.reads(ctx).q
	if err := q.QueryRow(ctx, `SELECT id FROM factor_transaction WHERE kind = $1 AND result = 'WAITING' ORDER BY expires DESC`, kind).Scan(&id); err != nil {
		x.t.Fatalf("no question waits: %v", err)
	}
	if err := q.QueryRow(ctx, `SELECT link FROM outbox WHERE kind = 'factor_push' AND link LIKE $1`, "%"+id).Scan(&link); err != nil {
		x.t.Fatalf("the question is not in the outbox: %v", err)
	}
	return link[strings.LastIndex(link, "/")+1:]
}

func (x *testOrg) answerPhone(kind string, approve bool) {
	x.t.Helper()
	if err := x.AnswerPush(context.Background(), x.lastQuestion(kind), approve); err != nil {
		x.t.Fatal(err)
	}
}

func TestPushIsEnrolledByPollAndAnsweredByThePhone(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *testOrg) {
		user := x.person("ada@org.example")
		f := x.enrol(user, `{"factorType":"push","provider":"OKTA"}`)
		self := factorsOfPerson(user) + "/" + f.Text("id")
		if f.Text("_embedded", "activation", "factorResult") != "WAITING" || f.Text("_links", "poll", "href") != "http://org.example"+self+"/lifecycle/activate/poll" {
			t.Fatalf("%s", f.Bytes())
		}
		if got := x.call("POST", self+"/lifecycle/activate/poll", "").want(200).doc(); got.Text("_embedded", "activation", "factorResult") != "WAITING" {
			t.Fatalf("%s", got.Bytes())
		}
		x.answerPhone(pushEnrol, true)
		if got := x.call("POST", self+"/lifecycle/activate/poll", "").want(200).doc(); got.Text("status") != "ACTIVE" || got.Text("profile", "credentialId") != "ada@org.example" {
			t.Fatalf("%s", got.Bytes())
		}
		results := []struct {
			name, want string
			answer     func()
		}{
			{"approved", "SUCCESS", func() { x.answerPhone(pushVerify, true) }},
			{"denied", "REJECTED", func() { x.answerPhone(pushVerify, false) }},
			{"never answered", "TIMEOUT", func() { x.clock.forward(pushLife) }},
		}
		for _, c := range results {
			asked := x.call("POST", self+"/verify", "").want(201).doc()
			poll := strings.TrimPrefix(asked.Text("_links", "poll", "href"), "http://org.example")
			if got := x.call("GET", poll, "").want(200).doc(); got.Text("factorResult") != "WAITING" || got.Text("expiresAt") == "" {
				t.Fatalf("%s: %s", c.name, got.Bytes())
			}
			id := x.lastQuestion(pushVerify)
			c.answer()
			if got := x.call("GET", poll, "").want(200).doc(); got.Text("factorResult") != c.want {
				t.Errorf("%s: %s", c.name, got.Bytes())
			}
			if err := x.AnswerPush(t.Context(), id, true); !isCode(err, "E0000079") {
				t.Errorf("%s: a second answer: %v", c.name, err)
			}
		}
		if n := x.events("user.mfa.okta_verify.deny_push"); n != 1 {
			t.Errorf("%d denials in the log", n)
		}
		asked := x.call("POST", self+"/verify", "").want(201).doc()
		cancel := strings.TrimPrefix(asked.Text("_links", "cancel", "href"), "http://org.example")
		x.call("DELETE", cancel, "").want(204)
		x.call("GET", cancel, "").refused(404, "E0000007", "")
	})
}

func TestAQuestionIsFoundWithItsOwnFactorOnly(t *testing.T) {
	x := newTestOrg(t)
	ada, bob := x.person("ada@org.example"), x.person("bob@org.example")
	f := x.enrol(ada, `{"factorType":"push","provider":"OKTA"}`)
	x.answerPhone(pushEnrol, true)
	asked := x.call("POST", factorsOfPerson(ada)+"/"+f.Text("id")+"/verify", "").want(201).doc()
	path := strings.TrimPrefix(asked.Text("_links", "poll", "href"), "http://org.example")
	other := x.enrol(bob, `{"factorType":"push","provider":"OKTA"}`)
	x.call("GET", strings.Replace(strings.Replace(path, ada, bob, 1), f.Text("id"), other.Text("id"), 1), "").refused(404, "E0000007", "")
	x.call("GET", strings.Replace(path, ada, bob, 1), "").refused(404, "E0000007", "")
}

// joins tells when a transaction waits for its turn: the database looks at the context then.
type joins struct {
	context.Context
	once    *sync.Once
	waiting chan struct{}
}

func (j joins) Done() <-chan struct{} {
	j.once.Do(func() { close(j.waiting) })
	return j.Context.Done()
}

func joining(ctx context.Context) joins { return joins{ctx, &sync.Once{}, make(chan struct{})} }

// On SQLite the transactions that wait share a commit, and run again where one of them
// fails: an answer that was read is gone in the end, too.
func TestAnAnswerIsReadOnceThoughItsTransactionRunsTwice(t *testing.T) {
	x := newTestOrg(t)
	user := x.person("ada@org.example")
	f := x.enrol(user, `{"factorType":"push","provider":"OKTA"}`).Text("id")
	x.answerPhone(pushEnrol, true)
	r := x.signInRequest(t.Context(), somewhere)
	p, err := x.BeginSignIn(r, Pending{Stage: StageFactor, UserID: user}.Proved("pwd"))
	if err != nil {
		t.Fatal(err)
	}
	if p, err = x.AskPush(r, p, f); err != nil {
		t.Fatal(err)
	}
	x.answerPhone(pushVerify, true)

	writes, release, done := make(chan struct{}), make(chan struct{}), make(chan error, 3)
	go func() {
		done <- x.update(r, func(*Tx) error { close(writes); <-release; return nil })
	}()
	<-writes
	reads, fails := joining(t.Context()), joining(t.Context())
	result := ""
	go func() {
		var err error
		_, result, err = x.PushResult(x.signInRequest(reads, somewhere), p, f)
		done <- err
	}()
	<-reads.waiting
	go func() {
		if err := x.update(x.signInRequest(fails, somewhere), func(*Tx) error { return fail("E0000007", "") }); !isCode(err, "E0000007") {
			t.Errorf("the one that fails: %v", err)
		}
		done <- nil
	}()
	<-fails.waiting
	close(release)
	for range 3 {
		if err := <-done; err != nil {
			t.Fatal(err)
		}
	}
	if result != PushApproved {
		t.Errorf("read %q", result)
	}
	if _, again, err := x.PushResult(r, p, f); err != nil || again != "" {
		t.Errorf("read again: %q, %v", again, err)
	}
}
