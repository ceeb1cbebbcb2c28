package compromised

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
)

// File is a list on this machine: one SHA-1 a line, in hexadecimal digits of either case, sorted, with or without :count
// after it, and lines that end in LF or CRLF. It is never loaded: a look-up reads some 35 short pieces of a file of a billion
// lines. It is safe for concurrent use.
type File struct {
	data io.ReaderAt
	size int64
	file *os.File // nil in tests
}

const (
	// maxLine bounds a line with its end: 40 digits, a colon, a count.
	maxLine = 64
	// samples is how many lines are looked at to see that the file is sorted: enough to find the edition that is ordered by
	// how common passwords are, in which nothing would ever be found.
	samples = 64
)

// ErrNotSorted: the lines are not in the order of their hashes.
var ErrNotSorted = errors.New("the lines are not sorted by hash: use the edition that is ordered by hash")

// OpenFile opens a list and looks whether it is one. The file must not be changed while it is open; a newer one takes its
// place by being moved there, and is read from the next start on.
func OpenFile(path string) (*File, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = errors.New("not a regular file")
	}
	if err != nil {
		_ = file.Close()
		return nil, err
	}
	f := &File{data: file, size: info.Size(), file: file}
	if err := f.check(); err != nil {
		_ = file.Close()
		return nil, err
	}
	return f, nil
}

// Close closes the file.
func (f *File) Close() error { return f.file.Close() }

func (f *File) check() error {
	var last Sum
	for i := range int64(samples) {
		sum, _, err := f.lineFrom(f.size / samples * i)
		if errors.Is(err, io.EOF) && i > 0 {
			return nil
		}
		if errors.Is(err, io.EOF) {
			return errors.New("the file is empty")
		}
		if err != nil {
			return err
		}
		if bytes.Compare(sum[:], last[:]) < 0 {
			return ErrNotSorted
		}
		last = sum
	}
	return nil
}

// Contains looks a hash up by binary search.
func (f *File) Contains(ctx context.Context, sum Sum) (bool, error) {
	low, high := int64(0), f.size // a line that begins in [low, high) is searched for
	for low < high {
		if err := ctx.Err(); err != nil {
			return false, err
		}
		middle := low + (high-low)/2
		found, next, err := f.lineFrom(middle)
		if errors.Is(err, io.EOF) {
			high = middle
			continue
		}
		if err != nil {
			return false, err
		}
		switch bytes.Compare(found[:], sum[:]) {
		case 0:
			return true, nil
		case -1:
			low = next // the line after it, which lies after middle
		default:
			high = middle
		}
	}
	return false, nil
}

// lineFrom reads the first line that begins at an offset or after it, and says where the one after that begins. It fails with
// io.EOF where there is none.
func (f *File) lineFrom(at int64) (sum Sum, next int64, err error) {
	var buffer [2*maxLine + 1]byte
	from := max(at-1, 0) // the end of the line before shows whether one begins here
	n, err := f.data.ReadAt(buffer[:], from)
	if err != nil && !errors.Is(err, io.EOF) {
		return sum, 0, fmt.Errorf("read the list: %w", err)
	}
	text, start := buffer[:n], 0
	if at > 0 {
		end := bytes.IndexByte(text, '\n')
		if end < 0 && n == len(buffer) {
			return sum, 0, errors.New("a line is too long for a list of SHA-1 hashes")
		}
		if end < 0 || end+1 == n {
			return sum, 0, io.EOF
		}
		start = end + 1
	}
	line, _, ended := bytes.Cut(text[start:], []byte("\n"))
	if n == start {
		return sum, 0, io.EOF
	}
	next = from + int64(start+len(line))
	if ended {
		next++
	}
	sum, err = parseLine(line)
	return sum, next, err
}

// parseLine reads HASH, HASH:count, with a CR after it or not.
func parseLine(line []byte) (sum Sum, err error) {
	hash, _, _ := bytes.Cut(bytes.TrimRight(line, "\r"), []byte(":"))
	hash = bytes.ToUpper(hash)
	if len(hash) != len(sum) || !isHex(hash) {
		return sum, errors.New("a line is no SHA-1 hash: 40 hexadecimal digits are wanted, with or without :count")
	}
	copy(sum[:], hash)
	return sum, nil
}

// isHex reports whether all are hexadecimal digits, capital ones.
func isHex(text []byte) bool {
	return len(bytes.Trim(text, "0123456789ABCDEF")) == 0
}
