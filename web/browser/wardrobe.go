package browser

import (
	"portico/static"
	"portico/userpool"
	"portico/userpool/branding"
)

// Wardrobe holds what operators' looks are made of, ready to send: one style sheet for each look, which begins with Portico's own,
// and pictures. It never changes; a change of settings makes a new one.
type Wardrobe struct {
	sheets    map[string]string           // address of a sheet by the rules of its look
	documents map[string]*static.Document // by address
	earlier   map[string]*static.Document // of the wardrobe before: pages that are open ask for them still
}

// NewWardrobe makes the sheets and pictures of all pools. What the wardrobe before has is taken over, so that a change of one look
// costs no more than that one; before may be nil.
func NewWardrobe(files *static.Files, catalog *userpool.Catalog, before *Wardrobe) *Wardrobe {
	if before == nil {
		before = &Wardrobe{}
	}
	w := &Wardrobe{sheets: map[string]string{}, documents: map[string]*static.Document{}, earlier: before.documents}
	for _, pool := range catalog.Pools() {
		w.add(files, pool.Brand, before)
		for _, client := range pool.Clients {
			w.add(files, client.Look, before)
		}
	}
	return w
}

func (w *Wardrobe) add(files *static.Files, brand *branding.Brand, before *Wardrobe) {
	if brand == nil {
		return
	}
	for _, p := range brand.Pictures {
		address := userpool.PathBrand + p.Name
		if known := before.documents[address]; known != nil {
			w.documents[address] = known
		} else if w.documents[address] == nil {
			w.documents[address] = static.NewDocument(p.MediaType, p.Bytes)
		}
	}
	if _, known := w.sheets[brand.CSS]; known || brand.CSS == "" {
		return
	}
	if address, known := before.sheets[brand.CSS]; known {
		w.sheets[brand.CSS], w.documents[address] = address, before.documents[address]
		return
	}
	sheet := Sheet(files, brand)
	address := userpool.PathBrand + sheet.Hash() + ".css"
	w.sheets[brand.CSS], w.documents[address] = address, sheet
}

// Sheet is Portico's own style sheet with a look's rules after it: one file, so that a look costs no further request.
func Sheet(files *static.Files, brand *branding.Brand) *static.Document {
	return static.NewDocument("text/css; charset=utf-8", append(files.Read("portico.css"), brand.CSS...))
}

// sheet is the address of a look's style sheet. A look that is newer or older than this wardrobe, by the blink of a change, has none.
func (w *Wardrobe) sheet(brand *branding.Brand) (string, bool) {
	if w == nil {
		return "", false
	}
	address, known := w.sheets[brand.CSS]
	return address, known
}

// Find gives the file of an address.
func (w *Wardrobe) Find(address string) (*static.Document, bool) {
	if w == nil {
		return nil, false
	}
	d, known := w.documents[address]
	if !known {
		d, known = w.earlier[address]
	}
	return d, known
}
