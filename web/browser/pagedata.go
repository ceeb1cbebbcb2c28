package browser

import (
	"encoding/json"
	"net/http"
	"time"

	"portico/userpool"
)

// PageData is what one hosted page tells the next: who is confirming an account, or resetting a password. It is sealed in a
// cookie of this browser.
type PageData struct {
	Page    string            `json:"p"`           // the page it is for: "confirm" or "reset"
	Sub     userpool.Sub      `json:"s,omitempty"` // confirm: whose account
	Typed   string            `json:"t,omitempty"` // reset: what the person typed
	Masked  string            `json:"m,omitempty"` // confirm: where the code went
	Medium  string            `json:"d,omitempty"` // confirm: how it went there; empty means by e-mail
	Link    bool              `json:"l,omitempty"` // confirm: it was a link
	Client  userpool.ClientID `json:"c"`
	Sent    int64             `json:"n,omitempty"` // Unix seconds of the latest code
	Expires int64             `json:"e"`
}

// Lives of page data: a sign-up code works for a day; the reset step stays open for eight minutes, as in Cognito's pages.
const (
	ConfirmLife = 24 * time.Hour
	ResetLife   = 8 * time.Minute
)

// SetPageData stores data for the next page until it expires.
func (c *Cookies) SetPageData(w http.ResponseWriter, pool *userpool.Pool, data PageData, now time.Time, life time.Duration) error {
	data.Expires = now.Add(life).Unix()
	plain, err := json.Marshal(data)
	if err != nil {
		return err
	}
	http.SetCookie(w, &http.Cookie{
		Name: name(pool.At, pageDataName), Value: c.pages.Seal(plain, string(pool.ID)), Path: "/", MaxAge: int(life.Seconds()),
		HttpOnly: true, Secure: pool.At.Secure(), SameSite: http.SameSiteLaxMode,
	})
	return nil
}

// PageData returns what was stored for a page; false if there is nothing, it is for another page or client, or too old.
func (c *Cookies) PageData(r *http.Request, pool *userpool.Pool, page string, client userpool.ClientID, now time.Time) (PageData, bool) {
	cookie, err := r.Cookie(name(pool.At, pageDataName))
	if err != nil {
		return PageData{}, false
	}
	plain, err := c.pages.Open(cookie.Value, string(pool.ID))
	if err != nil {
		return PageData{}, false
	}
	var data PageData
	if err := json.Unmarshal(plain, &data); err != nil || data.Page != page || data.Client != client || now.Unix() >= data.Expires {
		return PageData{}, false
	}
	return data, true
}

// ClearPageData forgets it.
func (c *Cookies) ClearPageData(w http.ResponseWriter, pool *userpool.Pool) {
	http.SetCookie(w, &http.Cookie{
		Name: name(pool.At, pageDataName), Path: "/", MaxAge: -1, HttpOnly: true, Secure: pool.At.Secure(), SameSite: http.SameSiteLaxMode,
	})
}
