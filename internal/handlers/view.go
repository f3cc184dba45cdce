package handlers

import (
	"net/http"

	"github.com/a-h/templ"
	"github.com/gin-gonic/gin"

	"gatehouse/internal/okta"
	"gatehouse/web/templates/ui"
)

// handler answers one route. An error goes to the table in errors.go. Without view and
// error the handler has written the answer.
type handler func(*gin.Context) (View, error)

// View is an answer that can be a page, a fragment or JSON; the adapter picks.
type View interface {
	// Page is the content of the whole page, inside the frame.
	Page() templ.Component
	// Fragment is the part that a swap replaces.
	Fragment() templ.Component
	// JSON is a List, an Item or a struct like them.
	JSON() any
	// About is what goes around the content.
	About() About
}

// About is what surrounds the content of a View.
type About struct {
	// Status is 200 where it is 0.
	Status int
	// Title is the page's; Section the key of its navigation entry.
	Title, Section string
	// Search is what the search box at the top holds.
	Search string
	// Messages are toasts.
	Messages []ui.Message
	// Location redirects instead: 303, or HX-Redirect for htmx. Messages travel along.
	Location string
	// Plain leaves out the navigation.
	Plain bool
}

// Screen is the View of most handlers.
type Screen struct {
	Around About
	// Body is the page's content; Part what a fragment request gets, Body where it is nil.
	Body, Part templ.Component
	// Data is the JSON answer.
	Data any
}

// Page implements View.
func (s Screen) Page() templ.Component { return s.Body }

// Fragment implements View.
func (s Screen) Fragment() templ.Component {
	if s.Part != nil {
		return s.Part
	}
	return s.Body
}

// JSON implements View.
func (s Screen) JSON() any { return s.Data }

// About implements View.
func (s Screen) About() About { return s.Around }

// List is the JSON of a list: Next is the path of the next page, nil at the end.
type List struct {
	Items any     `json:"items"`
	Next  *string `json:"next"`
}

// Item is the JSON of one object, with the operations that are open to the reader.
type Item struct {
	Item any      `json:"item"`
	Can  []string `json:"can"`
}

// listOf makes a List; next is "" at the end.
func listOf(items any, next string) List {
	l := List{Items: items}
	if next != "" {
		l.Next = &next
	}
	return l
}

// itemOf makes an Item; can may be nil.
func itemOf(item any, can []string) Item {
	if can == nil {
		can = []string{}
	}
	return Item{Item: item, Can: can}
}

// refused marks a Screen as a write that was not accepted: 422 with the form in it.
func refused(s Screen) Screen {
	s.Around.Status = http.StatusUnprocessableEntity
	return s
}

// redirect leads on to a path of the console, with toasts to show there. doc, where not
// zero, is the JSON answer.
func redirect(path string, doc okta.Object, messages ...ui.Message) Screen {
	s := Screen{Around: About{Location: path, Messages: messages}}
	if !doc.IsZero() {
		s.Data = itemOf(doc, nil)
	}
	return s
}
