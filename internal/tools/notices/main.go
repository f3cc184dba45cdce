// Command notices writes THIRD_PARTY_NOTICES: the licence texts of every module that
// is part of the binary, and of the vendored css, scripts and fonts.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "notices:", err)
		os.Exit(1)
	}
}

type module struct {
	Path, Version, Dir string
	Replace            *module
}

func run() error {
	root, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}").Output()
	if err != nil {
		return err
	}
	dir := strings.TrimSpace(string(root))
	modules, err := linked(dir)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	out.WriteString("Gatehouse is licensed under the Apache License 2.0 (LICENSE). It contains the works below.\n")
	for _, m := range modules {
		if err := section(&out, m.Path+" "+m.Version, m.Dir); err != nil {
			return err
		}
	}
	vendored, err := filepath.Glob(filepath.Join(dir, "web/static/vendor/*"))
	if err != nil {
		return err
	}
	for _, v := range vendored {
		if info, err := os.Stat(v); err == nil && info.IsDir() {
			if err := section(&out, "web/static/vendor/"+filepath.Base(v), v); err != nil {
				return err
			}
		}
	}
	return os.WriteFile(filepath.Join(dir, "THIRD_PARTY_NOTICES"), out.Bytes(), 0o644)
}

// linked lists the modules that the binary contains, by path.
func linked(dir string) ([]module, error) {
	cmd := exec.Command("go", "list", "-tags", "nomsgpack", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}}{{end}}{{end}}", "./cmd/console")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOOS=linux", "GOARCH=amd64", "CGO_ENABLED=0")
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("list the dependencies: %w", err)
	}
	var found []module
	seen := map[string]bool{}
	for _, path := range strings.Fields(string(out)) {
		if seen[path] {
			continue
		}
		seen[path] = true
		cmd := exec.Command("go", "list", "-m", "-json", path)
		cmd.Dir = dir
		out, err := cmd.Output()
		if err != nil {
			return nil, fmt.Errorf("module %s: %w", path, err)
		}
		var m module
		if err := json.Unmarshal(out, &m); err != nil {
			return nil, err
		}
		found = append(found, m)
	}
	sort.Slice(found, func(i, j int) bool { return found[i].Path < found[j].Path })
	return found, nil
}

// section writes a heading and the licence and notice files of dir.
func section(out *bytes.Buffer, title, dir string) error {
	fmt.Fprintf(out, "\n%s\n%s\n", strings.Repeat("=", 80), title)
	var files []string
	for _, pattern := range []string{"LICENSE*", "LICENCE*", "COPYING*", "NOTICE*"} {
		m, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil {
			return err
		}
		files = append(files, m...)
	}
	if len(files) == 0 {
		return fmt.Errorf("%s has no licence file in %s", title, dir)
	}
	for _, f := range files {
		if info, err := os.Stat(f); err != nil || info.IsDir() {
			continue
		}
		text, err := os.ReadFile(f)
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "%s\n\n%s\n", strings.Repeat("-", 80), bytes.TrimSpace(bytes.ReplaceAll(text, []byte("\r"), nil)))
	}
	return nil
}
