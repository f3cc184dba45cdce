package ui

import "github.com/a-h/templ"

// goKeys are the letters that lead, behind g, to the entry of the navigation with a key.
var goKeys = map[string]string{
	"home": "h", "people": "p", "groups": "g", "group-rules": "r", "apps": "a", "policies": "o", "changes": "c", "administrators": "d", "linked-objects": "l",
}

func goKey(key string) templ.Attributes {
	if letter := goKeys[key]; letter != "" {
		return templ.Attributes{"data-go": letter}
	}
	return nil
}

// shortcut is a line of the list of keys.
type shortcut struct {
	keys []string
	does string
}

// shortcutsOf are the keys that do something on the pages of this reader.
func shortcutsOf(f Frame) []shortcut {
	out := []shortcut{{[]string{"?"}, "This list"}}
	if f.SearchURL != "" {
		out = append(out, shortcut{[]string{"/"}, "Search people"})
	}
	out = append(
		out,
		shortcut{[]string{"j", "k"}, "Next and previous row of a list"},
		shortcut{[]string{"Enter"}, "Open the row"},
		shortcut{[]string{"x"}, "Select the row"},
	)
	for _, g := range f.Nav {
		if letter := goKeys[g.Key]; letter != "" && g.Href != "" {
			out = append(out, shortcut{[]string{"g", letter}, "Go to " + g.Label})
		}
		for _, e := range g.Entries {
			if letter := goKeys[e.Key]; letter != "" {
				out = append(out, shortcut{[]string{"g", letter}, "Go to " + e.Label})
			}
		}
	}
	return append(out, shortcut{[]string{"Esc"}, "Close a menu or a dialog"})
}
