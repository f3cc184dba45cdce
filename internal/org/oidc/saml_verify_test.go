package oidc_test

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"
)

// A verifier of XML signatures of its own, so that what the org signs is not judged by the
// code that signed it: Exclusive XML Canonicalization 1.0 and XML Signature, RSA only.

// node is an element, or a text where its name is "".
type node struct {
	name   xml.Name // Space is the prefix
	attrs  []xml.Attr
	kids   []*node
	text   string
	parent *node
}

func parseXML(t testing.TB, raw []byte) *node {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(raw))
	root := &node{}
	at := root
	for {
		token, err := d.RawToken()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatalf("no XML: %v\n%s", err, raw)
		}
		switch token := token.(type) {
		case xml.StartElement:
			n := &node{name: token.Name, attrs: token.Copy().Attr, parent: at}
			at.kids = append(at.kids, n)
			at = n
		case xml.EndElement:
			at = at.parent
		case xml.CharData:
			at.kids = append(at.kids, &node{text: string(token), parent: at})
		}
	}
	return root.kids[0]
}

// scope are the namespaces by prefix at a node.
func (n *node) scope() map[string]string {
	if n == nil {
		return map[string]string{}
	}
	s := n.parent.scope()
	for _, a := range n.attrs {
		if a.Name.Space == "xmlns" {
			s[a.Name.Local] = a.Value
		} else if a.Name.Space == "" && a.Name.Local == "xmlns" {
			s[""] = a.Value
		}
	}
	return s
}

func (n *node) attr(name string) string {
	for _, a := range n.attrs {
		if a.Name.Space == "" && a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// find returns the elements below with these local names, in order.
func (n *node) find(path ...string) (found []*node) {
	if len(path) == 0 {
		return []*node{n}
	}
	for _, k := range n.kids {
		if k.name.Local == path[0] {
			found = append(found, k.find(path[1:]...)...)
		}
	}
	return found
}

func (n *node) value(path ...string) string {
	found := n.find(path...)
	if len(found) != 1 {
		return fmt.Sprintf("%d of %v", len(found), path)
	}
	var b strings.Builder
	for _, k := range found[0].kids {
		b.WriteString(k.text)
	}
	return b.String()
}

func qualified(n xml.Name) string {
	if n.Space == "" {
		return n.Local
	}
	return n.Space + ":" + n.Local
}

var (
	textEscapes = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "\r", "&#xD;")
	attrEscapes = strings.NewReplacer("&", "&amp;", "<", "&lt;", `"`, "&quot;", "\t", "&#x9;", "\n", "&#xA;", "\r", "&#xD;")
)

// canonical writes a node without the element skip (Exclusive C14N section 3).
func (n *node) canonical(b *strings.Builder, rendered map[string]string, skip *node) {
	if n.name.Local == "" {
		b.WriteString(textEscapes.Replace(n.text))
		return
	}
	scope, rendered := n.scope(), maps.Clone(rendered)
	used := map[string]bool{n.name.Space: true}
	var attrs []xml.Attr
	for _, a := range n.attrs {
		if a.Name.Space == "xmlns" || a.Name.Space == "" && a.Name.Local == "xmlns" {
			continue
		}
		attrs = append(attrs, a)
		if a.Name.Space != "" {
			used[a.Name.Space] = true
		}
	}
	b.WriteString("<" + qualified(n.name))
	for _, prefix := range slices.Sorted(maps.Keys(used)) {
		if prefix == "xml" || rendered[prefix] == scope[prefix] {
			continue
		}
		rendered[prefix] = scope[prefix]
		b.WriteString(" " + strings.TrimSuffix("xmlns:"+prefix, ":") + `="` + attrEscapes.Replace(scope[prefix]) + `"`)
	}
	key := func(a xml.Attr) string {
		if a.Name.Space == "" {
			return " " + a.Name.Local
		}
		return scope[a.Name.Space] + " " + a.Name.Local
	}
	slices.SortFunc(attrs, func(x, y xml.Attr) int { return strings.Compare(key(x), key(y)) })
	for _, a := range attrs {
		b.WriteString(" " + qualified(a.Name) + `="` + attrEscapes.Replace(a.Value) + `"`)
	}
	b.WriteString(">")
	for _, k := range n.kids {
		if k != skip {
			k.canonical(b, rendered, skip)
		}
	}
	b.WriteString("</" + qualified(n.name) + ">")
}

func (n *node) canon(skip *node) []byte {
	var b strings.Builder
	n.canonical(&b, map[string]string{}, skip)
	return []byte(b.String())
}

// verify tells whether an element holds a right signature of its own by this key: "" or what is wrong.
func (n *node) verify(cert *x509.Certificate) string {
	signatures := n.find("Signature")
	if len(signatures) != 1 {
		return fmt.Sprintf("%d signatures", len(signatures))
	}
	s := signatures[0]
	info := s.find("SignedInfo")[0]
	reference := info.find("Reference")[0]
	hash := crypto.SHA256
	if strings.HasSuffix(info.find("SignatureMethod")[0].attr("Algorithm"), "rsa-sha1") {
		hash = crypto.SHA1
	}
	switch {
	case n.kids[1] != s || n.kids[0].name.Local != "Issuer":
		return "the signature does not stand behind the issuer"
	case reference.attr("URI") != "#"+n.attr("ID") || n.attr("ID") == "":
		return "the reference is to " + reference.attr("URI")
	case info.find("CanonicalizationMethod")[0].attr("Algorithm") != "http://www.w3.org/2001/10/xml-exc-c14n#":
		return "the canonicalization is another"
	case !strings.HasSuffix(reference.find("DigestMethod")[0].attr("Algorithm"), map[crypto.Hash]string{crypto.SHA256: "xmlenc#sha256", crypto.SHA1: "xmldsig#sha1"}[hash]):
		return "the digest is by another method"
	}
	sum := func(b []byte) []byte { h := hash.New(); h.Write(b); return h.Sum(nil) }
	if base64.StdEncoding.EncodeToString(sum(n.canon(s))) != reference.value("DigestValue") {
		return "the digest is wrong"
	}
	signature, err := base64.StdEncoding.DecodeString(s.value("SignatureValue"))
	if err != nil {
		return err.Error()
	}
	if err := rsa.VerifyPKCS1v15(cert.PublicKey.(*rsa.PublicKey), hash, sum(info.canon(nil)), signature); err != nil {
		return err.Error()
	}
	if s.value("KeyInfo", "X509Data", "X509Certificate") != base64.StdEncoding.EncodeToString(cert.Raw) {
		return "the signature names another certificate"
	}
	return ""
}
