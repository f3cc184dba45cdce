package main

// creates compares the creation of a person, with its events in the same commit, with the
// floor's insert of the same rows.
func (b *bench) creates() (err error) {
	b.report.how("A company of %d people in SQLite, WAL, synchronous=NORMAL for all. The org checks the schema, stores the person, what is searched and unique, the trigrams of the names, the membership in Everyone, the welcome message, and two events with what they are looked up by, and applies the group rules, in one commit. The floor inserts the same document, values, membership and events again, without the trigrams and the message, in one commit. The barer floors leave out what the document is found by, and what the events are looked up by.", b.people)
	org, err := b.org("small", b.people)
	if err != nil {
		return err
	}
	defer func() { stopAll(&err, org.process) }()
	if err := b.createOne(org.Org); err != nil {
		return err
	}
	floor, err := b.floorOn("small")
	if err != nil {
		return err
	}
	defer func() { stopAll(&err, floor) }()
	f := &contestant{name: "floor", url: floor.first, kind: "create&index=1&values=1"}
	barer := &contestant{name: "floor, document and events with their index", url: floor.first, kind: "create&index=1"}
	barest := &contestant{name: "floor, document and events alone", url: floor.first, kind: "create"}
	o := &contestant{name: "org", url: org.Org, kind: "create", authorization: "SSWS " + apiToken}
	if err := b.race(f, barer, barest, o); err != nil {
		return err
	}
	for _, c := range []*contestant{f, barer, barest} {
		b.report.note("create a user: "+c.name, number(c.rate())+"/s", "org / this "+number(o.rate()/c.rate()))
	}
	b.report.note("create a user: org", number(o.rate())+"/s", "")
	b.report.atLeast("create a user, org / floor", o.rate()/f.rate(), 0.5, "", "")
	return nil
}
