package branding

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"

	"golang.org/x/image/webp"
)

// Pictures that are not what they say, and pictures with something after their end, are refused: a file that is an image to
// one reader and a page or an archive to another (a polyglot) has its other half there.
var (
	errNotThat = errors.New("are not a picture of that kind: Extension and the file do not agree")
	errTail    = errors.New("go on after the picture's end: save the picture anew")
)

// checkRaster reads a picture's kind and size, and finds its end.
func checkRaster(extension string, data []byte) (width, height int, err error) {
	var size image.Config
	var end int
	switch extension {
	case "PNG":
		size, err = png.DecodeConfig(bytes.NewReader(data))
		end = endOfPNG(data)
	case "JPEG":
		size, err = jpeg.DecodeConfig(bytes.NewReader(data))
		end = endOfJPEG(data)
	case "WEBP":
		size, err = webp.DecodeConfig(bytes.NewReader(data))
		end = endOfWebP(data)
	}
	switch {
	case err != nil || end == 0:
		return 0, 0, errNotThat
	case end != len(data):
		return 0, 0, errTail
	case size.Width > maxDimension || size.Height > maxDimension || size.Width < 1 || size.Height < 1:
		return 0, 0, fmt.Errorf("are a picture of %d by %d pixels: %d either way are the limit", size.Width, size.Height, maxDimension)
	}
	return size.Width, size.Height, nil
}

// endOfPNG is where the chunk IEND ends (PNG §5.3); 0 where there is none.
func endOfPNG(data []byte) int {
	for at := 8; at+12 <= len(data); {
		size := int(binary.BigEndian.Uint32(data[at:]))
		if size > len(data)-at-12 {
			return 0
		}
		kind := string(data[at+4 : at+8])
		if at += 12 + size; kind == "IEND" {
			return at
		}
	}
	return 0
}

// endOfJPEG is where the marker EOI ends (ITU T.81 §B.1.1); 0 where there is none. Segments are skipped by their length, and the
// scan's data up to the next marker: a marker that stands within it follows a zero.
func endOfJPEG(data []byte) int {
	const (
		firstRestart, lastRestart = 0xd0, 0xd7
		endOfImage, startOfScan   = 0xd9, 0xda
	)
	for at := 2; at+2 <= len(data); {
		if data[at] != 0xff {
			return 0
		}
		marker := data[at+1]
		switch {
		case marker == 0xff: // fill
			at++
			continue
		case marker == endOfImage:
			return at + 2
		case marker == 1, marker >= firstRestart && marker <= lastRestart:
			at += 2
			continue
		case at+4 > len(data):
			return 0
		}
		at += 2 + int(binary.BigEndian.Uint16(data[at+2:]))
		if marker != startOfScan {
			continue
		}
		for at+1 < len(data) && (data[at] != 0xff || data[at+1] == 0 || data[at+1] >= firstRestart && data[at+1] <= lastRestart) {
			at++
		}
	}
	return 0
}

// endOfWebP is where the RIFF container ends; chunks are padded to an even length.
func endOfWebP(data []byte) int {
	if len(data) < 12 || string(data[:4]) != "RIFF" || string(data[8:12]) != "WEBP" {
		return 0
	}
	size := int(binary.LittleEndian.Uint32(data[4:]))
	return 8 + size + size&1
}

// checkICO: the directory's pictures lie within the file and one of them ends it.
func checkICO(data []byte) error {
	if len(data) < 6 || binary.LittleEndian.Uint16(data) != 0 || binary.LittleEndian.Uint16(data[2:]) != 1 {
		return errNotThat
	}
	count, end := int(binary.LittleEndian.Uint16(data[4:])), 0
	if count == 0 || count > 64 || len(data) < 6+16*count {
		return errNotThat
	}
	for i := range count {
		entry := data[6+16*i:]
		size, offset := int(binary.LittleEndian.Uint32(entry[8:])), int(binary.LittleEndian.Uint32(entry[12:]))
		if size > len(data) || offset > len(data)-size || offset < 6+16*count {
			return errNotThat
		}
		end = max(end, offset+size)
	}
	if end != len(data) {
		return errTail
	}
	return nil
}
