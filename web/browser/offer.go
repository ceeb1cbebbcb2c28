package browser

import (
	"net/http"
	"time"

	"portico/userpool"
)

// Cookies of the offer of a passkey. Neither says who anybody is.
const (
	keepsPasskeysName = "passkeys"      // set by the script of the pages, where the browser's own device can keep a passkey
	offerDeclinedName = "passkey-offer" // somebody said "Not now"
)

// offerDeclinedLife is how long a refusal counts.
const offerDeclinedLife = 30 * 24 * time.Hour

// KeepsPasskeys reports whether the browser said that it can keep a passkey. One without script never says so.
func KeepsPasskeys(r *http.Request) bool {
	cookie, err := r.Cookie(keepsPasskeysName)
	return err == nil && cookie.Value == "1"
}

// DeclineOffer notes in this browser, for thirty days, that somebody wants no passkey now. The cookie holds nothing else.
func (c *Cookies) DeclineOffer(w http.ResponseWriter, at userpool.Addresses) {
	http.SetCookie(w, &http.Cookie{
		Name: name(at, offerDeclinedName), Value: "no", Path: "/", MaxAge: int(offerDeclinedLife.Seconds()), HttpOnly: true, Secure: at.Secure(),
		SameSite: http.SameSiteLaxMode,
	})
}

// OfferDeclined reports whether DeclineOffer was called for this browser.
func (c *Cookies) OfferDeclined(r *http.Request, at userpool.Addresses) bool {
	_, err := r.Cookie(name(at, offerDeclinedName))
	return err == nil
}
