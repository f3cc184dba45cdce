package org

import (
	"net/http"
	"slices"

	"gatehouse/internal/okta"
)

// notificationTypes are what admins are told of by e-mail (API reference).
var notificationTypes = []string{
	"CONNECTOR_AGENT", "USER_LOCKED_OUT", "APP_IMPORT", "LDAP_AGENT", "AD_AGENT", "OKTA_ANNOUNCEMENT", "OKTA_ISSUE", "OKTA_UPDATE",
	"IWA_AGENT", "USER_DEPROVISION", "REPORT_SUSPICIOUS_ACTIVITY", "RATELIMIT_NOTIFICATION",
}

// The statuses of a subscription. Each is also the kind of the edge from who chose it,
// a user or a role type, to the notification type.
const (
	subscribed   = "subscribed"
	unsubscribed = "unsubscribed"
)

// chosen is the status that a user or a role type chose, or "".
func (s store) chosen(owner, notification string) (string, error) {
	for _, status := range []string{subscribed, unsubscribed} {
		if is, err := s.linked(status, owner, notification); err != nil || is {
			return status, err
		}
	}
	return "", nil
}

// roleSubscription is what a role type is subscribed to: everything, until somebody says otherwise [assumed].
func (s store) roleSubscription(role, notification string) (string, error) {
	status, err := s.chosen(role, notification)
	if status == "" {
		status = subscribed
	}
	return status, err
}

// userSubscription is a person's own choice, else what one of their roles is subscribed
// to. Who is no admin is told nothing [assumed].
func (s store) userSubscription(user, notification string) (string, error) {
	if status, err := s.chosen(user, notification); err != nil || status != "" {
		return status, err
	}
	roles, err := rolesOf(s, user)
	if err != nil {
		return "", err
	}
	for _, role := range roles {
		if status, err := s.roleSubscription(role, notification); err != nil || status == subscribed {
			return status, err
		}
	}
	return unsubscribed, nil
}

// choose stores a status in place of the one before.
func (tx *Tx) choose(owner, notification, status string) error {
	for _, kind := range []string{subscribed, unsubscribed} {
		if _, err := tx.unlink(kind, owner, notification); err != nil {
			return err
		}
	}
	_, err := tx.link(status, owner, notification)
	return err
}

// renderSubscription is a subscription as the API answers it; path is that of its owner.
func (o *Org) renderSubscription(path, notification, status string) (okta.Object, error) {
	return encodeDocument(struct {
		Type     string          `json:"notificationType"`
		Channels []string        `json:"channels"`
		Status   string          `json:"status"`
		Links    map[string]link `json:"_links"`
	}{notification, []string{"email"}, status, map[string]link{"self": {Href: path + "/subscriptions/" + notification}}})
}

// answerSubscriptions answers what status tells of every type.
func (o *Org) answerSubscriptions(path string, status func(notification string) (string, error)) (Reply, error) {
	docs := make([]okta.Object, len(notificationTypes))
	for i, notification := range notificationTypes {
		is, err := status(notification)
		if err != nil {
			return Reply{}, err
		}
		if docs[i], err = o.renderSubscription(path, notification, is); err != nil {
			return Reply{}, err
		}
	}
	return Reply{Status: http.StatusOK, Body: listBody(docs)}, nil
}

// answerSubscription answers what status tells of the type that the request names.
func (o *Org) answerSubscription(r *Request, path string, status func(notification string) (string, error)) (Reply, error) {
	notification, err := namedNotification(r)
	if err != nil {
		return Reply{}, err
	}
	is, err := status(notification)
	if err != nil {
		return Reply{}, err
	}
	doc, err := o.renderSubscription(path, notification, is)
	if err != nil {
		return Reply{}, err
	}
	return ok(doc)
}

func namedNotification(r *Request) (string, error) {
	name := r.Args["notificationType"]
	if !slices.Contains(notificationTypes, name) {
		return "", notFound(printable(name), nounOf("notificationType"))
	}
	return name, nil
}
