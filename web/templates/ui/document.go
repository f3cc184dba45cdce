package ui

import "github.com/a-h/templ"

// htmxConfig locks htmx down (security 25): answers come from this origin only, no
// extension loads, no style element is written, no attribute is inherited unasked.
const htmxConfig = `{"mode":"same-origin","history":true,"extensions":"none","includeIndicatorCSS":false,"implicitInheritance":false,"prefix":""}`

func themeAttributes(theme string, slim bool) templ.Attributes {
	a := templ.Attributes{}
	if theme != "" {
		a["data-theme"] = theme
	}
	if slim {
		a["data-nav"] = "slim"
	}
	return a
}
