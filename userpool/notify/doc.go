// Package notify writes the e-mails of a user pool and hands them to whoever carries them.
//
// Compose makes a Message: our words or the operator's, as plain text and as HTML, with the code in both. A Sender takes
// it from there. SMTP is the one for real use: it speaks to any mail server, encrypted unless told otherwise. Inbox is
// the one for development: it keeps the newest messages in memory, where the workbench shows them.
//
// A message holds a code and an address, so it redacts itself when it is printed, and no error of this package quotes
// either. Why a message is sent, to whom, and whether the code is right is decided by userpool/directory.
package notify
