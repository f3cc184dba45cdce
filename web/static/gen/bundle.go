package main

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/andybalholm/brotli"
	"github.com/evanw/esbuild/pkg/api"
)

// script bundles a file with all it imports.
func script(entry string) ([]byte, error) {
	r := api.Build(api.BuildOptions{
		EntryPoints: []string{entry},
		Bundle:      true, Format: api.FormatIIFE, Target: api.ES2022,
		MinifyWhitespace: true, MinifyIdentifiers: true, MinifySyntax: true,
		LegalComments: api.LegalCommentsNone, Charset: api.CharsetUTF8,
	})
	return single(r.OutputFiles, r.Errors)
}

// styleSheet is the purged upstream sheet in its own layer, then ours, which therefore
// wins whatever the specificity. manifest gives the hashed names that url(...) needs.
func styleSheet(manifest map[string]string) ([]byte, error) {
	upstream, err := os.ReadFile(vendorDir + "/tabler-core-1.6.1/tabler.min.css")
	if err != nil {
		return nil, err
	}
	keep, err := os.ReadFile(sourceDir + "/tabler.txt")
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "@layer tabler{%s}\n", purge(string(upstream), classList(string(keep))))
	own, err := os.ReadDir(sourceDir + "/css")
	if err != nil {
		return nil, err
	}
	for _, f := range own { // in order of name
		text, err := os.ReadFile(sourceDir + "/css/" + f.Name())
		if err != nil {
			return nil, err
		}
		b.Write(text)
	}
	text := b.String()
	for plain, hashed := range manifest {
		text = strings.ReplaceAll(text, "url("+plain+")", "url("+hashed+")")
	}
	return minified(text)
}

func minified(css string) ([]byte, error) {
	r := api.Transform(css, api.TransformOptions{
		Loader: api.LoaderCSS, MinifyWhitespace: true, MinifySyntax: true,
		LegalComments: api.LegalCommentsNone, Charset: api.CharsetUTF8,
	})
	if len(r.Errors) > 0 {
		return nil, messages(r.Errors)
	}
	return r.Code, nil
}

// pageFile makes a style sheet or a script of src/page, which the pages of one area load
// beside those that every page has.
func pageFile(name string) ([]byte, error) {
	from := sourceDir + "/page/" + name
	if path.Ext(name) == ".js" {
		return script(from)
	}
	text, err := os.ReadFile(from)
	if err != nil {
		return nil, err
	}
	return minified(string(text))
}

func single(files []api.OutputFile, errs []api.Message) ([]byte, error) {
	if len(errs) > 0 {
		return nil, messages(errs)
	}
	if len(files) != 1 {
		return nil, fmt.Errorf("%d output files, want 1", len(files))
	}
	return files[0].Contents, nil
}

func messages(errs []api.Message) error {
	lines := api.FormatMessages(errs, api.FormatMessagesOptions{Kind: api.ErrorMessage})
	return errors.New(strings.Join(lines, ""))
}

// precompress adds the .br and .gz of one file; a font is compressed already.
func precompress(out map[string][]byte, name string) error {
	if path.Ext(name) == ".woff2" {
		return nil
	}
	var br, gz bytes.Buffer
	w := brotli.NewWriterLevel(&br, brotli.BestCompression)
	z, err := gzip.NewWriterLevel(&gz, gzip.BestCompression)
	if err != nil {
		return err
	}
	_, e1 := w.Write(out[name])
	_, e2 := z.Write(out[name])
	if err := errors.Join(e1, e2, w.Close(), z.Close()); err != nil {
		return err
	}
	out[name+".br"], out[name+".gz"] = br.Bytes(), gz.Bytes()
	return nil
}

// classList reads src/tabler.txt: a class a line, # starts a comment.
func classList(text string) []string {
	var names []string
	for line := range strings.Lines(text) {
		name, _, _ := strings.Cut(line, "#")
		if name = strings.TrimSpace(name); name != "" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}
