package federation

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

// strictOnAnyPort refuses what a production client refuses, ports excepted, so that the address alone decides.
func strictOnAnyPort(resolver *net.Resolver) *http.Client {
	g := newGuard(false)
	g.anyPort = true
	return newClient(OutboundOptions{}, g, resolver)
}

// target is a server on loopback that counts who reached it.
func target(t *testing.T, handler http.HandlerFunc) (*httptest.Server, *atomic.Int32) {
	t.Helper()
	var reached atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		reached.Add(1)
		if handler != nil {
			handler(w, r)
		}
	}))
	t.Cleanup(server.Close)
	return server, &reached
}

func get(client *http.Client, address string) error {
	answer, err := client.Get(address)
	if err != nil {
		return err
	}
	defer func() { _ = answer.Body.Close() }()
	_, err = io.ReadAll(answer.Body)
	return err
}

func TestRequestForgeryToInternalAddressIsRefused(t *testing.T) {
	strict, dev := newGuard(false), newGuard(true)
	for _, c := range []struct {
		ip          string
		strict, dev bool
	}{
		{"127.0.0.1", false, true},
		{"127.255.0.9", false, true},
		{"::1", false, true},
		{"::ffff:127.0.0.1", false, true},
		{"10.1.2.3", false, true},
		{"172.31.0.1", false, true},
		{"192.168.1.1", false, true},
		{"::ffff:192.168.1.1", false, true},
		{"fd12:3456::1", false, true},
		{"100.64.0.1", false, true},
		{"64:ff9b::7f00:1", false, true},
		{"169.254.169.254", false, false},
		{"::ffff:169.254.169.254", false, false},
		{"64:ff9b::a9fe:a9fe", false, false},
		{"fd00:ec2::254", false, false},
		{"168.63.129.16", false, false},
		{"100.100.100.200", false, false},
		{"fe80::1", false, false},
		{"fe80::1%eth0", false, false},
		{"0.0.0.0", false, false},
		{"::", false, false},
		{"::127.0.0.1", false, false},
		{"224.0.0.1", false, false},
		{"ff02::1", false, false},
		{"255.255.255.255", false, false},
		{"192.0.2.1", false, false},
		{"198.18.0.1", false, false},
		{"2001:db8::1", false, false},
		{"2002:7f00:1::", false, false},
		{"2001:0:7f00:1::", false, false},
		{"fec0::1", false, false},
		{"8.8.8.8", true, true},
		{"172.32.0.1", true, true},
		{"100.128.0.1", true, true},
		{"2606:4700::1111", true, true},
		{"64:ff9b::808:808", true, true},
	} {
		ip := netip.MustParseAddr(c.ip)
		if got := strict.reaches(ip); got != c.strict {
			t.Errorf("%s: reached = %v, want %v", c.ip, got, c.strict)
		}
		if got := dev.reaches(ip); got != c.dev {
			t.Errorf("%s: reached in development = %v, want %v", c.ip, got, c.dev)
		}
	}
}

func TestRequestForgeryToOddPortIsRefused(t *testing.T) {
	g := newGuard(false)
	for port, want := range map[string]bool{"80": true, "443": true, "22": false, "6379": false, "8080": false} {
		if err := g.control("tcp4", "8.8.8.8:"+port, nil); (err == nil) != want {
			t.Errorf("port %s: %v", port, err)
		}
	}
}

func TestRequestForgeryToLoopbackIsRefused(t *testing.T) {
	server, reached := target(t, nil)
	port := server.URL[strings.LastIndexByte(server.URL, ':'):]
	for _, host := range []string{"127.0.0.1", "localhost", "[::ffff:127.0.0.1]"} {
		if err := get(strictOnAnyPort(nil), "http://"+host+port+"/"); !errors.Is(err, ErrAddressRefused) {
			t.Errorf("%s: %v", host, err)
		}
	}
	if n := reached.Load(); n != 0 {
		t.Fatalf("the server was reached %d times", n)
	}
	if err := get(NewClient(OutboundOptions{AllowPrivate: true}), server.URL); err != nil || reached.Load() != 1 {
		t.Fatalf("in development: %v, reached %d times", err, reached.Load())
	}
}

