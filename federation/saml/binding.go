package saml

import (
	"bytes"
	"compress/flate"
	"encoding/base64"
	"fmt"
	"net/url"

	"portico/federation"
	"portico/userpool"

	"github.com/beevik/etree"
)

// message is one of ours on its way to a provider, by way of the browser.
type message struct {
	parameter string            // "SAMLRequest" or "SAMLResponse"
	root      *etree.Element    // its Destination is set when the binding is chosen
	relay     string            // RelayState; left out if empty
	key       *userpool.SAMLKey // signs it; nil sends it unsigned
}

// byRedirect is the HTTP-Redirect binding with DEFLATE encoding (saml-bindings-2.0 §3.4.4.1). The provider's address may
// have a query of its own. A signature is detached: an enveloped one would have to be removed.
func (m message) byRedirect(to *url.URL) (federation.Departure, error) {
	m.root.CreateAttr("Destination", to.String())
	document, err := marshal(m.root)
	if err != nil {
		return federation.Departure{}, err
	}
	packed, err := deflate(document)
	if err != nil {
		return federation.Departure{}, err
	}
	query := m.parameter + "=" + url.QueryEscape(base64.StdEncoding.EncodeToString(packed))
	if m.relay != "" {
		query += "&RelayState=" + url.QueryEscape(m.relay)
	}
	if m.key != nil {
		if query, err = signDetached(query, *m.key); err != nil {
			return federation.Departure{}, err
		}
	}
	target := *to
	if target.RawQuery != "" {
		query = target.RawQuery + "&" + query
	}
	target.RawQuery = query
	return federation.Departure{URL: target.String()}, nil
}

// byPost is the HTTP-POST binding (saml-bindings-2.0 §3.5): a form of the browser, with an enveloped signature.
func (m message) byPost(to *url.URL) (federation.Departure, error) {
	m.root.CreateAttr("Destination", to.String())
	if m.key != nil {
		if err := signEnveloped(m.root, *m.key); err != nil {
			return federation.Departure{}, err
		}
	}
	document, err := marshal(m.root)
	if err != nil {
		return federation.Departure{}, err
	}
	departure := federation.Departure{
		URL:  to.String(),
		Form: []userpool.Param{{Name: m.parameter, Value: base64.StdEncoding.EncodeToString(document)}},
	}
	if m.relay != "" {
		departure.Form = append(departure.Form, userpool.Param{Name: "RelayState", Value: m.relay})
	}
	return departure, nil
}

func deflate(document []byte) ([]byte, error) {
	var packed bytes.Buffer
	w, err := flate.NewWriter(&packed, flate.BestCompression)
	if err != nil {
		return nil, fmt.Errorf("saml: %w", err)
	}
	if _, err := w.Write(document); err != nil {
		return nil, fmt.Errorf("saml: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("saml: %w", err)
	}
	return packed.Bytes(), nil
}

func marshal(root *etree.Element) ([]byte, error) {
	doc := etree.NewDocument()
	doc.SetRoot(root)
	document, err := doc.WriteToBytes()
	if err != nil {
		return nil, fmt.Errorf("saml: %s: %w", root.Tag, err)
	}
	return document, nil
}
