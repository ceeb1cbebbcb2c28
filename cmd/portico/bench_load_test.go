package main

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"portico/web"
)

// These benchmarks send requests over real connections of the loopback interface, kept alive, one for each client; a client
// sends its next request when it has the answer. Clients and server share the process and its cores, so the clients' work is
// in every figure, cpu-us/op and x-bare included. Beside those of bench_test.go they print:
//
//	ops/s     throughput
//	p50-us    time until the answer is read, half of the requests
//	p99-us    the same, all but one in a hundred
//	p99/p50   how much worse the unlucky ones fare

func BenchmarkClients(b *testing.B) {
	for _, endpoint := range []struct {
		name    string
		request func(r *rig, b *testing.B) func() *http.Request // makes what one operation sends
		bare    func(b *testing.B) func()
	}{
		{"CodeExchange", codesToExchange, func(b *testing.B) func() { return signatures(b, 2) }},
		{"Refresh", tokensToRefresh, func(b *testing.B) func() { return signatures(b, 2) }},
		{"ClientCredentials", func(*rig, *testing.B) func() *http.Request {
			return func() *http.Request {
				return tokenRequest(reportsID, reportsSecret, url.Values{"grant_type": {"client_credentials"}})
			}
		}, func(b *testing.B) func() { return signatures(b, 1) }},
		{"UserInfo", bearersToShow, func(b *testing.B) func() { return verifications(b, 1) }},
	} {
		for _, clients := range []int{1, 16, 64} {
			b.Run(fmt.Sprintf("%s/clients=%d", endpoint.name, clients), func(b *testing.B) {
				r := newRig(b)
				clientsAtOnce(b, r, clients, endpoint.request(r, b), endpoint.bare(b))
			})
		}
	}
}

func codesToExchange(r *rig, b *testing.B) func() *http.Request {
	session := r.session(b)
	return func() *http.Request {
		w := r.call(b, incoming(http.MethodGet, authorizeAt(acme), nil, session), http.StatusFound)
		to, err := url.Parse(w.Header().Get("Location"))
		if err != nil {
			b.Fatal(err)
		}
		return tokenRequest(appID, appSecret, url.Values{"grant_type": {"authorization_code"}, "code": {to.Query().Get("code")}, "redirect_uri": {appCallback}})
	}
}

func tokensToRefresh(r *rig, b *testing.B) func() *http.Request {
	tokens := r.signedIn(b)
	return func() *http.Request {
		return tokenRequest(appID, appSecret, url.Values{"grant_type": {"refresh_token"}, "refresh_token": {tokens.RefreshToken}})
	}
}

func bearersToShow(r *rig, b *testing.B) func() *http.Request {
	tokens := r.signedIn(b)
	return func() *http.Request { return withBearer(tokens.AccessToken) }
}

func (r *rig) signedIn(b *testing.B) (a answer) {
	b.Helper()
	w := r.call(b, codesToExchange(r, b)(), http.StatusOK)
	if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil {
		b.Fatal(err)
	}
	return a
}

// clientsAtOnce shares b.N operations between clients.
func clientsAtOnce(b *testing.B, r *rig, clients int, prepare func() *http.Request, bare func()) {
	b.Helper()
	host := r.listens(b, clients)
	requests := make([]*http.Request, b.N)
	for i := range requests {
		requests[i] = outgoing(prepare(), host)
	}
	took := make([]time.Duration, b.N)
	var next atomic.Int64
	var crowd sync.WaitGroup
	commits, begun := r.db.Commits(), processorTime(b)
	b.ResetTimer()
	for range clients {
		crowd.Go(func() {
			for i := next.Add(1) - 1; i < int64(b.N); i = next.Add(1) - 1 {
				sent := time.Now()
				status, err := host.send(requests[i])
				took[i] = time.Since(sent)
				if err != nil || status != http.StatusOK {
					b.Errorf("status %d, %v", status, err)
					return
				}
			}
		})
	}
	crowd.Wait()
	b.StopTimer()
	each := perOperation(processorTime(b)-begun, b.N)
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "ops/s")
	b.ReportMetric(quantile(took, 50), "p50-us")
	b.ReportMetric(quantile(took, 99), "p99-us")
	b.ReportMetric(quantile(took, 99)/quantile(took, 50), "p99/p50")
	b.ReportMetric(float64(r.db.Commits()-commits)/float64(b.N), "commits/op")
	alone := costOf(b, bare)
	b.ReportMetric(each, "cpu-us/op")
	b.ReportMetric(alone, "bare-us/op")
	b.ReportMetric(each/alone, "x-bare")
}

