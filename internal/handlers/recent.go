package handlers

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"gatehouse/internal/auth"
	"gatehouse/internal/okta"
)

const (
	// recentFor is how long a change is looked for in lists: the org's search lags behind
	// writes, by a second as a rule (fault 21).
	recentFor = time.Minute
	// maxRecent bounds what is kept for one person, and with it the reads by id for a list.
	maxRecent = 10
	// maxRecentPeople bounds for how many; when it is reached all is forgotten.
	maxRecentPeople = 1000
)

// recent remembers, by person, what they changed a moment ago.
type recent struct {
	mu   sync.Mutex
	kept map[string][]recentWrite
}

type recentWrite struct {
	auth.Write
	until time.Time
}

// note keeps the changes that a request of s made.
func (r *recent) note(s *auth.Session, tried *auth.Attempt, now time.Time) {
	if s == nil || tried == nil {
		return
	}
	writes := tried.Writes()
	if len(writes) == 0 {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.kept == nil || len(r.kept) >= maxRecentPeople {
		r.kept = map[string][]recentWrite{}
	}
	list := r.kept[s.UserID]
	for _, w := range writes {
		if i := slices.IndexFunc(list, func(k recentWrite) bool { return k.ID == w.ID }); i >= 0 {
			w.Created = w.Created || list[i].Created
			list = slices.Delete(list, i, i+1)
		}
		list = append(list, recentWrite{w, now.Add(recentFor)})
	}
	r.kept[s.UserID] = list[max(0, len(list)-maxRecent):]
}

// of are the changes of s to objects with this id prefix that lists may not show yet.
func (r *recent) of(s *auth.Session, prefix string, now time.Time) []auth.Write {
	r.mu.Lock()
	defer r.mu.Unlock()
	list := slices.DeleteFunc(r.kept[s.UserID], func(w recentWrite) bool { return !now.Before(w.until) })
	if len(list) == 0 {
		delete(r.kept, s.UserID)
		return nil
	}
	r.kept[s.UserID] = list
	var out []auth.Write
	for _, w := range list {
		if strings.HasPrefix(w.ID, prefix) {
			out = append(out, w.Write)
		}
	}
	return out
}

// forget drops changes that the lists show now.
func (r *recent) forget(s *auth.Session, ids []string) {
	if len(ids) == 0 {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.kept[s.UserID] = slices.DeleteFunc(r.kept[s.UserID], func(w recentWrite) bool { return slices.Contains(ids, w.ID) })
}

// caughtUp puts what the reader changed a moment ago into a list that the org's search
// answered without it: the object is read by id (fault 21). whole tells the first page
// of everything, where what was added belongs. Those that the search does not show as
// they are yet are updating. Without recent changes it costs nothing.
func (h *console) caughtUp(ctx context.Context, d *directory, docs []okta.Object, whole bool) (list []okta.Object, updating map[string]bool) {
	s := auth.From(ctx)
	var agreed []string
	var behind []auth.Write
	for _, w := range h.recent.of(s, d.prefix, h.config.Now()) {
		i := indexOf(docs, w.ID)
		switch {
		case i >= 0 && !updatedAt(docs[i]).Before(w.At):
			agreed = append(agreed, w.ID)
		case i >= 0 || whole && w.Created:
			behind = append(behind, w)
		}
	}
	now := make([]okta.Object, len(behind))
	gone := make([]bool, len(behind))
	var reads []func(context.Context) error
	for n, w := range behind {
		reads = append(reads, func(ctx context.Context) error {
			resp, err := h.config.Org.Do(ctx, okta.Call{Op: okta.Find(d.getOp), Args: map[string]string{d.getArg: w.ID}})
			if p, is := asOrgProblem(err); is {
				gone[n] = p.Status == http.StatusNotFound
				return nil
			}
			if err == nil {
				now[n], err = resp.Object()
			}
			return err
		})
	}
	if err := together(ctx, reads...); err != nil {
		h.words(err) // the list stands as the org gave it; the log says what it lacks
		return docs, nil
	}
	list, updating = slices.Clone(docs), map[string]bool{}
	for n, w := range behind {
		i := indexOf(list, w.ID)
		switch {
		case gone[n] && i >= 0:
			list = slices.Delete(list, i, i+1)
		case now[n].IsZero():
		case i < 0:
			list, updating[w.ID] = slices.Insert(list, 0, now[n]), true
		case updatedAt(now[n]).After(updatedAt(list[i])):
			list[i], updating[w.ID] = now[n], true
		default: // the change was to something that a list does not show
			agreed = append(agreed, w.ID)
		}
	}
	h.recent.forget(s, agreed)
	return list, updating
}

func indexOf(docs []okta.Object, id string) int {
	return slices.IndexFunc(docs, func(d okta.Object) bool { return d.Text("id") == id })
}

// updatedAt is when the org last changed a document; zero where it does not say.
func updatedAt(doc okta.Object) time.Time {
	at, err := time.Parse(time.RFC3339, doc.Text("lastUpdated"))
	if err != nil {
		return time.Time{}
	}
	return at
}
