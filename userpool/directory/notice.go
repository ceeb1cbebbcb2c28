package directory

import (
	"context"

	"portico/userpool"
	"portico/userpool/notify"
)

// noticeShare counts notices apart from codes: nobody is kept from a code by what was told before.
const noticeShare userpool.CodePurpose = "notice"

// Notify tells the owner of an account what happened to it: by e-mail to the verified address, else by text message to the
// verified number, else not at all. user is as it was before, so that a change of the address is told to the old one. client is
// the app it happened in; nil for none.
//
// It answers at once and never fails: the change is made, whether or not it can be told. It goes on for at most half a minute,
// within the same bounds as recoveries after their page was answered (Later), and within the destination's Shares. It writes
// nothing.
func (d *Directory) Notify(ctx context.Context, pool *userpool.Pool, client *userpool.AppClient, user userpool.User, what notify.Kind) {
	to := d.noticeDelivery(user, what)
	if to == nil || !what.Notice() {
		return
	}
	d.later(ctx, pool, what.String(), func(ctx context.Context) {
		if !d.Shares.take(noticeShare, to, d.Texts.PerHour, d.Now()) {
			d.Log.Warn("message not sent: its destination, or the server, had its share", "pool", pool.ID, "kind", what.String(), "medium", to.Medium)
			return
		}
		if err := d.Sender.Send(ctx, d.composed(ctx, pool, client, what, to, "")); err != nil {
			d.Log.Error("message not delivered", "pool", pool.ID, "kind", what.String(), "medium", to.Medium, "err", err)
		}
	})
}

// noticeDelivery is where notices of an account go. An address that nobody verified may be a stranger's.
func (d *Directory) noticeDelivery(user userpool.User, what notify.Kind) *Delivery {
	for _, attribute := range []string{userpool.AliasEmail, userpool.AliasPhone} {
		text := attribute == userpool.AliasPhone
		if user.Attributes[attribute+"_verified"] != "true" || !d.carries(attribute) || (text && what.MailOnly()) {
			continue
		}
		if to := delivery(user, attribute); to != nil && (!text || d.Texts.reaches(to.Destination)) {
			return to
		}
	}
	return nil
}

// later does something after the page was answered, unless too much is under way.
func (d *Directory) later(ctx context.Context, pool *userpool.Pool, what string, do func(context.Context)) {
	select {
	case d.Later <- struct{}{}:
	default:
		d.Log.Warn(what+" not sent: too many at once", "pool", pool.ID)
		return
	}
	go func() {
		defer func() { <-d.Later }()
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), backgroundTime)
		defer cancel()
		do(ctx)
	}()
}
