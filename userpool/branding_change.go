package userpool

import (
	"bytes"
	"slices"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// LooksToWrite compares the looks that a file declares with those that are stored, and gives those that differ, ready to be
// written: with IDs in place of names, and with the dates and the ID of what they replace. Looks that the file does not mention are
// left alone; they may have been set elsewhere.
func (d Declaration) LooksToWrite(wanted Declaration, now time.Time, newID func() string) ([]UICustomization, []ManagedLoginBranding) {
	var classic []UICustomization
	for _, w := range wanted.UICustomizations {
		i, known := d.stored(&w.ClientId, func(client string) int {
			return slices.IndexFunc(d.UICustomizations, func(u UICustomization) bool { return u.ClientId == client })
		})
		w.CreationDate, w.LastModifiedDate = now, now
		if i >= 0 {
			old := d.UICustomizations[i]
			known = known && (old.CSS != w.CSS || !bytes.Equal(old.ImageFile, w.ImageFile))
			w.CreationDate = old.CreationDate
		}
		if known {
			classic = append(classic, w)
		}
	}
	var managed []ManagedLoginBranding
	for _, w := range wanted.ManagedLoginBrandings {
		i, known := d.stored(&w.ClientId, func(client string) int {
			return slices.IndexFunc(d.ManagedLoginBrandings, func(m ManagedLoginBranding) bool { return m.ClientId == client })
		})
		w.CreationDate, w.LastModifiedDate = now, now
		if i >= 0 {
			old := d.ManagedLoginBrandings[i]
			known = known && !old.same(w)
			w.CreationDate, w.ManagedLoginBrandingId = old.CreationDate, old.ManagedLoginBrandingId
		}
		if w.ManagedLoginBrandingId == "" {
			w.ManagedLoginBrandingId = newID()
		}
		if known {
			managed = append(managed, w)
		}
	}
	return classic, managed
}

// stored puts a client's ID in place of its name, and finds its look; known is false where the pool has no such client.
func (d Declaration) stored(client *string, find func(client string) int) (place int, known bool) {
	if *client != AllClients {
		i, err := findClient(d.Clients, *client)
		if err != nil {
			return -1, false
		}
		*client = deref(d.Clients[i].ClientId)
	}
	return find(*client), true
}

// same reports whether two styles look alike.
func (m ManagedLoginBranding) same(other ManagedLoginBranding) bool {
	if m.UseCognitoProvidedValues != other.UseCognitoProvidedValues || !bytes.Equal(compact(m.Settings), compact(other.Settings)) || len(m.Assets) != len(other.Assets) {
		return false
	}
	for i, a := range m.Assets {
		b := other.Assets[i]
		if a.Category != b.Category || a.ColorMode != b.ColorMode || a.Extension != b.Extension || deref(a.ResourceId) != deref(b.ResourceId) || !bytes.Equal(a.Bytes, b.Bytes) {
			return false
		}
	}
	return true
}

// compact is a document without its blanks, and with its members in order.
func compact(document jsontext.Value) jsontext.Value {
	if len(document) == 0 {
		return nil
	}
	c := document.Clone()
	if err := c.Canonicalize(); err != nil {
		return document
	}
	return c
}
