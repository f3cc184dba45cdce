package config

import (
	"fmt"
	"os"
	"strings"
)

// readFile reads lines of NAME=value. Empty lines and lines that begin with # are left
// out; a value may stand in double quotes.
func readFile(path string) (map[string]string, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("--config: the file cannot be read: %w", err)
	}
	values := map[string]string{}
	n := 0
	for line := range strings.Lines(string(text)) {
		n++
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, value, ok := strings.Cut(line, "=")
		name = strings.TrimSpace(name)
		if !ok {
			return nil, fmt.Errorf("--config: line %d of %s is not NAME=value", n, path)
		}
		if !known(name) {
			return nil, fmt.Errorf("--config: line %d of %s sets %q, which is no setting: the names are %s", n, path, name, names())
		}
		if _, twice := values[name]; twice {
			return nil, fmt.Errorf("--config: line %d of %s sets %s again: keep one", n, path, name)
		}
		value = strings.TrimSpace(value)
		if len(value) >= 2 && value[0] == '"' && value[len(value)-1] == '"' {
			value = value[1 : len(value)-1]
		}
		values[name] = value
	}
	return values, nil
}

func known(name string) bool {
	for _, s := range settings {
		if s.name == name {
			return true
		}
	}
	return false
}

func names() string {
	list := make([]string, len(settings))
	for i, s := range settings {
		list[i] = s.name
	}
	return strings.Join(list, ", ")
}

// flagOf is the flag of a setting: CONSOLE_ORG_URL is --org-url.
func flagOf(name string) string {
	return "--" + strings.ToLower(strings.ReplaceAll(strings.TrimPrefix(name, "CONSOLE_"), "_", "-"))
}
