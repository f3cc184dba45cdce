package ui

import "github.com/a-h/templ"

// FormTokenField is the name of the hidden field that carries the form token.
const FormTokenField = "form_token"

// DraftField is the name of the hidden field of a form that was filled from a draft.
const DraftField = "draft"

// Load fetches url into the element with the id target and makes url the address: for
// tabs, filters and chips. Without script the link or form does the same by itself.
func Load(url, target string) templ.Attributes {
	return templ.Attributes{"hx-get": url, "hx-target": "#" + target, "hx-push-url": "true"}
}

// Peek fetches url into target and leaves the address as it is: for dialogs and details.
func Peek(url, target string) templ.Attributes {
	return templ.Attributes{"hx-get": url, "hx-target": "#" + target}
}

// Send posts the form to url and puts the answer into target. Without script the form
// posts by itself. A refused form comes back with status 422 into the same target.
func Send(url, target string) templ.Attributes {
	return templ.Attributes{"hx-post": url, "hx-target": "#" + target, "hx-sync": "this:drop", "hx-disable": "find button[type=submit]"}
}

// CellOf fetches url into the cell of the link.
func CellOf(url string) templ.Attributes {
	return templ.Attributes{"hx-get": url, "hx-target": "closest td"}
}

// Lazy fetches url into the element itself as soon as it is there.
func Lazy(url string) templ.Attributes {
	return templ.Attributes{"hx-get": url, "hx-trigger": "load"}
}

// Live sends the form around a field to url while somebody types in it, and puts the
// answer into target.
func Live(url, target string) templ.Attributes {
	return templ.Attributes{
		"hx-post": url, "hx-target": "#" + target, "hx-trigger": "input changed delay:400ms", "hx-include": "closest form", "hx-sync": "this:replace",
	}
}

// Poll replaces the element with what url answers, 2 s later: an answer without Poll ends it.
func Poll(url string) templ.Attributes {
	return templ.Attributes{"hx-get": url, "hx-trigger": "load delay:2s", "hx-swap": "outerHTML"}
}

// Filters fetches the list for what its form holds, on submit and on each choice, and
// keeps the address in step.
func Filters(url, target string) templ.Attributes {
	return templ.Attributes{"hx-get": url, "hx-target": "#" + target, "hx-push-url": "true", "hx-trigger": `submit, change target:"select,[type=date]"`}
}

// NextRows replaces the row it stands in with the rows of url.
func NextRows(url string) templ.Attributes {
	return templ.Attributes{"hx-get": url, "hx-target": "closest tr", "hx-swap": "outerHTML"}
}
