package workbench

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"

	"portico/static"
	"portico/userpool/branding"
	"portico/web/browser"
)

// draft is a look somebody tries. It never changes.
type draft struct {
	id       string
	kind     string // kindSimple, kindManaged or kindClassic
	colour   string
	radius   string
	settings string
	css      string
	logo     upload
	image    upload // behind the page

	brand  *branding.Brand // nil where there are faults
	report branding.Report
	sheet  *static.Document
	files  map[string]*static.Document // by name
}

// upload is a picture as it was sent; empty where there is none.
type upload struct {
	name string
	data []byte
}

// What a draft is made from.
const (
	kindSimple  = "simple"
	kindManaged = "managed"
	kindClassic = "classic"
)

const (
	maxDrafts = 16 // the oldest is forgotten
	draftFile = "/branding/files/"
)

// ownColour is Portico's blue, which a colour field shows where nothing was chosen.
func ownColour() string { return branding.Own(false)[branding.Accent].Hex() }

// name gives the draft an ID by what it holds, so that the same draft has the same address.
func (d *draft) name() {
	sum := sha256.New()
	for _, part := range [][]byte{[]byte(d.kind), []byte(d.colour), []byte(d.radius), []byte(d.settings), []byte(d.css), []byte(d.logo.name), d.logo.data, []byte(d.image.name), d.image.data} {
		sum.Write([]byte(strconv.Itoa(len(part)) + ":"))
		sum.Write(part)
	}
	d.id = hex.EncodeToString(sum.Sum(nil)[:8])
}

// simple reads the short form.
func (d *draft) simple() (s branding.Simple, wrong []branding.Fault) {
	if c, ok := branding.ParseColour(d.colour); ok && d.colour != ownColour() {
		s.Colour = &c
	} else if !ok {
		wrong = append(wrong, branding.Fault{Path: "Color", Message: "is no colour: write #rrggbb"})
	}
	if d.radius != "" {
		n, err := strconv.Atoi(d.radius)
		if err != nil || n < 0 || n > 1000 {
			return s, append(wrong, branding.Fault{Path: "Radius", Message: "is a whole number of pixels"})
		}
		s.Radius = &n
	}
	return s, wrong
}

// pictures are those that were sent, by their category and their member of the short form.
func (d *draft) pictures() [][3]string {
	var list [][3]string
	if d.logo.name != "" {
		list = append(list, [3]string{"FORM_LOGO", "Logo", d.logo.name})
	}
	if d.image.name != "" {
		list = append(list, [3]string{"PAGE_BACKGROUND", "Image", d.image.name})
	}
	return list
}

func (d *draft) assets() []branding.Asset {
	var list []branding.Asset
	for _, p := range d.pictures() {
		data := d.logo.data
		if p[1] == "Image" {
			data = d.image.data
		}
		list = append(list, branding.Asset{Category: p[0], ColorMode: "DYNAMIC", Extension: extension(p[2]), Bytes: data})
	}
	return list
}

func extension(name string) string {
	kind := strings.ToUpper(strings.TrimPrefix(path.Ext(name), "."))
	if kind == "JPG" {
		return "JPEG"
	}
	return kind
}

// compile makes the look as a server would.
func (d *draft) compile(files *static.Files) {
	switch d.kind {
	case kindClassic:
		d.brand, d.report = branding.CompileClassic(d.css, d.logo.data, draftFile)
	case kindManaged:
		d.brand, d.report = branding.CompileManaged([]byte(d.settings), d.assets(), draftFile)
	default:
		s, wrong := d.simple()
		d.brand, d.report = branding.CompileManaged(s.Settings(), d.assets(), draftFile)
		if len(wrong) > 0 {
			d.brand, d.report.Faults = nil, append(wrong, d.report.Faults...)
		}
	}
	if d.brand == nil {
		return
	}
	d.sheet, d.files = browser.Sheet(files, d.brand), map[string]*static.Document{}
	d.files[d.sheetName()] = d.sheet
	for _, p := range d.brand.Pictures {
		d.files[p.Name] = static.NewDocument(p.MediaType, bytes.Clone(p.Bytes))
	}
}

func (d *draft) sheetName() string { return d.sheet.Hash() + ".css" }

// drafts are those of this run, newest last. It is safe for concurrent use.
type drafts struct {
	mu   sync.Mutex
	list []*draft
}

func (k *drafts) keep(d *draft) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.list = slices.DeleteFunc(k.list, func(other *draft) bool { return other.id == d.id })
	if k.list = append(k.list, d); len(k.list) > maxDrafts {
		k.list = k.list[1:]
	}
}

// find gives a draft by its ID; nil where it was forgotten.
func (k *drafts) find(id string) *draft {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, d := range k.list {
		if d.id == id {
			return d
		}
	}
	return nil
}

// file gives a file of any draft by its name.
func (k *drafts) file(name string) *static.Document {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, d := range k.list {
		if found := d.files[name]; found != nil {
			return found
		}
	}
	return nil
}
