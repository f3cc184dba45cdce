package static

import "testing"

// What a first load fetches beside the page, compressed as most browsers ask for it.
func TestFirstLoadIsSmall(t *testing.T) {
	const whole, script = 90 << 10, 30 << 10
	total := 0
	for _, name := range []string{"app.css", "app.js", "icons.svg", "favicon.svg", "inter.woff2"} {
		total += get(t, URL(name), "gzip").Body.Len()
	}
	if n := get(t, URL("app.js"), "gzip").Body.Len(); n > script {
		t.Errorf("the script is %d bytes, may be %d", n, script)
	}
	const page = 10 << 10 // a list of 50 people, compressed, is about 7 KB
	if total+page > whole {
		t.Errorf("the files of a page are %d bytes, with a page more than %d", total, whole)
	}
	t.Logf("files of a page: %d bytes", total)
}
