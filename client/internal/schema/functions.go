package schema

import (
	"fmt"
	"strings"
)

// pinned keeps a caller's search_path from putting functions of its own under the names used here.
const pinned = "SET search_path = pg_catalog, pg_temp"

// storedFunctions are the functions that applications and other tools expect beside the tables.
func storedFunctions(d dialect, version int) []string {
	return []string{enqueueWorkflow(d, version), sendMessage(d), notifyFunction(d), notifyTrigger(d)}
}

// enqueueWorkflow takes the same parameters under the same names as the function that the SDKs
// make, because callers name them. If the id exists, it sets only updated_at, and compares nothing.
func enqueueWorkflow(d dialect, version int) string {
	parameters := []string{
		"workflow_name TEXT", "queue_name TEXT",
		"positional_args JSON[] DEFAULT ARRAY[]::JSON[]", "named_args JSON DEFAULT '{}'::JSON",
		"class_name TEXT DEFAULT NULL", "config_name TEXT DEFAULT NULL",
		"workflow_id TEXT DEFAULT NULL", "app_version TEXT DEFAULT NULL",
		"timeout_ms BIGINT DEFAULT NULL", "deadline_epoch_ms BIGINT DEFAULT NULL",
		"deduplication_id TEXT DEFAULT NULL", "priority INT4 DEFAULT NULL",
		"queue_partition_key TEXT DEFAULT NULL", "authenticated_user TEXT DEFAULT NULL",
		"authenticated_roles TEXT DEFAULT NULL", "delay_until_epoch_ms BIGINT DEFAULT NULL",
		"application_name TEXT DEFAULT NULL",
	}
	body := strings.NewReplacer("{clear_orphans}", "", "{insert_input}", "").Replace(enqueueWorkflowBody)
	if version >= payloadSplit {
		body = strings.NewReplacer("{clear_orphans}", enqueueWorkflowClear, "{insert_input}", enqueueWorkflowInput).Replace(enqueueWorkflowBody)
	}
	body = strings.NewReplacer(
		"{workflow_status}", d.name("workflow_status"), "{workflow_input}", d.name("workflow_input"),
		"{workflow_output}", d.name("workflow_output"), "{operation_outputs}", d.name("operation_outputs"),
	).Replace(body)
	return createFunction(d, "enqueue_workflow", parameters, "TEXT", body)
}

const enqueueWorkflowBody = `
DECLARE
	id TEXT := coalesce(workflow_id, gen_random_uuid()::TEXT);
	stamp BIGINT := floor(extract(epoch FROM now()) * 1000)::BIGINT;
	payload TEXT := json_build_object(
		'positionalArgs', coalesce(array_to_json(positional_args), '[]'::JSON),
		'namedArgs', coalesce(named_args, '{}'::JSON)
	)::TEXT;
BEGIN
	IF coalesce(workflow_name, '') = '' THEN
		RAISE EXCEPTION 'enqueue_workflow: workflow_name is missing';
	END IF;
	IF coalesce(queue_name, '') = '' THEN
		RAISE EXCEPTION 'enqueue_workflow: queue_name is missing';
	END IF;
	IF id = '' THEN
		RAISE EXCEPTION 'enqueue_workflow: workflow_id is empty; leave it out to have one made';
	END IF;
	IF named_args IS NOT NULL AND json_typeof(named_args) <> 'object' THEN
		RAISE EXCEPTION 'enqueue_workflow: named_args is a JSON %, not an object', json_typeof(named_args);
	END IF;
	{clear_orphans}INSERT INTO {workflow_status} (
		workflow_uuid, status, name, queue_name, inputs, serialization, class_name, config_name,
		application_version, workflow_timeout_ms, workflow_deadline_epoch_ms, deduplication_id, priority,
		queue_partition_key, authenticated_user, authenticated_roles, delay_until_epoch_ms, application_name,
		recovery_attempts, created_at, updated_at
	) VALUES (
		id, CASE WHEN delay_until_epoch_ms IS NULL THEN 'ENQUEUED' ELSE 'DELAYED' END, workflow_name, queue_name,
		payload, 'portable_json', class_name, config_name,
		app_version, timeout_ms, deadline_epoch_ms, deduplication_id, coalesce(priority, 0),
		queue_partition_key, authenticated_user, authenticated_roles, delay_until_epoch_ms, application_name,
		0, stamp, stamp
	) ON CONFLICT (workflow_uuid) DO UPDATE SET updated_at = excluded.updated_at;{insert_input}
	RETURN id;
EXCEPTION WHEN unique_violation THEN
	RAISE unique_violation USING
		MESSAGE = format('queue %s already holds a workflow with deduplication id %s', queue_name, deduplication_id),
		CONSTRAINT = '` + dedupIndex + `';
END`

