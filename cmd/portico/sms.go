package main

import (
	"context"
	"crypto/x509"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"portico/config"
	"portico/federation"
	"portico/userpool/directory"
	"portico/userpool/notify"
)

// smsTimeout bounds one request to whoever carries text messages; a person waits for its code.
const smsTimeout = 5 * time.Second

// texts is the carrier of text messages that the file names, or nil.
func texts(sms config.SMS, trusted *x509.CertPool) (notify.Sender, directory.TextLimits, error) {
	if !sms.Enabled() {
		return nil, directory.TextLimits{}, nil
	}
	limits := directory.TextLimits{PerHour: sms.PerHour, Prefixes: sms.Prefixes}
	client := federation.NewClient(federation.OutboundOptions{AllowPrivate: sms.AllowPrivate, Roots: trusted, Timeout: smsTimeout})
	if hook := sms.Webhook; !hook.URL.Empty() {
		secret, err := notify.ParseWebhookSecret(hook.Secret.Reveal())
		if err != nil {
			return nil, limits, fmt.Errorf("server.sms.webhook.secret: %w", err)
		}
		return &notify.Webhook{URL: hook.URL, Secret: secret, Client: client, Now: time.Now}, limits, nil
	}
	provider, err := awsCredentials(sms.SNS)
	if err != nil {
		return nil, limits, fmt.Errorf("server.sms.sns: %w", err)
	}
	sender := &notify.SNS{Region: sms.SNS.Region, Credentials: provider, SenderID: sms.SNS.SenderID, Client: client}
	if sms.SNS.Endpoint.Host != "" {
		sender.Endpoint = sms.SNS.Endpoint.String()
	}
	return sender, limits, nil
}

// awsCredentials are those of the file, or the machine's own: environment, shared files, container or instance role.
func awsCredentials(s config.SNS) (aws.CredentialsProvider, error) {
	if s.AccessKeyID != "" {
		return credentials.NewStaticCredentialsProvider(s.AccessKeyID, s.SecretAccessKey.Reveal(), ""), nil
	}
	// This reads the environment and files; the machine's services are asked with the first message.
	loaded, err := awsconfig.LoadDefaultConfig(context.Background(), awsconfig.WithRegion(s.Region))
	if err != nil {
		return nil, err
	}
	return loaded.Credentials, nil
}
