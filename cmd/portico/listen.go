package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"golang.org/x/sync/errgroup"

	"portico/web"
)

// site is one HTTP server: a handler and the sockets it answers on.
type site struct {
	handler   http.Handler
	listeners []net.Listener
	tls       *tls.Config // nil: plain http
}

// serveUntil serves all sites until the context ends, then lets requests in flight finish, for as long as grace. It returns
// early if one of the servers fails.
func serveUntil(ctx context.Context, grace time.Duration, log *slog.Logger, sites ...site) error {
	group, ctx := errgroup.WithContext(ctx)
	for _, s := range sites {
		server := web.NewHTTP(s.handler, log)
		server.TLSConfig = s.tls
		for _, l := range s.listeners {
			group.Go(func() error {
				var err error
				if s.tls != nil {
					err = server.ServeTLS(l, "", "")
				} else {
					err = server.Serve(l)
				}
				if errors.Is(err, http.ErrServerClosed) {
					return nil
				}
				return err
			})
		}
		group.Go(func() error {
			<-ctx.Done()
			deadline, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
			defer cancel()
			if err := server.Shutdown(deadline); err != nil {
				log.Warn("some requests did not finish in time", "err", err)
				return server.Close()
			}
			return nil
		})
	}
	return group.Wait()
}

// listen opens an address. "localhost" means this machine on IPv4 and, where there is IPv6, on the same port there: browsers
// try either first.
func listen(address string) ([]net.Listener, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("listen on %q: want host:port", address)
	}
	if host != "localhost" && host != "127.0.0.1" {
		l, err := net.Listen("tcp", address)
		if err != nil {
			return nil, explainBusy(address, err)
		}
		return []net.Listener{l}, nil
	}
	_, port, _ := net.SplitHostPort(address)
	first, err := net.Listen("tcp4", net.JoinHostPort("127.0.0.1", port))
	if err != nil {
		return nil, explainBusy(address, err)
	}
	listeners := []net.Listener{first}
	if second, err := net.Listen("tcp6", net.JoinHostPort("::1", portOf(first))); err == nil {
		listeners = append(listeners, second)
	}
	return listeners, nil
}

func explainBusy(address string, err error) error {
	return fmt.Errorf("cannot listen on %s: %w\nIs it taken by another program? Choose another address with --listen (or server.listen)", address, err)
}

func portOf(l net.Listener) string {
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return port
}
