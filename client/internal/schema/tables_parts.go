package schema

func operationOutputs() table {
	return table{
		name:   "operation_outputs",
		key:    []string{"workflow_uuid", "function_id"},
		parent: "workflow_uuid",
		// Retention deletes steps long after their workflow, so they no longer refer to it.
		parentUntil: 111,
		columns: []column{
			col("workflow_uuid", text, 1).notNull(),
			col("function_id", integer, 1).notNull(),
			col("function_name", text, 1).notNull().defaults("''"),
			col("output", text, 1),
			col("error", text, 1),
			col("child_workflow_id", text, 1),
			col("started_at_epoch_ms", bigInteger, 5),
			col("completed_at_epoch_ms", bigInteger, 5),
			col("serialization", text, 11).defaults("NULL"),
			col("application_name", text, 104).defaults("NULL"),
			retention(110),
		},
		indexes: []index{
			{
				name: "idx_operation_outputs_completed_at_function_name", until: 118,
				columns: []string{"completed_at_epoch_ms", "function_name"},
			},
			{
				name: "idx_operation_outputs_completed_at_function_name_v2", since: 119,
				columns: []string{"completed_at_epoch_ms", "function_name"}, included: []string{"application_name"},
			},
			{name: "idx_operation_outputs_retention", since: 111, columns: []string{"retention_timestamp"}},
		},
	}
}

// retention is the time from which applications count the age of a payload before they delete it.
func retention(since int) column {
	return col("retention_timestamp", bigInteger, since).notNull().defaults(nowMillis)
}

// workflowInput holds the inputs of workflows that newer SDKs start.
func workflowInput() table {
	return table{
		name:    "workflow_input",
		key:     []string{"workflow_uuid"},
		since:   payloadSplit,
		columns: []column{col("workflow_uuid", text, payloadSplit).notNull(), col("inputs", text, payloadSplit), retention(payloadSplit)},
		indexes: []index{{name: "idx_workflow_input_retention", since: payloadSplit, columns: []string{"retention_timestamp"}}},
	}
}

// workflowOutput holds the results of workflows that executors of newer SDKs ran.
func workflowOutput() table {
	return table{
		name:  "workflow_output",
		key:   []string{"workflow_uuid"},
		since: payloadSplit,
		columns: []column{
			col("workflow_uuid", text, payloadSplit).notNull(),
			col("output", text, payloadSplit),
			col("error", text, payloadSplit),
			retention(payloadSplit),
		},
		indexes: []index{{name: "idx_workflow_output_retention", since: payloadSplit, columns: []string{"retention_timestamp"}}},
	}
}

// notifications has the same index twice up to version 113, because older SDKs look for both names.
func notifications() table {
	address := []string{"destination_uuid", "topic"}
	return table{
		name:   "notifications",
		key:    []string{"message_uuid"},
		parent: "destination_uuid",
		columns: []column{
			col("destination_uuid", text, 1).notNull(),
			col("topic", text, 1),
			col("message", text, 1).notNull(),
			col("created_at_epoch_ms", bigInteger, 1).notNull().defaults(nowMillis),
			col("message_uuid", text, 1).notNull().defaults(newUUID),
			col("serialization", text, 11).defaults("NULL"),
			col("consumed", boolean, 12).notNull().defaults("FALSE"),
			col("consumed_by_function_id", integer, 121),
		},
		indexes: []index{{name: "idx_workflow_topic", columns: address}, {name: "idx_notifications", until: 113, columns: address}},
	}
}

func workflowEvents() table {
	return table{
		name:   "workflow_events",
		key:    []string{"workflow_uuid", "key"},
		parent: "workflow_uuid",
		columns: []column{
			col("workflow_uuid", text, 1).notNull(),
			col("key", text, 1).notNull(),
			col("value", text, 1).notNull(),
			col("serialization", text, 11).defaults("NULL"),
		},
	}
}

func workflowEventsHistory() table {
	return table{
		name:   "workflow_events_history",
		key:    []string{"workflow_uuid", "function_id", "key"},
		parent: "workflow_uuid",
		columns: []column{
			col("workflow_uuid", text, 6).notNull(),
			col("function_id", integer, 6).notNull(),
			col("key", text, 6).notNull(),
			col("value", text, 6).notNull(),
			col("serialization", text, 11).defaults("NULL"),
		},
	}
}

func streams() table {
	return table{
		name:   "streams",
		key:    []string{"workflow_uuid", "key", "offset"},
		parent: "workflow_uuid",
		columns: []column{
			col("workflow_uuid", text, 1).notNull(),
			col("key", text, 1).notNull(),
			col("value", text, 1).notNull(),
			col("offset", integer, 1).notNull(),
			col("function_id", integer, 6).notNull().defaults("0"),
			col("serialization", text, 11).defaults("NULL"),
		},
	}
}

// eventDispatchKV serves event receivers of the TypeScript SDK alone; Python's SQLite files lack
// it.
func eventDispatchKV() table {
	return table{
		name:     "event_dispatch_kv",
		key:      []string{"service_name", "workflow_fn_name", "key"},
		optional: true,
		columns: []column{
			col("service_name", text, 1).notNull(),
			col("workflow_fn_name", text, 1).notNull(),
			col("key", text, 1).notNull(),
			col("value", text, 1),
			col("update_seq", numeric, 1),
			col("update_time", numeric, 1),
		},
	}
}