// enqueueWorkflowClear deletes the input, the steps and the result of a deleted workflow of the
// same id, because the new one would run with them.
const enqueueWorkflowClear = `IF NOT EXISTS (SELECT 1 FROM {workflow_status} AS ws WHERE ws.workflow_uuid = id) THEN
		DELETE FROM {workflow_input} AS o WHERE o.workflow_uuid = id;
		DELETE FROM {workflow_output} AS o WHERE o.workflow_uuid = id;
		DELETE FROM {operation_outputs} AS o WHERE o.workflow_uuid = id;
	END IF;
	`

// enqueueWorkflowInput writes the inputs a second time, because applications of both ages may share
// a database.
const enqueueWorkflowInput = `
	INSERT INTO {workflow_input} (workflow_uuid, inputs, retention_timestamp) VALUES (id, payload, stamp)
	ON CONFLICT (workflow_uuid) DO NOTHING;`

// sendMessage does nothing when the message id was used before.
func sendMessage(d dialect) string {
	parameters := []string{
		"destination_id TEXT", "message JSON", "topic TEXT DEFAULT NULL", "message_id TEXT DEFAULT NULL",
	}
	body := strings.ReplaceAll(sendMessageBody, "{notifications}", d.name("notifications"))
	return createFunction(d, "send_message", parameters, "VOID", body)
}

const sendMessageBody = `
BEGIN
	INSERT INTO {notifications} (destination_uuid, topic, message, message_uuid, serialization)
	VALUES (
		destination_id, coalesce(topic, '__null__topic__'), message::TEXT,
		coalesce(message_id, gen_random_uuid()::TEXT), 'portable_json'
	) ON CONFLICT (message_uuid) DO NOTHING;
EXCEPTION WHEN foreign_key_violation THEN
	RAISE foreign_key_violation USING MESSAGE = format('there is no workflow %s to send a message to', destination_id);
END`

const (
	notificationsChannel = "dbos_notifications_channel"
	notificationsTrigger = "dbos_notifications_trigger"
)

// notifyFunction notifies listeners of the receiver and the topic of a message. Applications
// match the whole payload.
func notifyFunction(d dialect) string {
	body := fmt.Sprintf(`
BEGIN
	PERFORM pg_notify('%s', concat(NEW.destination_uuid, '::', NEW.topic));
	RETURN NEW;
END`, notificationsChannel)
	return createFunction(d, "notifications_function", nil, "TRIGGER", body)
}

func notifyTrigger(d dialect) string {
	return fmt.Sprintf("CREATE TRIGGER %s AFTER INSERT ON %s FOR EACH ROW EXECUTE FUNCTION %s()",
		quote(notificationsTrigger), d.name("notifications"), d.name("notifications_function"))
}

func createFunction(d dialect, name string, parameters []string, result, body string) string {
	return fmt.Sprintf("CREATE FUNCTION %s (\n\t%s\n) RETURNS %s LANGUAGE plpgsql %s AS %s",
		d.name(name), strings.Join(parameters, ",\n\t"), result, pinned, dollarQuote(body))
}
