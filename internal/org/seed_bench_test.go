package org

import (
	"testing"

	"gatehouse/internal/db"
	"gatehouse/internal/db/dbtest"
)

// BenchmarkSeedCompany fills an empty store with the company: what a first start waits for.
func BenchmarkSeedCompany(b *testing.B) {
	for b.Loop() {
		o, err := New(b.Context(), Config{DB: dbtest.Open(b, db.SQLite, DatabaseOptions("")), BaseURL: "http://org.example"})
		if err != nil {
			b.Fatal(err)
		}
		if _, _, err := o.Seed(b.Context(), SeedOptions{Company: true, Password: "Bench-pass-1", APIToken: "token"}); err != nil {
			b.Fatal(err)
		}
	}
}