func TestRedirectToMetadataAddressIsRefused(t *testing.T) {
	server, _ := target(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://169.254.169.254/latest/meta-data/", http.StatusFound)
	})
	if err := get(NewClient(OutboundOptions{AllowPrivate: true}), server.URL); !errors.Is(err, ErrAddressRefused) {
		t.Fatal(err)
	}
}

func TestRedirectToLoopbackIsRefused(t *testing.T) {
	inner, reached := target(t, nil)
	outer, _ := target(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, inner.URL, http.StatusFound) })
	// The outer server stands for a public one: exactly its port is let through.
	g := newGuard(false)
	g.anyPort = true
	client := newClient(OutboundOptions{}, g, nil)
	allowed := outer.Listener.Addr().String()
	client.Transport.(*outbound).next.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		if address == allowed {
			return new(net.Dialer).DialContext(ctx, network, address)
		}
		return (&net.Dialer{Control: g.control}).DialContext(ctx, network, address)
	}
	if err := get(client, outer.URL); !errors.Is(err, ErrAddressRefused) || reached.Load() != 0 {
		t.Fatalf("%v, reached %d times", err, reached.Load())
	}
}

// A name under the attacker's control resolves to a public address when it is looked at and to loopback when it is
// connected to. Here it always resolves to loopback; what matters is that the refusal comes from the address connected to.
func TestRebindingNameIsRefused(t *testing.T) {
	server, reached := target(t, nil)
	resolver := resolvingTo(t, [4]byte{127, 0, 0, 1})
	address := "http://rebind.example" + server.URL[strings.LastIndexByte(server.URL, ':'):]
	if err := get(strictOnAnyPort(resolver), address); !errors.Is(err, ErrAddressRefused) || reached.Load() != 0 {
		t.Fatalf("%v, reached %d times", err, reached.Load())
	}
	if err := get(newClient(OutboundOptions{}, newGuard(true), resolver), address); err != nil || reached.Load() != 1 {
		t.Fatalf("in development: %v, reached %d times", err, reached.Load())
	}
}

func TestOtherSchemesAreRefused(t *testing.T) {
	client := NewClient(OutboundOptions{AllowPrivate: true})
	for _, address := range []string{"file:///etc/passwd", "gopher://127.0.0.1/", "ftp://127.0.0.1/", "http://user:secret@127.0.0.1/"} {
		if err := get(client, address); !errors.Is(err, ErrAddressRefused) {
			t.Errorf("%s: %v", address, err)
		}
	}
	server, _ := target(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", "file:///etc/passwd")
		w.WriteHeader(http.StatusFound)
	})
	if err := get(client, server.URL); !errors.Is(err, ErrAddressRefused) {
		t.Errorf("redirect to a file: %v", err)
	}
}

func TestRedirectLoopEnds(t *testing.T) {
	server, reached := target(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/", http.StatusFound) })
	err := get(NewClient(OutboundOptions{AllowPrivate: true}), server.URL)
	if !errors.Is(err, ErrRedirectRefused) || reached.Load() != maxRedirects+1 {
		t.Fatalf("%v after %d requests", err, reached.Load())
	}
}

func TestRedirectFromHTTPSToHTTPIsRefused(t *testing.T) {
	plain, reached := target(t, nil)
	secure := httptest.NewTLSServer(http.RedirectHandler(plain.URL, http.StatusFound))
	defer secure.Close()
	roots := secure.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
	err := get(NewClient(OutboundOptions{AllowPrivate: true, Roots: roots}), secure.URL)
	if !errors.Is(err, ErrRedirectRefused) || reached.Load() != 0 {
		t.Fatalf("%v, reached %d times", err, reached.Load())
	}
}

func TestRedirectCarryingSecretToAnotherHostIsRefused(t *testing.T) {
	thief, reached := target(t, nil)
	server, _ := target(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, thief.URL, http.StatusTemporaryRedirect)
	})
	_, err := NewClient(OutboundOptions{AllowPrivate: true}).PostForm(server.URL, url.Values{"client_secret": {"s"}})
	if !errors.Is(err, ErrRedirectRefused) || reached.Load() != 0 {
		t.Fatalf("%v, reached %d times", err, reached.Load())
	}
}

