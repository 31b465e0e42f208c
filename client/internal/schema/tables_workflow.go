package schema

// The numbers in this file are schema versions of the Go SDK on Postgres: a column has the version
// that added it, an index the first (since) and the last one (until) that has it.

// migrationsTable holds one row with the schema version of the database.
const migrationsTable = "dbos_migrations"

// migrations returns the table of the schema version.
func migrations() table {
	return table{
		name:    migrationsTable,
		key:     []string{"version"},
		columns: []column{col("version", bigInteger, 1).notNull()},
	}
}

func workflowStatus() table {
	return table{
		name:     "workflow_status",
		key:      []string{"workflow_uuid"},
		looseKey: true,
		columns:  append(workflowStatusAtFirst(), workflowStatusLater()...),
		indexes:  workflowStatusIndexes(),
	}
}

// workflowStatusAtFirst returns the columns of the first version, in its order.
func workflowStatusAtFirst() []column {
	return []column{
		col("workflow_uuid", text, 1).notNull(),
		col("status", text, 1),
		col("name", text, 1),
		col("authenticated_user", text, 1),
		col("assumed_role", text, 1),
		col("authenticated_roles", text, 1),
		col("request", text, 1),
		col("inputs", text, 1),
		col("output", text, 1),
		col("error", text, 1),
		col("executor_id", text, 1),
		col("created_at", bigInteger, 1).notNull().defaults(nowMillis),
		col("updated_at", bigInteger, 1).notNull().defaults(nowMillis),
		col("application_version", text, 1),
		col("application_id", text, 1),
		col("class_name", shortText, 1).defaults("NULL"),
		col("config_name", shortText, 1).defaults("NULL"),
		col("recovery_attempts", bigInteger, 1).defaults("0"),
		col("queue_name", text, 1),
		col("workflow_timeout_ms", bigInteger, 1),
		col("workflow_deadline_epoch_ms", bigInteger, 1),
		col("started_at_epoch_ms", bigInteger, 1),
		col("deduplication_id", text, 1),
		col("priority", integer, 1).notNull().defaults("0"),
	}
}

// workflowStatusLater returns the columns that later versions added, the oldest first.
func workflowStatusLater() []column {
	return []column{
		col("queue_partition_key", text, 2),
		col("forked_from", text, 4),
		col("owner_xid", text, 7).defaults("NULL"),
		col("parent_workflow_id", text, 8).defaults("NULL"),
		col("serialization", text, 11).defaults("NULL"),
		col("delay_until_epoch_ms", bigInteger, 16).defaults("NULL"),
		col("was_forked_from", boolean, 18).notNull().defaults("FALSE"),
		col("rate_limited", boolean, 33).notNull().defaults("FALSE"),
		col("completed_at", bigIntegerByName, 36),
		col("attributes", object, 40),
		col("schedule_name", text, 41).defaults("NULL"),
		col("debounce_deadline_epoch_ms", bigInteger, 42).defaults("NULL"),
		col("is_debounced", boolean, 42).notNull().defaults("FALSE"),
		col("application_name", text, 100).defaults("NULL"),
		col("creator_xid", text, 123),
	}
}

func workflowStatusIndexes() []index {
	const (
		failed   = `"status" IN ('ERROR', 'CANCELLED', 'MAX_RECOVERY_ATTEMPTS_EXCEEDED')`
		inFlight = `"status" IN ('ENQUEUED', 'PENDING')`
		notEnded = `"status" IN ('ENQUEUED', 'PENDING', 'DELAYED')`
	)
	inOrder := []string{"queue_name", "status", "priority", "created_at"}
	dequeue := []string{"queue_name", "status", "queue_partition_key", "priority", "created_at", "workflow_uuid"}
	return []index{
		{name: "workflow_status_created_at_index", columns: []string{"created_at"}},
		{name: "idx_workflow_status_attributes", columns: []string{"attributes"}, where: present("attributes"), gin: true},
		{name: "idx_workflow_status_completed_at", columns: []string{"completed_at"}, where: present("completed_at")},
		{name: "idx_workflow_status_delayed", columns: []string{"delay_until_epoch_ms"}, where: `"status" = 'DELAYED'`},
		{name: "idx_workflow_status_failed", columns: []string{"status", "created_at"}, where: failed},
		{name: "idx_workflow_status_forked_from", columns: []string{"forked_from"}, where: present("forked_from")},
		{name: "idx_workflow_status_deadline", since: 122, columns: []string{"workflow_deadline_epoch_ms"}, where: notEnded + " AND " + present("workflow_deadline_epoch_ms")},
		{name: "idx_workflow_status_in_flight", until: 114, columns: inOrder, where: inFlight},
		{name: "idx_workflow_status_in_flight_v2", since: 115, columns: inOrder, included: []string{"application_name"}, where: inFlight},
		{name: "idx_workflow_status_parent_workflow_id", columns: []string{"parent_workflow_id"}, where: present("parent_workflow_id")},
		{name: "idx_workflow_status_partition_dequeue_v2", until: 116, columns: dequeue, where: inFlight + " AND " + present("queue_partition_key")},
		{name: "idx_workflow_status_partition_dequeue_v3", since: 117, columns: dequeue, included: []string{"application_name"}, where: inFlight + " AND " + present("queue_partition_key")},
		{name: "idx_workflow_status_pending", columns: []string{"created_at"}, where: `"status" = 'PENDING'`},
		{name: "idx_workflow_status_rate_limited", columns: []string{"queue_name", "started_at_epoch_ms"}, where: `"rate_limited" = TRUE`},
		{name: "idx_workflow_status_schedule_name", columns: []string{"schedule_name"}, where: present("schedule_name")},
		{name: "idx_workflow_status_started_at", columns: []string{"started_at_epoch_ms"}, where: present("started_at_epoch_ms")},
		{name: dedupIndex, columns: []string{"queue_name", "deduplication_id"}, where: present("deduplication_id"), unique: true},
	}
}

// dedupIndex lets one workflow at a time hold a deduplication id of a queue.
const dedupIndex = "uq_workflow_status_dedup_id"

// present is the condition of an index of all rows in which a column has a value.
func present(column string) string { return quote(column) + " IS NOT NULL" }
