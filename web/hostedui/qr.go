package hostedui

import (
	"fmt"
	"strings"

	"github.com/boombuler/barcode/qr"

	"portico/templates"
)

// drawQR draws a text as a QR code: runs of dark modules, row by row, as one path. It is inline in the page, for the address
// of a picture would hold the secret, and so would a cache. A text that no code holds gives none: the key is beside it.
func drawQR(text string) templates.QRCode {
	code, err := qr.Encode(text, qr.M, qr.Unicode)
	if err != nil {
		return templates.QRCode{}
	}
	size := code.Bounds().Dx()
	dark := func(x, y int) bool {
		if x >= size {
			return false
		}
		red, _, _, _ := code.At(x, y).RGBA()
		return red == 0
	}
	var path strings.Builder
	for y := range size {
		for x := 0; x < size; x++ {
			start := x
			for dark(x, y) {
				x++
			}
			if n := x - start; n > 0 {
				fmt.Fprintf(&path, "M%d %dh%dv1h-%dz", start, y, n, n)
			}
		}
	}
	return templates.QRCode{Size: size, Path: path.String()}
}
