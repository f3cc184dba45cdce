package org

// subscriber is the caller, who may see and change no subscriptions but their own (API reference).
func (s store) subscriber(r *Request) (string, error) {
	person, err := s.argumentUser(r)
	if err != nil {
		return "", err
	}
	if id := person.Text("id"); id == r.Actor.UserID {
		return id, nil
	}
	return "", fail("E0000006", "")
}

func listUserSubscriptions(o *Org, r *Request) (Reply, error) {
	s := o.reads(r.ctx)
	user, err := s.subscriber(r)
	if err != nil {
		return Reply{}, err
	}
	return o.answerSubscriptions(o.userURL(user), func(n string) (string, error) { return s.userSubscription(user, n) })
}

func getUserSubscriptionByNotificationType(o *Org, r *Request) (Reply, error) {
	s := o.reads(r.ctx)
	user, err := s.subscriber(r)
	if err != nil {
		return Reply{}, err
	}
	return o.answerSubscription(r, o.userURL(user), func(n string) (string, error) { return s.userSubscription(user, n) })
}

func subscribeUserSubscriptionByNotificationType(o *Org, r *Request) (Reply, error) {
	return o.chooseForUser(r, subscribed)
}

func unsubscribeUserSubscriptionByNotificationType(o *Org, r *Request) (Reply, error) {
	return o.chooseForUser(r, unsubscribed)
}

func (o *Org) chooseForUser(r *Request, status string) (Reply, error) {
	notification, err := namedNotification(r)
	if err != nil {
		return Reply{}, err
	}
	err = o.update(r, func(tx *Tx) error {
		user, err := tx.subscriber(r)
		if err != nil {
			return err
		}
		person, err := tx.get(users, user)
		if err != nil {
			return err
		}
		e := userEvent(person, "user.account.subscriptions.update", "Admin subscriptions update")
		e.Debug = map[string]string{"notificationType": notification, "status": status}
		tx.log(e)
		return tx.choose(user, notification, status)
	})
	if err != nil {
		return Reply{}, err
	}
	return empty()
}
