// Package client works on the system database of a DBOS application from outside it: it enqueues
// workflows, lists and reads them, cancels, resumes and forks them, on SQLite, Postgres and
// CockroachDB, with no running executor in between.
//
// Its names are those of the DBOS Go SDK's client. What it does differently from that SDK's
// v0.18 is said where it happens; the general rules are these:
//
//   - A database that exists is never migrated. What it can do is read off its columns.
//   - Values come back decoded, whichever SDK wrote them; a value that cannot be decoded is a
//     codec.Opaque, and never an error of the whole list.
//   - An operation on many workflows takes the same number of statements as on one, and either
//     takes effect on all or on none.
//   - Nothing is enqueued, sent or forked twice by a retry: ids are fixed before the first try.
//   - Lost connections, serialization failures and busy files are retried for two minutes at the
//     longest, within the context.
package client
