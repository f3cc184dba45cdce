package command

import (
	"net"
	"os"
	"path/filepath"
	"testing"

	"gatehouse/internal/db"
)

const free = "127.0.0.1:0"

// fault 13, security 60: what cannot work is refused at the start, in one line that names it.
func TestWrongStartsAreRefused(t *testing.T) {
	taken, err := net.Listen("tcp", free)
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	file := filepath.Join(t.TempDir(), "a-file")
	if err := os.WriteFile(file, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	busy := taken.Addr().String()
	for name, c := range map[string]struct{ args, words []string }{
		"port in use, demo":          {[]string{"demo", "--addr", busy, "--org-addr", free}, []string{busy, "in use"}},
		"port in use, demo's org":    {[]string{"demo", "--addr", free, "--org-addr", busy}, []string{busy, "in use"}},
		"port in use, org":           {[]string{"org", "--addr", busy}, []string{busy, "in use"}},
		"port in use, serve":         {[]string{"serve", "--addr", busy, "--org-url", "http://127.0.0.1:9", "--client-id", "x", "--client-secret", "y", "--data-dir", t.TempDir()}, []string{busy, "in use"}},
		"seed that is none":          {[]string{"demo", "--addr", free, "--org-addr", free, "--seed", "many"}, []string{"--seed", "many"}},
		"seed of nobody":             {[]string{"org", "--addr", free, "--seed", "0"}, []string{"--seed"}},
		"short password":             {[]string{"org", "--addr", free, "--password", "abc"}, []string{"--password", "8"}},
		"client without redirect":    {[]string{"org", "--addr", free, "--client", "a,b"}, []string{"--client", "REDIRECT_URI"}},
		"unknown flag":               {[]string{"org", "--sed", "5"}, []string{"--sed"}},
		"unknown command":            {[]string{"run"}, []string{"run"}},
		"data folder that is a file": {[]string{"org", "--addr", free, "--data", file}, []string{"a-file"}},
		"proxies that are none":      {[]string{"org", "--addr", free, "--seed", "none", "--trusted-proxies", "here"}, []string{"--trusted-proxies"}},
		"half of TLS":                {[]string{"org", "--addr", free, "--tls-cert", file}, []string{"--tls-key"}},
		"certificate that is none":   {[]string{"org", "--addr", free, "--tls-cert", file, "--tls-key", file}, []string{"certificate"}},
		"demo for everybody":         {[]string{"demo", "--addr", "0.0.0.0:0", "--org-addr", free}, []string{"0.0.0.0"}},
		"org for everybody":          {[]string{"org", "--addr", "0.0.0.0:0"}, []string{"0.0.0.0", "--allow-remote-http"}},
		"org on all, no host":        {[]string{"org", "--addr", ":0"}, []string{"--allow-remote-http"}},
		"serve for everybody":        {[]string{"serve", "--addr", "0.0.0.0:0", "--base-url", "http://console.example", "--org-url", "http://127.0.0.1:9", "--client-id", "x", "--client-secret", "y", "--data-dir", t.TempDir()}, []string{"0.0.0.0"}},
		"metrics for everybody":      {[]string{"org", "--addr", free, "--seed", "none", "--metrics-addr", "0.0.0.0:0"}, []string{"0.0.0.0"}},
		"serve without an org":       {[]string{"serve"}, []string{"CONSOLE_ORG_URL"}},
		"no address of a database":   {[]string{"org", "--addr", free, "--database-url", "postgres://%zz"}, []string{"database"}},
		"two places for the data":    {[]string{"org", "--addr", free, "--data", t.TempDir(), "--database-url", "postgres://x"}, []string{"--data"}},
	} {
		t.Run(name, func(t *testing.T) { refused(t, c.words, c.args...) })
	}
}

// fault 13: a folder that another process holds, and databases that are not ours to write.
func TestSpoiledDataFoldersAreRefused(t *testing.T) {
	newer := func(file string) func(t *testing.T, dir string) {
		return func(t *testing.T, dir string) {
			d, err := db.Open(t.Context(), db.Options{URL: filepath.Join(dir, file)})
			if err != nil {
				t.Fatal(err)
			}
			defer d.Close()
			var table string
			err = d.Reader().QueryRow(t.Context(), `SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE '%version%'`).Scan(&table)
			if err != nil {
				t.Fatal(err)
			}
			err = d.Update(t.Context(), func(q db.Querier) error {
				_, err := q.Exec(t.Context(), `INSERT INTO `+table+` (version_id, is_applied) VALUES (9000, 1)`)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	write := func(file string, text []byte) func(t *testing.T, dir string) {
		return func(t *testing.T, dir string) {
			for _, rest := range []string{"-wal", "-shm"} {
				if err := os.RemoveAll(filepath.Join(dir, file+rest)); err != nil {
					t.Fatal(err)
				}
			}
			if err := os.WriteFile(filepath.Join(dir, file), text, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	garbage := make([]byte, 8192)
	for i := range garbage {
		garbage[i] = byte(i * 7)
	}
	demo := func(dir string) []string {
		return []string{"demo", "--addr", free, "--org-addr", free, "--seed", "none", "--data", dir, "--json"}
	}
	for name, c := range map[string]struct {
		spoil func(t *testing.T, dir string)
		words []string
	}{
		"newer console.db":   {newer("console.db"), []string{"console.db", "newer"}},
		"newer org.db":       {newer("org.db"), []string{"org.db", "newer"}},
		"corrupt console.db": {write("console.db", garbage), []string{"console.db"}},
		"corrupt org.db":     {write("org.db", garbage), []string{"org.db"}},
		"broken secret key":  {write("secret.key", []byte("nonsense\n")), []string{"secret.key"}},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if code := run(t, demo(dir)...).stop(); code != 0 {
				t.Fatalf("exit code %d", code)
			}
			c.spoil(t, dir)
			file := filepath.Join(dir, c.words[0])
			before := fileText(t, file)
			refused(t, c.words, demo(dir)...)
			if after := fileText(t, file); after != before {
				t.Error("the refused start changed the spoiled file")
			}
		})
	}
	t.Run("held by another process", func(t *testing.T) {
		dir := t.TempDir()
		first := run(t, demo(dir)...)
		refused(t, []string{dir}, demo(dir)...)
		refused(t, []string{dir}, "org", "--addr", free, "--data", dir)
		if status, _ := ask(t, "", first.report.Console+"/readyz"); status != 200 {
			t.Errorf("the first one suffered: /readyz %d", status)
		}
	})
}

// fileText is a file that a refused start must leave as it is.
func fileText(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