func TestUntrustedCertificateIsRefused(t *testing.T) {
	secure := httptest.NewUnstartedServer(http.NotFoundHandler())
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	secure.StartTLS()
	defer secure.Close()
	if err := get(NewClient(OutboundOptions{AllowPrivate: true}), secure.URL); err == nil {
		t.Fatal("accepted")
	}
}

func TestOversizedBodyIsRefused(t *testing.T) {
	body := make([]byte, 1001)
	server, _ := target(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(body) })
	if err := get(NewClient(OutboundOptions{AllowPrivate: true, MaxBody: 1000}), server.URL); !errors.Is(err, ErrTooLarge) {
		t.Errorf("one byte too many: %v", err)
	}
	if err := get(NewClient(OutboundOptions{AllowPrivate: true, MaxBody: 1001}), server.URL); err != nil {
		t.Errorf("exactly the limit: %v", err)
	}
}

func TestDecompressionBombIsRefused(t *testing.T) {
	var packed bytes.Buffer
	zip := gzip.NewWriter(&packed)
	_, _ = zip.Write(make([]byte, 1<<20))
	_ = zip.Close()
	server, _ := target(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(packed.Bytes())
	})
	if packed.Len() > 10_000 {
		t.Fatalf("the bomb is %d bytes", packed.Len())
	}
	if err := get(NewClient(OutboundOptions{AllowPrivate: true, MaxBody: 10_000}), server.URL); !errors.Is(err, ErrTooLarge) {
		t.Fatal(err)
	}
}

func TestSlowServerTimesOut(t *testing.T) {
	server, _ := target(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	err := get(NewClient(OutboundOptions{AllowPrivate: true, Timeout: 20 * time.Millisecond}), server.URL)
	var timeout net.Error
	if !errors.As(err, &timeout) || !timeout.Timeout() {
		t.Fatal(err)
	}
}

func TestProxyOfTheEnvironmentIsIgnored(t *testing.T) {
	if NewClient(OutboundOptions{}).Transport.(*outbound).next.Proxy != nil {
		t.Fatal("a proxy would hide the address from the check")
	}
}

func TestRequestsNameUs(t *testing.T) {
	var agent string
	server, _ := target(t, func(_ http.ResponseWriter, r *http.Request) { agent = r.UserAgent() })
	if err := get(NewClient(OutboundOptions{AllowPrivate: true}), server.URL); err != nil || agent != "Portico" {
		t.Fatal(agent, err)
	}
}

// resolvingTo is a resolver, backed by a DNS server on loopback, that finds one address for every name.
func resolvingTo(t *testing.T, ip [4]byte) *net.Resolver {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	go func() {
		packet := make([]byte, 512)
		for {
			n, from, err := conn.ReadFrom(packet)
			if err != nil {
				return
			}
			var query dnsmessage.Message
			if query.Unpack(packet[:n]) != nil || len(query.Questions) != 1 {
				continue
			}
			reply := dnsmessage.Message{Header: dnsmessage.Header{ID: query.ID, Response: true}, Questions: query.Questions}
			if q := query.Questions[0]; q.Type == dnsmessage.TypeA {
				reply.Answers = []dnsmessage.Resource{{
					Header: dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class},
					Body:   &dnsmessage.AResource{A: ip},
				}}
			}
			if out, err := reply.Pack(); err == nil {
				_, _ = conn.WriteTo(out, from)
			}
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
}
