// Package notify writes the e-mails and text messages of a user pool and hands them to whoever carries them.
//
// A Kind says what a message is for: a code, a link, or a notice that carries neither. Compose makes an e-mail, as plain text and as
// HTML; ComposeText makes a text message, short enough for a phone. Their words are ours, or the operator's: from the members of
// the pools API, or from files, one for each part (Template, Texts), which ParsePart checks when they are read. A Sender takes it from there. SMTP speaks to any mail server, encrypted unless
// told otherwise; SNS speaks Amazon's API for text messages, at Amazon or at whoever else serves it; Webhook posts them,
// signed, to a program of the operator's. ByMedium puts two of them together. Inbox is the one for development: it keeps
// the newest messages in memory, where the workbench shows them.
//
// A message holds a code and an address, so it redacts itself when it is printed, and no error of this package quotes
// either. Why a message is sent, to whom, how often, and whether the code is right is decided by userpool/directory.
package notify
