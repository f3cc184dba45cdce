package okta

import (
	"bufio"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// operationsFile is the published list, beside the module where it is present.
const operationsFile = "../../../shared/spec/operations.tsv"

func TestOperationsAreThePublishedOnes(t *testing.T) {
	f, err := os.Open(filepath.FromSlash(operationsFile))
	if os.IsNotExist(err) {
		t.Skipf("the published list is not here: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var want []Operation
	for s := bufio.NewScanner(f); s.Scan(); {
		col := strings.Split(s.Text(), "\t")
		if col[0] == "area" {
			continue
		}
		path, query, _ := strings.Cut(col[3], "?")
		want = append(want, Operation{ID: col[1], Area: col[0], Method: col[2], Path: path, Query: query, Scope: col[4]})
	}
	if len(want) != 347 {
		t.Errorf("the list has %d operations, want 347", len(want))
	}
	for _, o := range want {
		switch got := Find(o.ID); {
		case got == nil:
			t.Errorf("%s is missing", o.ID)
		case *got != o:
			t.Errorf("%+v, published %+v", *got, o)
		}
	}
	for _, o := range Operations() {
		if !slices.Contains(want, o) {
			t.Errorf("%s is not published so", o.ID)
		}
	}
}

func TestOperationsAreDistinct(t *testing.T) {
	ids, routes := map[string]bool{}, map[string]string{}
	for _, o := range Operations() {
		if ids[o.ID] {
			t.Errorf("%s stands there twice", o.ID)
		}
		ids[o.ID] = true
		route := o.Method + " " + parameter.ReplaceAllString(o.Path, "{}") + "?" + o.Query
		if other, ok := routes[route]; ok {
			t.Errorf("%s and %s have one route: %s", other, o.ID, route)
		}
		routes[route] = o.ID
		if o.Safe() && o.Scope != "" && !strings.HasSuffix(o.Scope, ".read") {
			t.Errorf("%s reads with scope %s", o.ID, o.Scope)
		}
	}
}
