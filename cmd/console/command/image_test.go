package command

import (
	"bufio"
	"debug/elf"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

// imageUser is the user of the Dockerfile.
const imageUser = 65532

// The steps of the Dockerfile, without a container engine: its own build command makes
// a static binary, which runs as another user than root with nothing beside it. As root
// the test locks it into an empty, read-only folder; else it stands in one.
func TestImageStepsWithoutAnEngine(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the binary")
	}
	text, err := os.ReadFile("../../../Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	build := regexp.MustCompile(`CGO_ENABLED=0 go build .*-o /out/console \./cmd/console`).FindString(string(text))
	for _, part := range []string{"FROM scratch\n", "USER 65532:65532\n", `"/console", "health"`, `ENTRYPOINT ["/console"]`} {
		if !strings.Contains(string(text), part) {
			t.Errorf("the Dockerfile has no %s", part)
		}
	}
	// -trimpath only shortens file names in the binary; without it the build shares what
	// the tests have compiled.
	build = strings.Replace(build, "-trimpath ", "", 1)
	root := t.TempDir()
	binary := filepath.Join(root, "console")
	made := exec.Command("sh", "-c", strings.ReplaceAll(build, "/out/console", binary))
	made.Dir = "../../.."
	if out, err := made.CombinedOutput(); err != nil || build == "" {
		t.Fatalf("the Dockerfile's build command %q: %v\n%s", build, err, out)
	}
	checkStatic(t, binary)

	data := filepath.Join(root, "data")
	if err := os.Mkdir(data, 0o700); err != nil {
		t.Fatal(err)
	}
	asRoot := os.Geteuid() == 0
	inside := func(args ...string) *exec.Cmd {
		c := exec.Command(binary, args...)
		c.Dir, c.Env = root, []string{}
		if asRoot {
			c.Path, c.Dir = "/console", "/"
			c.SysProcAttr = &syscall.SysProcAttr{Chroot: root, Credential: &syscall.Credential{Uid: imageUser, Gid: imageUser}}
		}
		return c
	}
	folder := data
	if asRoot {
		folder = "/data"
		if err := os.Chown(data, imageUser, imageUser); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(root, 0o555); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.Chmod(root, 0o700) }) //nolint:errcheck // the folder goes anyway

	c := inside("demo", "--addr", free, "--org-addr", free, "--seed", "20", "--data", folder, "--json")
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Process.Kill() }) //nolint:errcheck // it has ended where all went well
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("no report: %v", err)
	}
	var r report
	if err := json.Unmarshal([]byte(line), &r); err != nil {
		t.Fatal(err)
	}
	if status, body := ask(t, "", r.Console+"/signed-out"); status != 200 || !strings.Contains(body, "/static/") {
		t.Errorf("a page of the lone binary: %d %s", status, body)
	}
	for _, base := range []string{r.Console, r.Org} {
		if said, err := inside("health", base).CombinedOutput(); err != nil {
			t.Errorf("health %s: %v %s", base, err, said)
		}
	}
	if err := c.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := c.Wait(); err != nil {
		t.Errorf("after SIGTERM: %v", err)
	}
	if inside("health", r.Console).Run() == nil {
		t.Error("health says that a console which has ended is ready")
	}
}

// checkStatic fails where the binary needs a loader or a library.
func checkStatic(t *testing.T, binary string) {
	t.Helper()
	f, err := elf.Open(binary)
	if err != nil {
		t.Skip("no ELF binary on this system: ", err)
	}
	defer f.Close()
	for _, p := range f.Progs {
		if p.Type == elf.PT_INTERP {
			t.Error("the binary asks for a loader: it is not static")
		}
	}
	if libraries, err := f.ImportedLibraries(); err == nil && len(libraries) > 0 {
		t.Errorf("the binary needs %v", libraries)
	}
}