// listening is a rig that listens, and clients of it.
type listening struct {
	client  *http.Client
	address string
}

// listens serves the rig as `portico serve` does, for clients that keep their connections.
func (r *rig) listens(b *testing.B, clients int) listening {
	b.Helper()
	server := httptest.NewUnstartedServer(r.handler)
	server.Config = web.NewHTTP(r.handler, slog.New(slog.DiscardHandler))
	server.Start()
	b.Cleanup(server.Close)
	transport := &http.Transport{MaxIdleConns: clients, MaxIdleConnsPerHost: clients, DisableCompression: true}
	b.Cleanup(transport.CloseIdleConnections)
	return listening{client: &http.Client{Transport: transport}, address: server.Listener.Addr().String()}
}

// outgoing turns a request as a server reads it into one as a client sends it; the pool is named by the Host header.
func outgoing(r *http.Request, to listening) *http.Request {
	r.RequestURI, r.URL.Scheme, r.URL.Host = "", "http", to.address
	return r
}

// send sends a request and reads the answer to its end.
func (l listening) send(request *http.Request) (status int, err error) {
	response, err := l.client.Do(request)
	if err != nil {
		return 0, err
	}
	defer response.Body.Close()
	_, err = io.Copy(io.Discard, response.Body)
	return response.StatusCode, err
}

const (
	// overload is how many clients BenchmarkOverload has for each that is let in or may wait.
	overload = 2
	// rush is how long it takes until all have come.
	rush = time.Second
	// comeback is how soon a client that was sent away tries again: ten times as soon as Retry-After asks for.
	comeback = 100 * time.Millisecond
)

// BenchmarkOverload has more clients than the server lets in or lets wait, which hardly pause when they are sent away, and says how quickly that happens, what is served meanwhile, and how long one client waits when they have gone.
func BenchmarkOverload(b *testing.B) {
	r := newRig(b)
	clients := overload * (4 + 256) * runtime.GOMAXPROCS(0) // web/admit.go
	host := r.listens(b, clients)
	refresh := tokensToRefresh(r, b)
	var served, refused, failed atomic.Int64
	var mu sync.Mutex
	var refusals []time.Duration
	var crowd sync.WaitGroup
	b.ResetTimer()
	for n := range clients {
		crowd.Go(func() {
			time.Sleep(time.Duration(n) * rush / time.Duration(clients))
			for served.Load() < int64(b.N) {
				sent := time.Now()
				switch status, err := host.send(outgoing(refresh(), host)); {
				case err == nil && status == http.StatusOK:
					served.Add(1)
				case err == nil && status == http.StatusServiceUnavailable:
					refused.Add(1)
					mu.Lock()
					refusals = append(refusals, time.Since(sent))
					mu.Unlock()
					time.Sleep(comeback)
				default:
					failed.Add(1)
				}
			}
		})
	}
	crowd.Wait()
	b.StopTimer()
	if failed.Load() > 0 {
		b.Fatalf("%d requests were neither served nor refused", failed.Load())
	}
	b.ReportMetric(float64(served.Load())/b.Elapsed().Seconds(), "served/s")
	b.ReportMetric(float64(refused.Load())/b.Elapsed().Seconds(), "refused/s")
	if len(refusals) > 0 { // the first try, of one request, may need none
		b.ReportMetric(quantile(refusals, 50), "refusal-p50-us")
		b.ReportMetric(quantile(refusals, 99), "refusal-p99-us")
	}
	sent := time.Now()
	if status, err := host.send(outgoing(refresh(), host)); err != nil || status != http.StatusOK {
		b.Fatalf("afterwards: status %d, %v", status, err)
	}
	b.ReportMetric(float64(time.Since(sent).Microseconds()), "afterwards-us")
}
