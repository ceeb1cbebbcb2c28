package branding

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
)

const (
	maxSVGElements = 20_000
	maxSVGDepth    = 64
)

// svgElements are those that draw. What scripts, embeds other documents, animates (an animation may set an address) or leads
// away is not among them: script, foreignObject, iframe, image, a, set, animate, handler and their like.
func svgElements() []string {
	return []string{
		"svg", "g", "defs", "symbol", "use", "title", "desc", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon",
		"text", "tspan", "linearGradient", "radialGradient", "stop", "clipPath", "mask", "pattern", "filter", "feGaussianBlur",
		"feOffset", "feBlend", "feColorMatrix", "feFlood", "feComposite", "feMerge", "feMergeNode", "metadata", "style",
	}
}

const (
	svgNamespace   = "http://www.w3.org/2000/svg"
	xlinkNamespace = "http://www.w3.org/1999/xlink"
)

// checkSVG reads a drawing and gives its size. It is refused, rather than mended, where it holds more than a drawing: an
// operator sees then what is wrong, and what is served is what was given.
func checkSVG(data []byte) (width, height int, err error) {
	r := &svgReader{dec: xml.NewDecoder(bytes.NewReader(data))}
	r.dec.Strict = true
	r.dec.Entity = map[string]string{} // none beside XML's own five
	for {
		token, err := r.dec.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return 0, 0, errors.New("are no well-formed SVG")
		}
		if err := r.token(token); err != nil {
			return 0, 0, err
		}
	}
	if r.elements == 0 {
		return 0, 0, errNotThat
	}
	if r.width == 0 {
		return 0, 0, errors.New("tell no size: give the drawing a width and a height in pixels, or a viewBox")
	}
	return r.width, r.height, nil
}

type svgReader struct {
	dec           *xml.Decoder
	elements      int
	depth         int
	style         bool   // within a style element
	css           []byte // what the style holds up to here: comments and CDATA sections cut it in pieces, and browsers join them
	width, height int
}

func (r *svgReader) token(token xml.Token) error {
	switch t := token.(type) {
	case xml.StartElement:
		return r.start(t)
	case xml.EndElement:
		r.depth--
		if r.style && reaches(string(r.css)) {
			return errors.New("hold a style that reaches outside the drawing: take @, url( and \\ out of it")
		}
		r.style = false
	case xml.CharData:
		if r.style {
			r.css = append(r.css, t...)
		}
		if r.depth == 0 && len(bytes.TrimSpace(t)) > 0 {
			return errNotThat
		}
	case xml.Directive: // a document type may define entities
		return errors.New("hold a document type: remove the line that begins with <!DOCTYPE")
	case xml.ProcInst:
		if t.Target != "xml" {
			return fmt.Errorf("hold a processing instruction: remove the line that begins with <?%.20s", t.Target)
		}
	}
	return nil
}

func (r *svgReader) start(e xml.StartElement) error {
	r.elements++
	r.depth++
	switch {
	case r.elements == 1 && (e.Name.Local != "svg" || e.Name.Space != svgNamespace):
		return errNotThat
	case r.depth == 1 && r.elements > 1:
		return errNotThat
	case r.elements > maxSVGElements || r.depth > maxSVGDepth:
		return fmt.Errorf("are too large a drawing: %d elements, %d deep, are the limit", maxSVGElements, maxSVGDepth)
	case r.style:
		return errors.New("hold an element within a style: take it out")
	case e.Name.Space == svgNamespace && !slices.Contains(svgElements(), e.Name.Local):
		return fmt.Errorf("hold the element %.40s, which does more than draw: remove it", e.Name.Local)
	case e.Name.Space != svgNamespace && r.elements > 1 && (e.Name.Space == "" || strings.Contains(e.Name.Space, "xhtml") || strings.Contains(e.Name.Space, "MathML")):
		return fmt.Errorf("hold the element %.40s, which is no SVG: remove it", e.Name.Local)
	}
	r.style, r.css = e.Name.Local == "style", nil
	for _, a := range e.Attr {
		if err := svgAttribute(a); err != nil {
			return err
		}
	}
	if r.elements == 1 {
		r.width, r.height = svgSize(e.Attr)
	}
	return nil
}

// svgAttribute refuses what runs and what fetches. References within the drawing (#shadow, url(#shadow)) are fine.
func svgAttribute(a xml.Attr) error {
	name, value := strings.ToLower(a.Name.Local), strings.TrimSpace(a.Value)
	switch {
	case strings.HasPrefix(name, "on"):
		return fmt.Errorf("hold the event handler %.40s: remove it", a.Name.Local)
	case a.Name.Space == "xmlns" || name == "xmlns" && a.Name.Space == "":
		return nil
	case name == "href" || name == "src":
		if !strings.HasPrefix(value, "#") {
			return fmt.Errorf("refer to something outside the drawing (%.20s): draw it in", a.Name.Local)
		}
	case name == "base" || name == "style" && reaches(value) || reaches(strings.ReplaceAll(value, "@", "")):
		return fmt.Errorf("refer to something outside the drawing (%.20s): draw it in", a.Name.Local)
	case strings.Contains(strings.ToLower(strings.Join(strings.Fields(value), "")), "script:"):
		return fmt.Errorf("hold a script in %.20s: remove it", a.Name.Local)
	}
	return nil
}

// ownReference reports whether every url() of a value names a part of the drawing itself, as in url(#shadow).
func ownReference(value string) bool {
	if strings.ContainsAny(value, `\@`) {
		return false
	}
	lower := strings.ToLower(value)
	return strings.Count(lower, "url(") == strings.Count(lower, "url(#")+strings.Count(lower, `url("#`)+strings.Count(lower, "url('#")
}

// reaches reports whether CSS may lead out of the drawing. A backslash may write any of the words in another way.
func reaches(css string) bool {
	lower := strings.ToLower(css)
	for _, word := range []string{"@", `\`, "expression", "image(", "image-set(", "src(", "behavior", "binding", "/*"} {
		if strings.Contains(lower, word) {
			return true
		}
	}
	return strings.Contains(lower, "url(") && !ownReference(css)
}

// svgSize reads width and height, or the view box, in whole pixels; nothing where the drawing does not tell.
func svgSize(attributes []xml.Attr) (width, height int) {
	sizes := map[string]string{}
	for _, a := range attributes {
		sizes[a.Name.Local] = a.Value
	}
	w, h := pixels(sizes["width"]), pixels(sizes["height"])
	if box := strings.FieldsFunc(sizes["viewBox"], func(c rune) bool { return c == ' ' || c == ',' }); (w == 0 || h == 0) && len(box) == 4 {
		w, h = pixels(box[2]), pixels(box[3])
	}
	if w == 0 || h == 0 {
		return 0, 0
	}
	return w, h
}

func pixels(text string) int {
	n, err := strconv.ParseFloat(strings.TrimSuffix(text, "px"), 64)
	if err != nil || math.IsNaN(n) || n < 1 || n > maxDimension {
		return 0
	}
	return int(math.Round(n))
}
