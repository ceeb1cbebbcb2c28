package config

import (
	"errors"
	"log/slog"
	"math"
	"net/netip"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"time"

	"portico/userpool"
)

// reader makes a value of its text. Its error says what to write, and never what was written.
type reader func(text string) (any, error)

// readerOf finds the reader of a type; nil where the type has none.
func readerOf(t reflect.Type) reader {
	switch t {
	case reflect.TypeFor[userpool.Secret]():
		return func(text string) (any, error) { return userpool.NewSecret(text), nil }
	case reflect.TypeFor[netip.Prefix]():
		return readPrefix
	case reflect.TypeFor[time.Duration]():
		return readDuration
	case reflect.TypeFor[url.URL]():
		return readURL
	case reflect.TypeFor[slog.Level]():
		return readLevel
	case reflect.TypeFor[userpool.Rate]():
		return readRate
	case reflect.TypeFor[time.Time]():
		return readTime
	}
	return nil
}

// readPrefix takes a network, or one address, which is a network of one.
func readPrefix(text string) (any, error) {
	if ip, err := netip.ParseAddr(text); err == nil && ip.Zone() == "" {
		return netip.PrefixFrom(ip.Unmap(), ip.Unmap().BitLen()), nil
	}
	prefix, err := netip.ParsePrefix(text)
	if err != nil {
		return nil, errors.New("wants an address or a network, as in 10.0.0.0/8")
	}
	return prefix.Masked(), nil
}

func readDuration(text string) (any, error) {
	d, err := time.ParseDuration(text)
	if err != nil {
		return nil, errors.New("wants a time with its unit, as in 20s or 2m")
	}
	return d, nil
}

func readURL(text string) (any, error) {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return nil, errors.New("wants a web address in full, as in https://sign-in.example.com")
	}
	if u.User != nil {
		return nil, errors.New("must not contain a user name or password")
	}
	return *u, nil
}

func readLevel(text string) (any, error) {
	switch text {
	case "debug":
		return slog.LevelDebug, nil
	case "info":
		return slog.LevelInfo, nil
	case "warn":
		return slog.LevelWarn, nil
	case "error":
		return slog.LevelError, nil
	}
	return nil, errors.New("wants debug, info, warn or error")
}

// readTime reads the times of API answers that are pasted in: the AWS CLI prints RFC 3339, the API itself sends epoch
// seconds.
func readTime(text string) (any, error) {
	if seconds, err := strconv.ParseFloat(text, 64); err == nil && math.Abs(seconds) < 1e11 {
		return time.UnixMilli(int64(math.Round(seconds * 1000))).UTC(), nil
	}
	t, err := time.Parse(time.RFC3339Nano, strings.TrimSpace(text))
	if err != nil {
		return nil, errors.New("wants a date and time, as in 2026-01-31T12:00:00Z")
	}
	return t, nil
}
