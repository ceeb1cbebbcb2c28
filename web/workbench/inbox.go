package workbench

import (
	"net/http"

	"portico/templates"
	"portico/userpool"
	"portico/userpool/notify"
	"portico/web/browser"
)

// inbox lists the messages and opens one: the newest, if none is named.
func (b *Bench) inbox(w http.ResponseWriter, r *http.Request) {
	view := templates.InboxView{BenchFrame: b.frame("inbox")}
	messages := b.Inbox.Messages()
	open := r.PathValue("id")
	if open == "" && len(messages) > 0 {
		open = messages[0].ID
	}
	for _, m := range messages {
		view.Messages = append(view.Messages, messageRow(m, open))
		if m.ID == open {
			view.Open = messageView(m)
		}
	}
	w.Header().Set("Content-Security-Policy", browser.Policy()+"; frame-src 'self'")
	b.drawAs(w, r, http.StatusOK, templates.Inbox(view))
}

// letterPolicy shows the HTML part of a message as mail programs do: with its own styles and pictures, without script, and
// without fetching anything. The sandbox makes it a stranger to this server.
const letterPolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox"

// letter is the HTML part of a message, for the frame of the inbox.
func (b *Bench) letter(w http.ResponseWriter, r *http.Request) {
	m, found := b.Inbox.Message(r.PathValue("id"))
	if !found || m.HTML == "" {
		http.NotFound(w, r)
		return
	}
	header := w.Header()
	header.Set("Cache-Control", "no-store")
	header.Set("Content-Security-Policy", letterPolicy)
	header.Set("X-Frame-Options", "SAMEORIGIN")
	header.Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write([]byte(m.HTML)) // a browser that is gone is no fault of the page
}

func messageRow(m notify.Received, open string) templates.MessageRow {
	row := templates.MessageRow{
		ID: m.ID, Subject: m.Subject, To: m.To, Preview: m.Preview(), Time: m.At.Local().Format("15:04"),
		Href: "/inbox/" + m.ID, Kind: "Email", Current: m.ID == open,
	}
	if m.Medium == userpool.MediumSMS {
		row.Kind = textMessage
	}
	return row
}

// textMessage stands where an e-mail has its subject.
const textMessage = "Text message"

// messageView is a message being read. A text message has no subject, no heading and, here, no sender.
func messageView(m notify.Received) *templates.MessageView {
	view := &templates.MessageView{
		Subject: m.Subject, To: m.To, From: "no-reply@portico.example", Time: m.At.Local().Format("15:04:05"),
		App: m.App, Heading: m.Heading, Body: m.Before, Code: m.Code.Reveal(), Link: m.Link.Reveal(), After: m.After,
		Text: m.Text, HTMLHref: "/inbox/" + m.ID + "/html",
	}
	if m.Medium == userpool.MediumSMS {
		view.Subject, view.From, view.App, view.HTMLHref = textMessage, "", "", ""
	}
	return view
}
