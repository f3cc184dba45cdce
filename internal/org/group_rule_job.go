package org

import (
	"context"

	"gatehouse/internal/db"
)

// ruleJob is work on everybody that a change of a rule left behind. Its row says how
// far it is, so that it goes on after a restart; without the row it ends.
type ruleJob struct{ Rule, Kind string }

const (
	// jobApply evaluates the active rules for each person.
	jobApply = "apply"
	// jobTakeBack takes away what a deleted rule gave.
	jobTakeBack = "remove"
)

// addRuleJob has a job done from the beginning, once the transaction is committed.
func (tx *Tx) addRuleJob(j ruleJob) error {
	if err := tx.dropRuleJob(j); err != nil {
		return err
	}
	tx.ruleJobs = append(tx.ruleJobs, j)
	_, err := tx.q.Exec(tx.ctx, `INSERT INTO group_rule_job (rule, kind, place) VALUES ($1, $2, '')`, j.Rule, j.Kind)
	return err
}

func (tx *Tx) dropRuleJob(j ruleJob) error {
	_, err := tx.q.Exec(tx.ctx, `DELETE FROM group_rule_job WHERE rule = $1 AND kind = $2`, j.Rule, j.Kind)
	return err
}

// resumeRuleJobs starts the jobs that a stopped process left.
func (o *Org) resumeRuleJobs(ctx context.Context) error {
	rows, err := o.db.Reader().Query(ctx, `SELECT rule, kind FROM group_rule_job ORDER BY rule, kind`)
	if err != nil {
		return err
	}
	defer rows.Close()
	var jobs []ruleJob
	for rows.Next() {
		var j ruleJob
		if err := rows.Scan(&j.Rule, &j.Kind); err != nil {
			return err
		}
		jobs = append(jobs, j)
	}
	for _, j := range jobs {
		o.startRuleJob(j)
	}
	return rows.Err()
}

func (o *Org) startRuleJob(j ruleJob) {
	o.inBatches("work of the group rule "+j.Rule, func() (bool, error) { return o.ruleBatch(j) })
}

// ruleBatch does the next batch of a job and tells whether it was the last.
func (o *Org) ruleBatch(j ruleJob) (done bool, err error) {
	err = o.commit(o.stopped, nil, second(o.now()), func(tx *Tx) error {
		done = true
		var place string
		err := tx.q.QueryRow(tx.ctx, `SELECT place FROM group_rule_job WHERE rule = $1 AND kind = $2`, j.Rule, j.Kind).Scan(&place)
		if db.IsNone(err) {
			return nil // the rule was deactivated or deleted, or another worker ended the job
		}
		if err != nil {
			return err
		}
		if j.Kind == jobTakeBack {
			done, err = tx.takeBack(j)
		} else {
			done, err = tx.applyBatch(j, place)
		}
		if err != nil || !done {
			return err
		}
		return tx.dropRuleJob(j)
	})
	return done, err
}

// applyBatch touches the next people, for whom the commit evaluates the rules.
func (tx *Tx) applyBatch(j ruleJob, place string) (done bool, err error) {
	people, err := tx.ids(`SELECT id FROM document WHERE kind = 'user' AND id > $1 ORDER BY id LIMIT $2`, place, jobBatch)
	if err != nil {
		return false, err
	}
	tx.touched = append(tx.touched, people...)
	if len(people) == jobBatch {
		_, err = tx.q.Exec(tx.ctx, `UPDATE group_rule_job SET place = $3 WHERE rule = $1 AND kind = $2`, j.Rule, j.Kind, people[len(people)-1])
		return false, err
	}
	d, err := tx.groupRule(j.Rule)
	if err != nil {
		return false, err
	}
	tx.log(Event{Type: "group.user_membership.rule.evaluation", Message: "Evaluate group membership rule", Targets: []Target{d.target()}})
	return true, nil
}

// takeBack takes the next memberships away that a deleted rule gave. Its rows go with them.
func (tx *Tx) takeBack(j ruleJob) (done bool, err error) {
	rows, err := tx.q.Query(tx.ctx, `SELECT person, grp FROM group_rule_member WHERE rule = $1 ORDER BY person, grp LIMIT $2`, j.Rule, jobBatch)
	if err != nil {
		return false, err
	}
	defer rows.Close()
	type given struct{ person, group string }
	var list []given
	for rows.Next() {
		var g given
		if err := rows.Scan(&g.person, &g.group); err != nil {
			return false, err
		}
		list = append(list, g)
	}
	if err := rows.Err(); err != nil {
		return false, err
	}
	for _, g := range list {
		person, err := tx.get(users, g.person)
		if err != nil {
			return false, err
		}
		if _, err := tx.takeByRule(Target{ID: j.Rule}, g.group, person); err != nil {
			return false, err
		}
	}
	return len(list) < jobBatch, nil
}
