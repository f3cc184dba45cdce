package main

// creates compares the creation of a person, with its events in the same commit, with the
// floor's insert of the document and those events.
func (b *bench) creates() (err error) {
	b.report.how("A company of %d people in SQLite, WAL, synchronous=NORMAL for both. The floor inserts the document and the two events of a creation, each with the three rows that the System Log is looked up by. The org also checks the schema, keeps what is searched and unique, puts the person into Everyone and applies the group rules. The bare floor leaves the rows out that events are looked up by.", b.people)
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
	f := &contestant{name: "floor", url: floor.first, kind: "create"}
	bare := &contestant{name: "bare floor", url: floor.first, kind: "createBare"}
	o := &contestant{name: "org", url: org.Org, kind: "create", authorization: "SSWS " + apiToken}
	if err := b.race(f, bare, o); err != nil {
		return err
	}
	b.report.note("create a user: bare floor", number(bare.rate())+"/s", "org / bare floor "+number(o.rate()/bare.rate()))
	b.report.note("create a user: floor", number(f.rate())+"/s", "")
	b.report.note("create a user: org", number(o.rate())+"/s", "")
	b.report.atLeast("create a user, org / floor", o.rate()/f.rate(), 0.5, "", "")
	return nil
}
