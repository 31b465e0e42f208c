import dev.dbos.transact.DBOS;
import dev.dbos.transact.DBOSClient;
import dev.dbos.transact.StartWorkflowOptions;
import dev.dbos.transact.workflow.ForkOptions;
import dev.dbos.transact.workflow.Queue;
import dev.dbos.transact.workflow.QueueOptions;
import dev.dbos.transact.workflow.ScheduleStatus;
import dev.dbos.transact.workflow.SerializationStrategy;
import dev.dbos.transact.workflow.StepInfo;
import dev.dbos.transact.workflow.WorkflowHandle;
import dev.dbos.transact.workflow.WorkflowSchedule;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a request may ask: some the application does itself, the others its client. */
final class Verbs {
  private static final String CLASS = "Workflows";
  private final DBOS dbos;
  private final DBOSClient client;
  private final Workflows workflows;

  Verbs(DBOS dbos, DBOSClient client, Workflows workflows) {
    this.dbos = dbos;
    this.client = client;
    this.workflows = workflows;
  }

  Object answer(Map<?, ?> request) throws Exception {
    Map<?, ?> options = request.get("options") instanceof Map<?, ?> found ? found : Map.of();
    List<?> arguments = request.get("args") instanceof List<?> found ? found : List.of();
    String workflow = (String) request.get("workflow");
    String id = (String) request.get("workflowID");
    String key = (String) request.get("key");
    return switch ((String) request.get("do")) {
      case "start" -> start(workflow, arguments, options);
      case "result" -> dbos.retrieveWorkflow(id).getResult();
      case "debounce" -> started(dbos.<Object>debouncer().debounce(key, period(request), () -> run(workflow, arguments)));
      case "clientDebounce" -> started(client.<Object>debouncer(workflow).withClassName(CLASS).debounce(key, period(request), arguments.toArray()));
      case "enqueue" -> enqueue(workflow, arguments, options);
      case "list" -> Lists.list(client, options);
      case "steps" -> steps(id);
      case "cancel" -> done(() -> client.cancelWorkflow(id, options.get("children") == Boolean.TRUE));
      case "delay" -> done(() -> client.setWorkflowDelay(id, Duration.ofMillis((long) (1000 * ((Number) arguments.get(0)).doubleValue()))));
      case "attributes" -> attributes(id, arguments, options);
      case "queue" -> queue(key, options);
      case "queues" -> queues();
      case "rewind", "rename", "aggregates" -> throw new NoOperation(request.get("do"));
      case "resume" -> done(() -> client.resumeWorkflow(id, (String) options.get("queueName")));
      case "fork" -> fork(id, options);
      case "delete" -> done(() -> client.deleteWorkflow(id));
      case "send" -> done(() -> client.send(id, arguments.get(0), key, (String) options.get("idempotencyKey"),
          new DBOSClient.SendOptions(serialization(options), options.get("toForks") == Boolean.TRUE)));
      case "event" -> client.getEvent(id, key, Duration.ofSeconds(10)).orElse(null);
      case "stream" -> stream(id, key);
      case "schedule" -> schedule(key, arguments, options);
      case "schedules" -> schedules();
      case "pause" -> done(() -> client.pauseSchedule(key));
      case "trigger" -> started(client.triggerSchedule(key));
      case "backfill" -> backfill(key, arguments);
      default -> throw new IllegalArgumentException("no request " + request.get("do"));
    };
  }

  /** The SDK's version has no such operation. */
  static final class NoOperation extends RuntimeException {
    NoOperation(Object name) {
      super("the SDK has no " + name);
    }
  }

  @SuppressWarnings("unchecked")
  private Object attributes(String id, List<?> arguments, Map<?, ?> options) {
    if (options.get("merge") == Boolean.TRUE) throw new NoOperation("merge of attributes");
    return done(() -> client.updateWorkflowAttributes(id, (Map<String, Object>) arguments.get(0)));
  }

  private Object queue(String name, Map<?, ?> options) {
    QueueOptions chosen = QueueOptions.setPollingInterval(Duration.ofMillis(200));
    if (options.get("concurrency") instanceof Integer most) chosen = chosen.andConcurrency(most);
    QueueOptions all = chosen;
    return done(() -> client.registerQueue(name, all));
  }

  private Object queues() {
    Map<String, Object> found = new LinkedHashMap<>();
    for (Queue queue : client.listQueues()) found.put(queue.name(), queue.concurrency());
    return found;
  }

  private static Object done(Runnable action) {
    action.run();
    return null;
  }

  private static Duration period(Map<?, ?> request) {
    return Duration.ofMillis(((Number) request.get("period")).longValue());
  }

