package compromised

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
)

// Range is a service that is asked by k-anonymity, as Have I Been Pwned's: it is told the first five digits of the hash and
// answers with the rest of every hash it knows that begins so, some thousand of them. It is safe for concurrent use.
type Range struct {
	// URL is what the five digits are appended to, such as https://api.pwnedpasswords.com/range/.
	URL string
	// Client makes the requests; it guards addresses and sizes.
	Client *http.Client
	Now    func() time.Time

	mu     sync.Mutex
	cached map[prefix]answer
	rests  time.Time // until then the service is not asked: it failed moments ago
}

type (
	prefix [5]byte
	suffix [35]byte
	answer struct {
		found []suffix // sorted
		at    time.Time
	}
)

const (
	// rangeTime bounds a question: somebody waits for it.
	rangeTime = 3 * time.Second
	// rangeRest spares people the wait while the service is down.
	rangeRest = 30 * time.Second
	// Answers are some 35 KB each, so the cache stays below 5 MB. It serves people who try again with the same password.
	rangeCached = 128
	rangeFresh  = time.Hour
	// maxRangeBody is several times what the service sends.
	maxRangeBody = 512 << 10
)

// ErrResting: the service failed moments ago and is not asked.
var ErrResting = errors.New("the service failed moments ago")

// Contains asks for the hash's beginning and looks for its end.
func (r *Range) Contains(ctx context.Context, sum Sum) (bool, error) {
	begin, end := prefix(sum[:5]), suffix(sum[5:])
	found, err := r.known(begin)
	if err != nil {
		return false, err
	}
	if found == nil {
		if found, err = r.ask(ctx, begin); err != nil {
			r.rest(ctx)
			return false, err
		}
		r.keep(begin, found)
	}
	_, listed := slices.BinarySearchFunc(found, end, func(a, b suffix) int { return bytes.Compare(a[:], b[:]) })
	return listed, nil
}

// known returns a fresh answer, nil where the service must be asked, or ErrResting.
func (r *Range) known(begin prefix) ([]suffix, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.Now()
	if a, ok := r.cached[begin]; ok && now.Sub(a.at) < rangeFresh {
		return a.found, nil
	}
	if now.Before(r.rests) {
		return nil, ErrResting
	}
	return nil, nil
}

// rest stops asking for a while, unless it was the person who went away.
func (r *Range) rest(ctx context.Context) {
	if errors.Is(ctx.Err(), context.Canceled) {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.rests = r.Now().Add(rangeRest)
}

func (r *Range) keep(begin prefix, found []suffix) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.cached == nil {
		r.cached = map[prefix]answer{}
	}
	for key := range r.cached { // in the map's random order
		if len(r.cached) < rangeCached {
			break
		}
		delete(r.cached, key)
	}
	r.cached[begin] = answer{found, r.Now()}
}

// ask sends the question. The address holds part of the hash, so errors leave it out.
func (r *Range) ask(ctx context.Context, begin prefix) ([]suffix, error) {
	ctx, cancel := context.WithTimeout(ctx, rangeTime)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, r.URL+string(begin[:]), nil)
	if err != nil {
		return nil, errors.New("the service's address is none")
	}
	request.Header.Set("Add-Padding", "true") // so that the length of an answer does not tell the question
	response, err := r.Client.Do(request)
	if err != nil {
		if told := (*url.Error)(nil); errors.As(err, &told) {
			err = told.Err
		}
		return nil, fmt.Errorf("ask the service: %w", err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the service answers with status %d", response.StatusCode)
	}
	return readRange(io.LimitReader(response.Body, maxRangeBody+1))
}

// readRange reads lines of SUFFIX:count. Padding is lines whose count is 0.
func readRange(body io.Reader) ([]suffix, error) {
	found, read := []suffix{}, 0
	lines := bufio.NewScanner(body)
	for lines.Scan() {
		if read += len(lines.Bytes()) + 1; read > maxRangeBody {
			return nil, errors.New("the service's answer is too large")
		}
		hash, count, _ := strings.Cut(strings.TrimSpace(lines.Text()), ":")
		end := []byte(strings.ToUpper(hash))
		if len(end) != len(suffix{}) || !isHex(end) {
			return nil, errors.New("the service answers with something else than hashes")
		}
		if count != "0" {
			found = append(found, suffix(end))
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("read the service's answer: %w", err)
	}
	slices.SortFunc(found, func(a, b suffix) int { return bytes.Compare(a[:], b[:]) })
	return found, nil
}
