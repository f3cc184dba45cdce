package org

import (
	"context"
	"errors"

	"gatehouse/internal/db"
)

// schemaJob is work on the profiles of a type that a schema change left behind. Its row
// says how far it is, so that it goes on after a restart.
type schemaJob struct{ Type, Property, Kind string }

const (
	jobRemove = "remove"
	jobUnique = "unique"
)

func (tx *Tx) addSchemaJob(j schemaJob) error {
	_, err := tx.q.Exec(tx.ctx, `DELETE FROM schema_job WHERE type_id = $1 AND property = $2`, j.Type, j.Property)
	if err != nil {
		return err
	}
	_, err = tx.q.Exec(tx.ctx, `INSERT INTO schema_job (type_id, property, kind, place) VALUES ($1, $2, $3, '')`, j.Type, j.Property, j.Kind)
	return err
}

// resumeSchemaJobs starts the jobs that a stopped process left.
func (o *Org) resumeSchemaJobs(ctx context.Context) error {
	rows, err := o.db.Reader().Query(ctx, `SELECT type_id, property, kind FROM schema_job ORDER BY type_id, property`)
	if err != nil {
		return err
	}
	defer rows.Close()
	var jobs []schemaJob
	for rows.Next() {
		var j schemaJob
		if err := rows.Scan(&j.Type, &j.Property, &j.Kind); err != nil {
			return err
		}
		jobs = append(jobs, j)
	}
	for _, j := range jobs {
		o.startSchemaJob(j)
	}
	return rows.Err()
}

// startSchemaJob works on a job in the background until it is done or the org stops.
func (o *Org) startSchemaJob(j schemaJob) {
	o.inBatches("work after a change of the schema of "+j.Type+", attribute "+j.Property, func() (bool, error) { return o.schemaBatch(j) })
}

// schemaBatch does the next batch of a job and tells whether it was the last.
func (o *Org) schemaBatch(j schemaJob) (done bool, err error) {
	err = o.db.Update(o.stopped, func(q db.Querier) error {
		tx := &Tx{store: store{o.stopped, q}, org: o, now: second(o.now())}
		done = true
		var place string
		err := tx.q.QueryRow(tx.ctx, `SELECT place FROM schema_job WHERE type_id = $1 AND property = $2 AND kind = $3`, j.Type, j.Property, j.Kind).Scan(&place)
		if db.IsNone(err) {
			return nil // another change of the schema took it back
		}
		if err != nil {
			return err
		}
		people, err := tx.ids(`SELECT id FROM document WHERE kind = 'user' AND id > $1 ORDER BY id LIMIT $2`, place, jobBatch)
		if err != nil {
			return err
		}
		for _, id := range people {
			if err := tx.schemaStep(j, id); err != nil {
				var taken *TakenError
				if errors.As(err, &taken) {
					return tx.endUniqueJob(j, uniqueNot)
				}
				return err
			}
		}
		if len(people) == jobBatch {
			done = false
			_, err := tx.q.Exec(tx.ctx, `UPDATE schema_job SET place = $3 WHERE type_id = $1 AND property = $2`, j.Type, j.Property, people[len(people)-1])
			return err
		}
		if j.Kind == jobUnique {
			return tx.endUniqueJob(j, uniqueValidated)
		}
		return tx.dropSchemaJob(j)
	})
	return done, err
}

// schemaStep does a job's work on one person.
func (tx *Tx) schemaStep(j schemaJob, id string) error {
	person, err := tx.get(users, id)
	if err != nil || person.Text("type", "id") != j.Type {
		return err
	}
	profile := person.Object("profile")
	if profile.Get(j.Property) == nil {
		return nil
	}
	if j.Kind == jobRemove {
		return tx.put(users, id, person.With("profile", profile.Without(j.Property)))
	}
	if a, held := claimOf(profile, j.Property); held {
		return tx.claim(a, id)
	}
	return nil
}

// endUniqueJob says in the schema how the search for duplicates ended. Where there are
// some, the claims made so far are given up.
func (tx *Tx) endUniqueJob(j schemaJob, state string) error {
	u, err := tx.schema(schemaID(j.Type))
	if err != nil {
		return err
	}
	if i := u.Custom.find(j.Property); i >= 0 {
		if state == uniqueNot {
			if err := tx.releaseUnique(u, u.Custom[i]); err != nil {
				return err
			}
		}
		u.Custom[i].Unique = state
		if err := tx.putSchema(u); err != nil {
			return err
		}
	}
	return tx.dropSchemaJob(j)
}

func (tx *Tx) dropSchemaJob(j schemaJob) error {
	_, err := tx.q.Exec(tx.ctx, `DELETE FROM schema_job WHERE type_id = $1 AND property = $2`, j.Type, j.Property)
	return err
}
