package hostedui

import (
	"fmt"
	"strings"
	"testing"

	"github.com/boombuler/barcode/qr"
)

// The path draws what the library encoded, module by module.
func TestQRCodeIsDrawnWhole(t *testing.T) {
	const text = "otpauth://totp/Acme%20Notes:ines@acme.example?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Acme%20Notes"
	drawn := drawQR(text)
	code, err := qr.Encode(text, qr.M, qr.Unicode)
	if err != nil {
		t.Fatal(err)
	}
	if drawn.Size != code.Bounds().Dx() {
		t.Fatalf("%d modules, want %d", drawn.Size, code.Bounds().Dx())
	}
	for y := range drawn.Size {
		for x := range drawn.Size {
			red, _, _, _ := code.At(x, y).RGBA()
			if covers(t, drawn.Path, x, y) != (red == 0) {
				t.Fatalf("module %d, %d is drawn wrong", x, y)
			}
		}
	}
}

// covers reports whether one of the runs of a path lies over a module.
func covers(t *testing.T, path string, x, y int) bool {
	t.Helper()
	for run := range strings.SplitSeq(strings.TrimSuffix(path, "z"), "z") {
		var left, top, wide int
		if _, err := fmt.Sscanf(run, "M%d %dh%dv1", &left, &top, &wide); err != nil {
			t.Fatal(err)
		}
		if y == top && x >= left && x < left+wide {
			return true
		}
	}
	return false
}

func TestQRCodeOfTooMuch(t *testing.T) {
	if drawn := drawQR(strings.Repeat("x", 5000)); drawn.Size != 0 || drawn.Path != "" {
		t.Errorf("drew %d modules", drawn.Size)
	}
}
