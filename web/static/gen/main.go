package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/base32"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// Folders below the module root, where `go run` and `make generate` start.
const (
	sourceDir = "web/static/src"
	vendorDir = "web/static/vendor"
	outputDir = "web/static/dist"
)

func main() {
	check := flag.Bool("check", false, "compare with what is there instead of writing it")
	flag.Parse()
	if err := run(*check); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func run(check bool) error {
	files, err := build()
	if err != nil {
		return err
	}
	if check {
		return compare(files)
	}
	if err := os.RemoveAll(outputDir); err != nil {
		return err
	}
	if err := os.MkdirAll(outputDir, 0o755); err != nil {
		return err
	}
	for name, b := range files {
		if err := os.WriteFile(filepath.Join(outputDir, name), b, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// build returns every file of dist by its name.
func build() (map[string][]byte, error) {
	out := map[string][]byte{}
	manifest := map[string]string{}
	add := func(name string, b []byte) {
		hashed := hashedName(name, b)
		manifest[name] = hashed
		out[hashed] = b
	}

	font, err := os.ReadFile(vendorDir + "/inter-5.3.0/inter-latin-wght-normal.woff2")
	if err != nil {
		return nil, err
	}
	add("inter.woff2", font)
	sprite, err := iconSprite(vendorDir + "/tabler-icons-3.51.0/outline")
	if err != nil {
		return nil, err
	}
	add("icons.svg", sprite)
	favicon, err := os.ReadFile(sourceDir + "/favicon.svg")
	if err != nil {
		return nil, err
	}
	add("favicon.svg", favicon)
	css, err := styleSheet(manifest)
	if err != nil {
		return nil, err
	}
	add("app.css", css)
	js, err := script(sourceDir + "/js/main.js")
	if err != nil {
		return nil, err
	}
	add("app.js", js)
	own, err := os.ReadDir(sourceDir + "/page")
	if err != nil {
		return nil, err
	}
	for _, f := range own {
		b, err := pageFile(f.Name())
		if err != nil {
			return nil, err
		}
		add(f.Name(), b)
	}

	for _, hashed := range manifest {
		if err := precompress(out, hashed); err != nil {
			return nil, err
		}
	}
	b, err := json.MarshalIndent(manifest, "", "\t") // keys come sorted
	if err != nil {
		return nil, err
	}
	out["manifest.json"] = append(b, '\n')
	return out, nil
}

// hashedName turns app.css into app.<10 characters>.css.
func hashedName(name string, b []byte) string {
	sum := sha256.Sum256(b)
	hash := strings.ToLower(base32.StdEncoding.EncodeToString(sum[:]))[:10]
	ext := path.Ext(name)
	return strings.TrimSuffix(name, ext) + "." + hash + ext
}

func compare(files map[string][]byte) error {
	var wrong []error
	for name, want := range files {
		got, err := os.ReadFile(filepath.Join(outputDir, name))
		if err != nil || !bytes.Equal(got, want) {
			wrong = append(wrong, fmt.Errorf("%s/%s is missing or out of date", outputDir, name))
		}
	}
	err := filepath.WalkDir(outputDir, func(p string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && files[d.Name()] == nil {
			wrong = append(wrong, fmt.Errorf("%s is left over", p))
		}
		return err
	})
	if err != nil {
		wrong = append(wrong, err)
	}
	return errors.Join(wrong...)
}
