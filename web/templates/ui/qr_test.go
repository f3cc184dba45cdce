package ui

import (
	"fmt"
	"strings"
	"testing"

	"rsc.io/qr"
)

// Each dark module of the code is drawn, no other, with the border around them.
func TestQRDrawsTheModules(t *testing.T) {
	const text = "otpauth://totp/Org:ada@org.example?secret=JBSWY3DPEHPK3PXP&issuer=Org"
	path, side := qrPath(text)
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		t.Fatal(err)
	}
	if side != code.Size+8 {
		t.Fatalf("%d modules a side, want %d", side, code.Size+8)
	}
	drawn := map[[2]int]bool{}
	for _, run := range strings.Split(path, "M")[1:] {
		var x, y, n, back int
		if _, err := fmt.Sscanf(run, "%d %dh%dv1h-%dz", &x, &y, &n, &back); err != nil || n != back {
			t.Fatalf("run %q: %v", run, err)
		}
		for i := range n {
			drawn[[2]int{x + i, y}] = true
		}
	}
	for y := range side {
		for x := range side {
			if want := code.Black(x-4, y-4); drawn[[2]int{x, y}] != want {
				t.Fatalf("module %d, %d is dark: %v, want %v", x, y, !want, want)
			}
		}
	}
	if path, side := qrPath(strings.Repeat("x", 5000)); path != "" || side != 0 {
		t.Errorf("a text that no code holds is drawn: %d", side)
	}
}
