package store

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

// A Policy says how a schedule treats its ticks.
type Policy struct {
	ScheduleName string
	Text         string // JSON
	UpdatedBy    string
	UpdatedAt    time.Time // SetPolicies sets it
}

const (
	upsertPolicies = `
INSERT INTO {dbos_script_policies} (schedule_name, policy, updated_by, updated_at)
SELECT r.name, r.policy, r.who, CAST(:now AS BIGINT) FROM {rows r name:TEXT=:names policy:TEXT=:texts who:TEXT=:people} WHERE TRUE
ON CONFLICT (schedule_name) DO UPDATE SET policy = excluded.policy, updated_by = excluded.updated_by, updated_at = excluded.updated_at`

	selectPolicies = `SELECT p.schedule_name, p.policy, p.updated_by, p.updated_at FROM {dbos_script_policies} AS p ORDER BY p.schedule_name`

	deletePolicies = `DELETE FROM {dbos_script_policies} WHERE {in schedule_name :names}`
)

// SetPolicies stores policies in place of earlier ones of the same schedules, with one round trip.
// It returns an error, and stores none, if a policy has no schedule or nobody who stores it, if its
// text is no JSON, or if two are of one schedule.
func (s *Store) SetPolicies(ctx context.Context, policies ...Policy) error {
	policies = slices.SortedFunc(slices.Values(policies), func(a, b Policy) int { return cmp.Compare(a.ScheduleName, b.ScheduleName) })
	names, texts, people := []string{}, []string{}, []string{}
	for i, policy := range policies {
		if err := policy.check(); err != nil {
			return err
		}
		if i > 0 && policies[i-1].ScheduleName == policy.ScheduleName {
			return fmt.Errorf("the schedule %q has two policies", policy.ScheduleName)
		}
		names, texts, people = append(names, policy.ScheduleName), append(texts, policy.Text), append(people, policy.UpdatedBy)
	}
	args := query.Args{"names": names, "texts": texts, "people": people, "now": s.now()}
	return s.tables.DB().Run(ctx, func(b *db.Batch) { b.Exec(upsertPolicies, args, nil) })
}

func (p Policy) check() error {
	switch {
	case p.ScheduleName == "":
		return fmt.Errorf("the policy %s names no schedule", p.Text)
	case p.UpdatedBy == "":
		return fmt.Errorf("the policy of %q does not say who stores it", p.ScheduleName)
	case !json.Valid([]byte(p.Text)):
		return fmt.Errorf("the policy of %q is no JSON: %s", p.ScheduleName, p.Text)
	}
	return nil
}

// DeletePolicies forgets the policies of schedules, and returns how many of them had one.
func (s *Store) DeletePolicies(ctx context.Context, scheduleNames ...string) (deleted int64, err error) {
	err = s.tables.DB().Run(ctx, func(b *db.Batch) { b.Exec(deletePolicies, query.Args{"names": scheduleNames}, &deleted) })
	return deleted, err
}

// Policies returns all policies, by the names of their schedules.
func (s *Store) Policies(ctx context.Context) (policies []Policy, err error) {
	err = s.tables.DB().Read(ctx, func(b *db.Batch) {
		db.Collect(b, &policies, selectPolicies, query.Args{}, func(row db.Row) (found Policy, err error) {
			var updated int64
			err = row.Scan(&found.ScheduleName, &found.Text, &found.UpdatedBy, &updated)
			found.UpdatedAt = time.UnixMilli(updated)
			return found, err
		})
	})
	return policies, err
}
