package ui

import (
	"strconv"
	"strings"

	"rsc.io/qr"
)

// quiet is the white border that a reader needs around a QR code, in modules (ISO/IEC 18004).
const quiet = 4

// qrPath draws text as a QR code: the SVG path of its dark modules, and the length of a
// side in modules with the border. A text that no QR code holds has no path.
func qrPath(text string) (path string, side int) {
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		return "", 0
	}
	var b strings.Builder
	for y := range code.Size {
		for x := 0; x < code.Size; x++ {
			run := 0
			for x+run < code.Size && code.Black(x+run, y) {
				run++
			}
			if run > 0 {
				b.WriteString("M" + strconv.Itoa(x+quiet) + " " + strconv.Itoa(y+quiet) + "h" + strconv.Itoa(run) + "v1h-" + strconv.Itoa(run) + "z")
				x += run
			}
		}
	}
	return b.String(), code.Size + 2*quiet
}

func qrBox(side int) string { return "0 0 " + strconv.Itoa(side) + " " + strconv.Itoa(side) }
