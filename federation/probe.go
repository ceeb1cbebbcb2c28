package federation

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"
)

// Prober is a Protocol that can be tried without a person. Nothing that it keeps in memory is used: everything is asked anew.
type Prober interface {
	Probe(ctx context.Context) []Finding
}

// Verdict is what a probe found.
type Verdict string

// The verdicts. Unclear: it could not be told without a person.
const (
	Good    Verdict = "pass"
	Bad     Verdict = "fail"
	Unclear Verdict = "unclear"
)

// Finding is one thing that a probe looked at. Check is a term that advice knows; Detail holds no secret.
type Finding struct {
	Check   string  `json:"check"`
	Verdict Verdict `json:"verdict"`
	Detail  string  `json:"detail"`
}

// Found makes a finding of an error: good without one.
func Found(check string, err error, format string, args ...any) Finding {
	if err == nil {
		return Finding{Check: check, Verdict: Good, Detail: fmt.Sprintf(format, args...)}
	}
	cause := err
	if e, ok := AsError(err); ok && e.Cause != nil {
		cause = e.Cause
	}
	return Finding{Check: check, Verdict: Bad, Detail: cause.Error()}
}

// SoonExpired is how long before its end a certificate is reported: time enough to renew it.
const SoonExpired = 14 * 24 * time.Hour

// Expiry judges the end of a certificate.
func Expiry(check, whose string, end, now time.Time) Finding {
	date := end.UTC().Format(time.DateOnly)
	switch {
	case !now.Before(end):
		return Finding{check, Bad, whose + " expired on " + date}
	case !now.Before(end.Add(-SoonExpired)):
		return Finding{check, Bad, whose + " expires soon, on " + date}
	}
	return Finding{check, Good, whose + " is good until " + date}
}

// Reach tries an address with a GET that follows no redirect: any answer will do, and its TLS certificate is judged. The
// address of each host is tried once.
func Reach(ctx context.Context, client *http.Client, now time.Time, addresses ...string) []Finding {
	var found []Finding
	tried := map[string]bool{}
	for _, address := range addresses {
		u, err := url.Parse(address)
		if err != nil || u.Host == "" || tried[u.Scheme+u.Host] {
			continue
		}
		tried[u.Scheme+u.Host] = true
		found = append(found, reach(ctx, client, now, u))
	}
	return found
}

func reach(ctx context.Context, client *http.Client, now time.Time, u *url.URL) Finding {
	const check = "tls"
	once := *client
	once.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, u.Scheme+"://"+u.Host+"/", http.NoBody)
	if err != nil {
		return Found(check, err, "")
	}
	answer, err := once.Do(request)
	if err != nil {
		var where *url.Error
		if errors.As(err, &where) {
			err = where.Err
		}
		return Found(check, fmt.Errorf("%s: %w", u.Host, err), "")
	}
	_ = answer.Body.Close()
	if answer.TLS == nil || len(answer.TLS.PeerCertificates) == 0 {
		return Finding{check, Good, u.Host + " answers, without TLS"}
	}
	return Expiry(check, "the certificate of "+u.Host, answer.TLS.PeerCertificates[0].NotAfter, now)
}
