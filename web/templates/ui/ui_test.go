package ui

import (
	"context"
	"strings"
	"testing"
	"time"
)

func TestAgo(t *testing.T) {
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		before time.Duration
		want   string
	}{
		{0, "just now"},
		{59 * time.Second, "just now"},
		{12 * time.Minute, "12 min ago"},
		{47 * time.Hour, "1 day ago"},
		{23 * time.Hour, "23 h ago"},
		{1200 * 24 * time.Hour, "1,200 days ago"},
		{-30 * time.Second, "in a moment"},
		{-90 * time.Minute, "in 1 h"},
	} {
		if got := ago(now.Add(-c.before), now); got != c.want {
			t.Errorf("%v before: %q, want %q", c.before, got, c.want)
		}
	}
}

func TestNumber(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567", -1234: "-1,234", -123: "-123"} {
		if got := Number(n); got != want {
			t.Errorf("%d is written %q, want %q", n, got, want)
		}
	}
}

func TestInitials(t *testing.T) {
	for name, want := range map[string]string{"Ana Ferreira": "AF", "goran petrović": "GP", "Mona El-Sayed": "MS", "Şule": "Ş", "": "?", "<>": "?", "王 小明": "王小"} {
		if got := initials(name); got != want {
			t.Errorf("initials of %q are %q, want %q", name, got, want)
		}
	}
}

func TestDuration(t *testing.T) {
	for d, want := range map[time.Duration]string{7*time.Hour + 12*time.Minute: "7 h 12 min", 5 * time.Minute: "5 min", -time.Hour: "0 min"} {
		if got := Duration(d); got != want {
			t.Errorf("%v is %q, want %q", d, got, want)
		}
	}
}

// A document keeps its numbers, its order and its escapes in the viewer.
func TestJSONTokens(t *testing.T) {
	doc := `{"b":1.50,"a":[true,null,"x\"<y>"],"big":12345678901234567890,"key: \"no\"":-1e5}`
	var text strings.Builder
	var classes []string
	for _, tok := range tokens([]byte(doc)) {
		text.WriteString(tok.text)
		if tok.class != "" {
			classes = append(classes, tok.class+" "+tok.text)
		}
	}
	want := `k "b",n 1.50,k "a",w true,w null,s "x\"<y>",k "big",n 12345678901234567890,k "key: \"no\"",n -1e5`
	if got := strings.Join(classes, ","); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got := strings.Join(strings.Fields(text.String()), ""); got != strings.Join(strings.Fields(doc), "") {
		t.Errorf("the text is changed: %s", got)
	}
}

// A field's error and help are tied to it for screen readers.
func TestFieldsNameTheirErrors(t *testing.T) {
	var b strings.Builder
	f := Field{Name: "login", Label: "Login", Error: "The field cannot be left blank", Help: "An e-mail address", Required: true}
	if err := Input(f).Render(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`for="field-login"`, `id="field-login"`, `aria-invalid="true"`, `aria-describedby="field-login-error"`, `id="field-login-error"`, " required"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("lacks %s: %s", want, b.String())
		}
	}
}
