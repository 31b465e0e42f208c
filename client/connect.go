package client

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/dbos-script/dbos-script/client/internal/address"
	"github.com/dbos-script/dbos-script/client/internal/catalog"
	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
	"github.com/dbos-script/dbos-script/client/internal/schema"
)

const connecting = "connect"

// connect opens the database, learns its shape, and makes it a system database if that is asked
// for and it is empty.
func connect(ctx context.Context, config ClientConfig) (*session, error) {
	if err := checkConfig(config); err != nil {
		return nil, err
	}
	s, err := openSession(ctx, config)
	if err == nil || !config.Create || config.DatabaseURL == "" || !errors.Is(err, db.ErrMissing) {
		return s, err
	}
	if err := db.CreateDatabase(ctx, config.DatabaseURL, config.source()); err != nil {
		return nil, failure(connecting, err)
	}
	return openSession(ctx, config)
}

func checkConfig(config ClientConfig) error {
	err := schema.CheckName(config.DatabaseSchema)
	if err == nil {
		err = schema.CheckVersion(config.SchemaVersion)
	}
	if err == nil && config.SystemDBPool == nil && config.SqliteSystemDB == nil {
		_, err = address.Parse(config.DatabaseURL, config.source())
	}
	if err == nil && (config.Create || config.CreateRuns) && (config.ReadOnly || config.DryRun) {
		err = errors.New("a client that is read-only, or makes a dry run, cannot create a database or tables")
	}
	if err != nil {
		return initialization(err)
	}
	return nil
}

func openSession(ctx context.Context, config ClientConfig) (*session, error) {
	database, err := config.Pools.open(ctx, config, db.Config{
		URL: config.DatabaseURL, Source: config.source(), Pool: config.SystemDBPool, Handle: config.SqliteSystemDB,
		Schema: config.DatabaseSchema, ReadOnly: config.ReadOnly || config.DryRun, Create: config.Create, Logger: config.Logger,
	})
	if err != nil {
		return nil, initialization(err)
	}
	s := &session{db: database, config: config}
	if err := s.prepare(ctx); err != nil {
		s.abandon()
		return nil, err
	}
	return s, nil
}

// abandon closes the connections that were opened here, but not a pool or handle of the caller.
func (s *session) abandon() {
	if s.config.SystemDBPool == nil && s.config.SqliteSystemDB == nil {
		s.db.Close(0)
	}
}

// initialization returns err as Initialization, or with its own code if it came from the database.
func initialization(err error) error {
	if known := failure(connecting, err); CodeOf(known) != DatabaseError {
		return known
	}
	var wrong *address.Error
	if errors.As(err, &wrong) {
		return &Error{Code: Initialization, Op: connecting, Message: wrong.Message, Hint: wrong.Hint}
	}
	return &Error{Code: Initialization, Op: connecting, Err: err}
}

func (s *session) prepare(ctx context.Context) error {
	shape, err := s.config.Pools.shape(ctx, s.db, s.config)
	if err == nil && shape.Empty() && s.config.Create {
		shape, err = s.create(ctx)
	}
	if err != nil {
		return initialization(err)
	}
	if err := shape.Check(); err != nil {
		if errors.Is(err, schema.ErrEmpty) {
			return s.elsewhere(ctx, err)
		}
		return &Error{Code: Initialization, Op: connecting, Err: err}
	}
	if s.config.CreateRuns && !(shape.HasRuns() && shape.HasBulks()) {
		if shape, err = s.createRuns(ctx, shape); err != nil {
			return initialization(err)
		}
	}
	s.shape = shape
	catalog.Teach(s.db, shape)
	if missing := shape.Missing(schema.ApplicationName); missing != "" && s.config.AppName != "" {
		return unsupported(connecting, missing, "")
	}
	return nil
}

// elsewhere is the error of a database without a system database. It names the schemas that have
// one.
func (s *session) elsewhere(ctx context.Context, empty error) error {
	found := &Error{Code: Initialization, Op: connecting, Err: empty}
	if s.db.Dialect() != query.Postgres {
		return found
	}
	var schemas []string
	err := s.db.Once(ctx, func(b *db.Batch) {
		b.Raw(schema.PostgresSchemas, nil, func(row db.Row) error {
			var name string
			err := row.Scan(&name)
			schemas = append(schemas, name)
			return err
		})
	})
	if err == nil && len(schemas) > 0 {
		found.Err, found.Message = nil, fmt.Sprintf("no DBOS system database in the schema %q", s.config.DatabaseSchema)
		found.Hint = "there is one with --schema " + strings.Join(schemas, ", or with --schema ")
	}
	return found
}

// create makes the schema. Of two processes that do so at once, the second waits for the first,
// fails on the first table, and finds the work done.
func (s *session) create(ctx context.Context) (*schema.Shape, error) {
	statements := schema.SQLite(s.config.SchemaVersion)
	if s.db.Dialect() == query.Postgres {
		statements = s.postgresSchema()
	}
	failed := s.db.Script(ctx, statements)
	shape, err := catalog.Read(ctx, s.db, s.config.DatabaseSchema)
	if err == nil && failed != nil && shape.Check() != nil {
		err = failed
	}
	s.created = err == nil && failed == nil
	return shape, err
}

// createRuns makes the tables for durable runs, or adds what they lack. If another process has done
// so meanwhile, the statements change nothing, or fail at a column that exists.
func (s *session) createRuns(ctx context.Context, before *schema.Shape) (*schema.Shape, error) {
	statements, err := schema.RunsSQLite(), error(nil)
	switch {
	case s.db.Dialect() == query.Postgres && s.db.Cockroach():
		statements, err = schema.RunsCockroach(s.config.DatabaseSchema)
	case s.db.Dialect() == query.Postgres:
		statements, err = schema.RunsPostgres(s.config.DatabaseSchema)
		statements = append(lockedAgainstCreators(), statements...)
	}
	if err != nil {
		return nil, err
	}
	if before.OldBulks() {
		statements = append(statements, schema.AddBulkLimits(s.config.DatabaseSchema, s.db.Dialect() == query.SQLite))
	}
	failed := s.db.Script(ctx, statements)
	shape, err := catalog.Read(ctx, s.db, s.config.DatabaseSchema)
	switch {
	case failed != nil && (err != nil || !shape.HasRuns() || !shape.HasBulks()):
		return nil, failed
	case err != nil:
		return nil, err
	}
	s.createdRuns = failed == nil && !before.OldBulks()
	s.completedRuns = failed == nil && before.OldBulks()
	return shape, nil
}

// lockedAgainstCreators are the statements that keep others from creating tables at the same time.
func lockedAgainstCreators() []string {
	return []string{
		"SELECT set_config('lock_timeout', '30s', true)",
		fmt.Sprintf("SELECT pg_advisory_xact_lock(%d)", schema.LockKey),
	}
}

// postgresSchema has a lock only where there are locks; CockroachDB settles races of two creators
// by aborting one.
func (s *session) postgresSchema() []string {
	if s.db.Cockroach() {
		return schema.Cockroach(s.config.DatabaseSchema, s.config.SchemaVersion)
	}
	return append(lockedAgainstCreators(), schema.Postgres(s.config.DatabaseSchema, s.config.SchemaVersion)...)
}
