package notify

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/credentials"
)

// snsServer is a server that is compatible with SNS. It checks signatures as Amazon does, by signing the request again.
type snsServer struct {
	key     aws.Credentials
	region  string
	replies []string // status and error name of the first answers, as "400 InvalidParameter"; a message goes with each

	mu        sync.Mutex
	published []url.Values
	asked     int
}

func (s *snsServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked++
	if why := s.unsigned(r, body); why != "" {
		s.refuse(w, 403, "SignatureDoesNotMatch", why)
		return
	}
	if len(s.replies) > 0 {
		var status int
		var name string
		_, _ = fmt.Sscanf(s.replies[0], "%d %s", &status, &name)
		s.replies = s.replies[1:]
		s.refuse(w, status, name, "Invalid parameter: PhoneNumber Reason: +351912555290 is not valid, 481526")
		return
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		s.refuse(w, 400, "MalformedQueryString", "not a form")
		return
	}
	s.published = append(s.published, form)
	w.Header().Set("Content-Type", "text/xml")
	_, _ = io.WriteString(w, `<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>m-1</MessageId></PublishResult></PublishResponse>`)
}

func (s *snsServer) refuse(w http.ResponseWriter, status int, name, message string) {
	w.Header().Set("Content-Type", "text/xml")
	w.WriteHeader(status)
	_, _ = fmt.Fprintf(w, `<ErrorResponse><Error><Type>Sender</Type><Code>%s</Code><Message>%s</Message></Error></ErrorResponse>`, name, message)
}

// unsigned says what is wrong with a request's SigV4 signature.
func (s *snsServer) unsigned(r *http.Request, body []byte) string {
	given := r.Header.Get("Authorization")
	at, err := time.Parse("20060102T150405Z", r.Header.Get("X-Amz-Date"))
	if err != nil || time.Since(at).Abs() > 5*time.Minute {
		return "no time, or too old"
	}
	again, _ := http.NewRequest(r.Method, "http://"+r.Host+r.URL.RequestURI(), bytes.NewReader(body))
	_, signed, _ := strings.Cut(given, "SignedHeaders=")
	signed, _, _ = strings.Cut(signed, ",")
	for _, name := range strings.Split(signed, ";") {
		for _, value := range r.Header.Values(name) {
			again.Header.Add(name, value)
		}
	}
	again.ContentLength = r.ContentLength
	hash := sha256.Sum256(body)
	if err := v4.NewSigner().SignHTTP(r.Context(), s.key, again, hex.EncodeToString(hash[:]), "sns", s.region, at); err != nil {
		return err.Error()
	}
	if given == "" || again.Header.Get("Authorization") != given {
		return "signed otherwise"
	}
	return ""
}

// start serves, and gives a sender that knows the server's key.
func (s *snsServer) start(t *testing.T) *SNS {
	t.Helper()
	s.key, s.region = aws.Credentials{AccessKeyID: "AKIDEXAMPLE01234", SecretAccessKey: "Lantern-secret"}, "eu-west-1"
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	return &SNS{
		Region: s.region, Endpoint: server.URL, Client: server.Client(), SenderID: "ACME",
		Credentials: credentials.NewStaticCredentialsProvider(s.key.AccessKeyID, s.key.SecretAccessKey, ""),
	}
}

func TestSNSPublishesSigned(t *testing.T) {
	server := &snsServer{}
	sender := server.start(t)
	if err := sender.Send(t.Context(), text()); err != nil {
		t.Fatal(err)
	}
	got := server.published[0]
	for name, want := range map[string]string{
		"Action": "Publish", "PhoneNumber": phone, "Message": "Acme Notes: 481526 is your code. It works for 24 hours.", "TopicArn": "",
	} {
		if got.Get(name) != want {
			t.Errorf("%s: %q, want %q", name, got.Get(name), want)
		}
	}
	attributes := map[string]string{}
	for i := 1; i <= 2; i++ {
		at := fmt.Sprintf("MessageAttributes.entry.%d.", i)
		attributes[got.Get(at+"Name")] = got.Get(at + "Value.StringValue")
	}
	if attributes["AWS.SNS.SMS.SMSType"] != "Transactional" || attributes["AWS.SNS.SMS.SenderID"] != "ACME" {
		t.Errorf("attributes %v", attributes)
	}
	// What the server checks is worth something: another key is refused, and not tried again.
	sender.Credentials = credentials.NewStaticCredentialsProvider(server.key.AccessKeyID, "another secret", "")
	var failed *DeliveryError
	if err := sender.Send(t.Context(), text()); !errors.As(err, &failed) || failed.Code != 403 || failed.Reason != "SignatureDoesNotMatch" || failed.Temporary {
		t.Errorf("with another key: %v", err)
	}
	if server.asked != 2 || len(server.published) != 1 {
		t.Errorf("asked %d times, published %d", server.asked, len(server.published))
	}
}

func TestSNSTriesAgain(t *testing.T) {
	server := &snsServer{replies: []string{"500 InternalError", "429 Throttled"}}
	if err := server.start(t).Send(t.Context(), text()); err != nil || server.asked != 3 {
		t.Errorf("asked %d times: %v", server.asked, err)
	}
	server = &snsServer{replies: []string{"500 InternalError", "500 InternalError", "500 InternalError", "500 InternalError"}}
	var failed *DeliveryError
	if err := server.start(t).Send(t.Context(), text()); !errors.As(err, &failed) || !failed.Temporary || server.asked != snsTries {
		t.Errorf("asked %d times, want %d: %v", server.asked, snsTries, err)
	}
}

func TestSNSErrorsNameNeitherNumberNorCode(t *testing.T) {
	for _, reply := range []string{"400 InvalidParameter", "400 " + phone, "400 code-481526.", "404 NotFound"} {
		server := &snsServer{replies: []string{reply}}
		err := server.start(t).Send(t.Context(), text())
		var failed *DeliveryError
		if !errors.As(err, &failed) || failed.Step != "answer" || failed.Temporary {
			t.Fatalf("%s: %v", reply, err)
		}
		for _, secret := range []string{"91255", "481526", "Lantern"} {
			if strings.Contains(fmt.Sprintf("%v %+v", err, failed), secret) {
				t.Errorf("%s: the error repeats %q: %v", reply, secret, err)
			}
		}
	}
}

func TestSNSGivesUp(t *testing.T) {
	release := make(chan struct{})
	silent := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
	defer silent.Close()
	defer close(release)
	sender := new(snsServer).start(t)
	sender.Endpoint = silent.URL
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	var failed *DeliveryError
	if err := sender.Send(ctx, text()); !errors.As(err, &failed) || !failed.Temporary || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a silent server: %v", err)
	}
	gone := httptest.NewServer(nil)
	gone.Close()
	sender.Endpoint = gone.URL
	if err := sender.Send(t.Context(), text()); !errors.As(err, &failed) || failed.Step != "connect" || strings.Contains(err.Error(), "91255") {
		t.Errorf("no server: %v", err)
	}
}
