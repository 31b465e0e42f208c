package schema

// The tables of schedules, application versions and queues, which applications register by name.
// The last argument of col is the schema version that added the column.

func workflowSchedules() table {
	return table{
		name:   "workflow_schedules",
		key:    []string{"schedule_id"},
		unique: "schedule_name",
		columns: []column{
			col("schedule_id", text, 9).notNull(),
			col("schedule_name", text, 9).notNull(),
			col("workflow_name", text, 9).notNull(),
			col("workflow_class_name", text, 9),
			col("schedule", text, 9).notNull(),
			col("status", text, 9).notNull().defaults("'ACTIVE'"),
			col("context", text, 9).notNull(),
			col("last_fired_at", text, 15).defaults("NULL"),
			col("automatic_backfill", boolean, 15).notNull().defaults("FALSE"),
			col("cron_timezone", text, 15).defaults("NULL"),
			col("queue_name", text, 17).defaults("NULL"),
			col("application_name", text, 102).defaults("NULL"),
		},
	}
}

func applicationVersions() table {
	return table{
		name:   "application_versions",
		key:    []string{"version_id"},
		unique: "version_name", // of all owners, in spite of the indexes below, as in the SDKs' tables
		columns: []column{
			col("version_id", text, 13).notNull(),
			col("version_name", text, 13).notNull(),
			col("version_timestamp", bigInteger, 13).notNull().defaults(nowMillis),
			col("created_at", bigInteger, 13).notNull().defaults(nowMillis),
			col("application_name", text, 103).defaults("NULL"),
		},
		indexes: []index{
			{
				name: "uq_application_versions_owner_version", unique: true,
				columns: []string{"application_name", "version_name"}, where: present("application_name"),
			},
			{
				name: "uq_application_versions_unclaimed_version", unique: true,
				columns: []string{"version_name"}, where: `"application_name" IS NULL`,
			},
			{name: "idx_application_versions_timestamp", since: 124, columns: []string{"version_timestamp"}, newestFirst: true},
			{
				name: "idx_application_versions_owner_timestamp", since: 125,
				columns: []string{"application_name", "version_timestamp"}, newestFirst: true,
			},
		},
	}
}

func queues() table {
	return table{
		name:   "queues",
		key:    []string{"queue_id"},
		unique: "name",
		columns: []column{
			col("queue_id", text, 21).notNull().defaults(newUUID),
			col("name", text, 21).notNull(),
			col("concurrency", integer, 21),
			col("worker_concurrency", integer, 21),
			col("rate_limit_max", integer, 21),
			col("rate_limit_period_sec", double, 21),
			col("priority_enabled", boolean, 21).notNull().defaults("FALSE"),
			col("partition_queue", boolean, 21).notNull().defaults("FALSE"),
			col("polling_interval_sec", double, 21).notNull().defaults("1.0"),
			col("created_at", bigInteger, 21).notNull().defaults(nowMillis),
			col("updated_at", bigInteger, 21).notNull().defaults(nowMillis),
			col("application_name", text, 101).defaults("NULL"),
			col("partition_concurrency", integer, 108),
			col("partition_worker_concurrency", integer, 108),
			col("partition_rate_limit_max", integer, 108),
			col("partition_rate_limit_period_sec", double, 108),
		},
	}
}
