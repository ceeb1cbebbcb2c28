package config

import (
	"cmp"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"portico/userpool"
	"portico/userpool/notify"
)

// SMS is whoever carries text messages: sns or webhook, one of the two.
type SMS struct {
	// SNS is Amazon SNS, or a server that is compatible with it.
	SNS SNS `yaml:"sns"`
	// Webhook is a program of your own.
	Webhook SMSWebhook `yaml:"webhook"`
	// PerHour bounds the messages of this server in an hour, 1 to 1000000, whomever they go to. Default 1000. Strangers decide
	// where sign-up codes go and you pay for them, so set it to little more than your busiest hour.
	PerHour int `yaml:"per_hour"`
	// Prefixes are the beginnings of the numbers that get messages, as in +351. Default: all. List your countries.
	Prefixes []string `yaml:"prefixes"`
	// AllowPrivate lets the webhook, or the endpoint of sns, be at a loopback or private address, on any port. Default false.
	AllowPrivate bool `yaml:"allow_private"`
}

// SNS is an SNS-compatible carrier of text messages.
type SNS struct {
	// Region is its region; it must be given.
	Region string `yaml:"region"`
	// Endpoint is the address of a compatible server. Default: Amazon's of the region.
	Endpoint url.URL `yaml:"endpoint"`
	// AccessKeyID and SecretAccessKey are the credentials. Default: those of the machine, found as the AWS command line does.
	AccessKeyID     string          `yaml:"access_key_id"`
	SecretAccessKey userpool.Secret `yaml:"secret_access_key"`
	// SenderID is shown as the sender where networks allow it: 1 to 11 letters, digits and hyphens, a letter among them.
	SenderID string `yaml:"sender_id"`
}

// SMSWebhook is a program that sends text messages for us.
type SMSWebhook struct {
	// URL is where messages are posted; it must be https, except at loopback and private addresses. It may hold a secret, so it
	// never prints.
	URL userpool.Secret `yaml:"url"`
	// Secret is the key of the signatures: 24 to 64 bytes in base64, with or without whsec_ before it.
	Secret userpool.Secret `yaml:"secret"`
}

// defaultTextsPerHour is enough for a busy site and not enough to ruin it.
const defaultTextsPerHour = 1000

// Enabled reports whether text messages can be sent.
func (s SMS) Enabled() bool { return s.byWebhook() || s.bySNS() }

func (s SMS) byWebhook() bool { return s.Webhook != (SMSWebhook{}) }
func (s SMS) bySNS() bool     { return s.SNS != (SNS{}) }

func (s *SMS) setDefaults() {
	if s.Enabled() {
		s.PerHour = cmp.Or(s.PerHour, defaultTextsPerHour)
	}
}

var (
	senderID    = regexp.MustCompile(`^[A-Za-z0-9-]{1,11}$`)
	dialling    = regexp.MustCompile(`^\+[1-9][0-9]{0,14}$`)
	accessKeyID = regexp.MustCompile(`^\w{16,128}$`)
)

func (s SMS) check(fault report) {
	switch {
	case s.bySNS() && s.byWebhook():
		fault("server.sms", "has both sns and webhook: keep one of the two")
	case s.bySNS():
		s.SNS.check(fault, s.AllowPrivate)
	case s.byWebhook():
		s.Webhook.check(fault, s.AllowPrivate)
	case s.PerHour != 0 || len(s.Prefixes) > 0 || s.AllowPrivate:
		fault("server.sms", "needs sns or webhook: say who carries the messages, or remove sms")
	}
	if s.PerHour < 0 || s.PerHour > 1_000_000 {
		fault("server.sms.per_hour", "is out of range: 1 to 1000000")
	}
	if slices.ContainsFunc(s.Prefixes, func(prefix string) bool { return !dialling.MatchString(prefix) }) {
		fault("server.sms.prefixes", "wants the beginnings of numbers, with the plus sign, as in +351")
	}
}

func (s SNS) check(fault report, allowPrivate bool) {
	if !region.MatchString(s.Region) {
		fault("server.sms.sns.region", "is missing or not of the shape of AWS's regions: write it as in eu-west-1")
	}
	if u := s.Endpoint; u.Host != "" {
		checkOutgoing(fault, "server.sms.sns.endpoint", u, allowPrivate)
		if (u.Path != "" && u.Path != "/") || u.RawQuery != "" {
			fault("server.sms.sns.endpoint", "must end after the host and port")
		}
	}
	if (s.AccessKeyID == "") != s.SecretAccessKey.Empty() {
		fault("server.sms.sns.secret_access_key", "goes with access_key_id: give both, or neither for the machine's own credentials")
	}
	if s.AccessKeyID != "" && !accessKeyID.MatchString(s.AccessKeyID) {
		fault("server.sms.sns.access_key_id", "is not one: it has 16 to 128 letters and digits")
	}
	if s.SenderID != "" && (!senderID.MatchString(s.SenderID) || strings.Trim(s.SenderID, "0123456789-") == "") {
		fault("server.sms.sns.sender_id", "wants 1 to 11 letters, digits and hyphens, a letter among them")
	}
}

func (w SMSWebhook) check(fault report, allowPrivate bool) {
	u, err := url.Parse(w.URL.Reveal())
	if err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") || u.User != nil || u.Fragment != "" {
		fault("server.sms.webhook.url", "wants a web address in full, as in https://sms.example.com/send, without user name and fragment")
	} else {
		checkOutgoing(fault, "server.sms.webhook.url", *u, allowPrivate)
	}
	if _, err := notify.ParseWebhookSecret(w.Secret.Reveal()); err != nil {
		fault("server.sms.webhook.secret", "wants 24 to 64 bytes in base64, as `openssl rand -base64 32` prints, with or without whsec_ before it")
	}
}

// checkOutgoing: codes travel encrypted, and to our own network only where that is meant.
func checkOutgoing(fault report, path string, u url.URL, allowPrivate bool) {
	switch near := private(u.Hostname()); {
	case near && !allowPrivate:
		fault(path, "is on this machine or a private network: set server.sms.allow_private to true if that is meant")
	case !allowPrivate && u.Port() != "" && u.Port() != "443" && u.Port() != "80":
		fault(path, "has a port that is not asked: 443 and 80 are, and others with server.sms.allow_private")
	case u.Scheme != "https" && !near:
		fault(path, "must begin with https://: codes would travel in clear")
	}
}

// warnOfPhones finds pools that send codes to phones where nothing carries them.
func (s SMS) warnOfPhones(pools []Pool, warning report) {
	for i, pool := range pools {
		if !s.Enabled() && slices.Contains(pool.Declaration.Pool.AutoVerifiedAttributes, types.VerifiedAttributeTypePhoneNumber) {
			warning(fmt.Sprintf("pools[%d].AutoVerifiedAttributes", i), "phone_number has no effect without server.sms: no text messages are sent")
		}
	}
}
