import dev.dbos.transact.DBOSClient;
import dev.dbos.transact.workflow.ListWorkflowsInput;
import dev.dbos.transact.workflow.WorkflowState;
import dev.dbos.transact.workflow.WorkflowStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Lists with the names that filters and fields have in Lua, and with times in milliseconds. */
final class Lists {
  private Lists() {}

  static Object list(DBOSClient client, Map<?, ?> filter) {
    ListWorkflowsInput input = new ListWorkflowsInput();
    for (Map.Entry<?, ?> one : filter.entrySet()) input = with(input, (String) one.getKey(), one.getValue());
    List<Object> found = new ArrayList<>();
    for (WorkflowStatus workflow : client.listWorkflows(input)) found.add(fields(workflow));
    return found;
  }

  @SuppressWarnings("unchecked")
  private static ListWorkflowsInput with(ListWorkflowsInput input, String name, Object value) {
    return switch (name) {
      case "workflow_ids" -> input.withWorkflowIds((List<String>) value);
      case "workflow_id_prefix" -> input.withWorkflowIdPrefix((List<String>) value);
      case "status" -> input.withStatus(((List<String>) value).stream().map(WorkflowState::valueOf).toList());
      case "name" -> input.withWorkflowName((List<String>) value);
      case "start_time" -> input.withStartTime(Instant.parse((String) value));
      case "end_time" -> input.withEndTime(Instant.parse((String) value));
      case "app_version" -> input.withApplicationVersion((List<String>) value);
      case "user" -> input.withAuthenticatedUser((List<String>) value);
      case "queue_name" -> input.withQueueName((List<String>) value);
      case "queues_only" -> input.withQueuesOnly((Boolean) value);
      case "executor_ids" -> input.withExecutorIds((List<String>) value);
      case "forked_from" -> input.withForkedFrom((List<String>) value);
      case "was_forked_from" -> input.withWasForkedFrom((Boolean) value);
      case "parent_workflow_id" -> input.withParentWorkflowId((List<String>) value);
      case "has_parent" -> input.withHasParent((Boolean) value);
      case "completed_after" -> input.withCompletedAfter(Instant.parse((String) value));
      case "completed_before" -> input.withCompletedBefore(Instant.parse((String) value));
      case "dequeued_after" -> input.withDequeuedAfter(Instant.parse((String) value));
      case "dequeued_before" -> input.withDequeuedBefore(Instant.parse((String) value));
      case "attributes" -> input.withAttributes((Map<String, Object>) value);
      case "schedule_name" -> input.withScheduleName((List<String>) value);
      case "is_fork", "application_name", "deduplication_id", "is_debounced" -> throw new Verbs.NoOperation("filter " + name);
      case "limit" -> input.withLimit((Integer) value);
      case "offset" -> input.withOffset((Integer) value);
      case "sort_desc" -> input.withSortDesc((Boolean) value);
      default -> throw new IllegalArgumentException("no filter " + name);
    };
  }

  private static Map<String, Object> fields(WorkflowStatus workflow) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("id", workflow.workflowId());
    all.put("status", workflow.status());
    all.put("name", workflow.workflowName());
    all.put("class_name", workflow.className());
    all.put("authenticated_user", workflow.authenticatedUser());
    all.put("executor_id", workflow.executorId());
    all.put("application_version", workflow.appVersion());
    all.put("attempts", workflow.recoveryAttempts());
    all.put("queue_name", workflow.queueName());
    all.put("deduplication_id", workflow.deduplicationId());
    all.put("priority", workflow.priority());
    all.put("forked_from", workflow.forkedFrom());
    all.put("was_forked_from", workflow.wasForkedFrom());
    all.put("parent_workflow_id", workflow.parentWorkflowId());
    all.put("schedule_name", workflow.scheduleName());
    all.put("created_at", workflow.createdAtEpochMs());
    all.put("updated_at", workflow.updatedAtEpochMs());
    all.put("started_at", workflow.startedAtEpochMs());
    all.put("completed_at", workflow.completedAtEpochMs());
    all.put("delay_until", workflow.delayUntilEpochMs());
    all.put("deadline", workflow.deadlineEpochMs());
    all.put("serialization", workflow.serialization());
    all.put("input", workflow.input() == null ? null : Arrays.asList(workflow.input()));
    all.put("output", workflow.output());
    all.put("error", workflow.error() == null ? "" : workflow.error().message());
    return all;
  }
}