  private static Object started(WorkflowHandle<?, ?> handle) {
    return Map.of("workflowID", handle.workflowId());
  }

  /** Calls a workflow through the proxy, as an application does. */
  @SuppressWarnings("unchecked")
  private Object run(String workflow, List<?> arguments) {
    Object first = arguments.isEmpty() ? null : arguments.get(0);
    return switch (workflow) {
      case "same" -> workflows.same(first);
      case "echo" -> workflows.echo(first);
      case "shape" -> workflows.shape(first);
      case "kinds" -> workflows.kinds(first);
      case "hold" -> workflows.hold(first);
      case "journey" -> workflows.journey(first);
      case "broken" -> workflows.broken((String) first);
      case "stumble" -> workflows.stumble(first);
      case "report" -> workflows.report((List<Object>) first);
      case "brood" -> workflows.brood(first);
      case "nest" -> workflows.nest((String) first);
      case "trial" -> workflows.trial(first);
      default -> throw new IllegalArgumentException("no workflow " + workflow);
    };
  }

  @SuppressWarnings("unchecked")
  private Object start(String workflow, List<?> arguments, Map<?, ?> options) {
    StartWorkflowOptions chosen = new StartWorkflowOptions();
    if (options.get("workflowID") instanceof String id) chosen = chosen.withWorkflowId(id);
    if (options.get("queueName") instanceof String queue) chosen = chosen.withQueue(queue);
    if (options.get("attributes") instanceof Map<?, ?> all) chosen = chosen.withAttributes((Map<String, Object>) all);
    return started(dbos.startWorkflow(() -> run(workflow, arguments), chosen));
  }

  private Object enqueue(String workflow, List<?> arguments, Map<?, ?> options) {
    var chosen = new DBOSClient.EnqueueOptions(workflow, className(options), (String) options.get("queueName"));
    if (options.get("workflowID") instanceof String id) chosen = chosen.withWorkflowId(id);
    if (options.get("deduplicationID") instanceof String id) chosen = chosen.withDeduplicationId(id);
    if (options.get("priority") instanceof Integer priority) chosen = chosen.withPriority(priority);
    if (serialization(options) != null) chosen = chosen.withSerialization(serialization(options));
    return started(client.enqueueWorkflow(chosen, arguments.toArray()));
  }

  /** Returns the class that the options name, or else that of this application; null for a workflow without a class. */
  private static String className(Map<?, ?> options) {
    if (!(options.get("className") instanceof String name)) return CLASS;
    return name.isEmpty() ? null : name;
  }

  /** Returns the strategy that the options ask for; null is the SDK's own. */
  private static SerializationStrategy serialization(Map<?, ?> options) {
    return options.get("portable") == Boolean.TRUE ? SerializationStrategy.PORTABLE : null;
  }

  private Object fork(String id, Map<?, ?> options) {
    if (options.containsKey("replacementChildren")) throw new NoOperation("fork with other children");
    ForkOptions chosen = new ForkOptions((String) options.get("workflowID"));
    if (options.get("queueName") instanceof String queue) chosen = chosen.withQueue(queue);
    return started(client.forkWorkflow(id, (Integer) options.get("step"), chosen));
  }

  private Object steps(String id) {
    List<Object> found = new ArrayList<>();
    for (StepInfo step : client.listWorkflowSteps(id)) found.add(Map.of("id", step.functionId(), "name", step.functionName()));
    return found;
  }

  private Object stream(String id, String key) {
    List<Object> values = new ArrayList<>();
    for (Iterator<Object> all = client.readStream(id, key); all.hasNext();) values.add(all.next());
    return values;
  }

  private Object schedule(String key, List<?> arguments, Map<?, ?> options) {
    return done(() -> dbos.createSchedule(new WorkflowSchedule(key, "tick", CLASS, (String) arguments.get(0))
        .withContext(arguments.get(1)).withQueueName((String) options.get("queueName"))));
  }

  private Object schedules() {
    Map<String, Object> found = new LinkedHashMap<>();
    for (WorkflowSchedule schedule : client.listSchedules(null, null, null)) {
      Map<String, Object> seen = new LinkedHashMap<>();
      seen.put("status", schedule.status() == null ? ScheduleStatus.ACTIVE : schedule.status());
      seen.put("context", schedule.context());
      found.put(schedule.scheduleName(), seen);
    }
    return found;
  }

  /** Starts the runs between two times, and returns the ids. */
  private Object backfill(String key, List<?> arguments) {
    List<String> ids = new ArrayList<>();
    Instant from = Instant.parse((String) arguments.get(0));
    for (var handle : dbos.backfillSchedule(key, from, Instant.parse((String) arguments.get(1)))) ids.add(handle.workflowId());
    return ids;
  }
}
