package main

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"golang.org/x/net/html"
)

// signIn goes to a page of the console as a browser would, and signs the super admin in on the way.
func (c *client) signIn(address string) error {
	page, at, err := c.follow("GET", address, "")
	if err != nil {
		return err
	}
	form, action, err := formOf(page, at)
	if err != nil {
		return err
	}
	form.Set("username", superAdmin)
	form.Set("password", password)
	_, end, err := c.follow("POST", action, form.Encode())
	if err == nil && end.String() != address {
		err = fmt.Errorf("the sign-in ended at %s", end)
	}
	return err
}

// follow sends a request and goes where its redirects lead.
func (c *client) follow(method, address, body string) (page string, at *url.URL, err error) {
	for range 10 {
		r, err := http.NewRequestWithContext(c.ctx, method, address, strings.NewReader(body))
		if err != nil {
			return "", nil, err
		}
		if body != "" {
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.Header.Set("Origin", r.URL.Scheme+"://"+r.URL.Host)
		}
		a, err := c.send(r)
		if err != nil {
			return "", nil, err
		}
		to := a.header.Get("Location")
		if a.status == http.StatusOK && to == "" {
			return string(a.body), r.URL, nil
		}
		next, err := r.URL.Parse(to)
		if err != nil || to == "" {
			return "", nil, fmt.Errorf("%s %s: %d %.300s", method, address, a.status, a.body)
		}
		method, address, body = "GET", next.String(), ""
	}
	return "", nil, fmt.Errorf("%s leads round in a circle", address)
}

// formOf reads the fields and the address of the only form of a page.
func formOf(page string, at *url.URL) (fields url.Values, action string, err error) {
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		return nil, "", err
	}
	fields = url.Values{}
	for n := range root.Descendants() {
		attr := map[string]string{}
		for _, a := range n.Attr {
			attr[a.Key] = a.Val
		}
		switch n.Data {
		case "form":
			to, err := at.Parse(attr["action"])
			if err != nil {
				return nil, "", err
			}
			action = to.String()
		case "input":
			fields.Set(attr["name"], attr["value"])
		}
	}
	if action == "" {
		return nil, "", fmt.Errorf("no form on %s: %.300s", at, page)
	}
	return fields, action, nil
}
