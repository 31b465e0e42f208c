import dev.dbos.transact.DBOS;
import dev.dbos.transact.StartWorkflowOptions;
import dev.dbos.transact.workflow.Workflow;
import dev.dbos.transact.workflow.WorkflowClassName;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** The workflows; rows name their class as the annotation does. */
@WorkflowClassName("Workflows")
public class WorkflowsImpl implements Workflows {
  private final DBOS dbos;
  private final AtomicInteger trials = new AtomicInteger();
  private Workflows proxy;

  WorkflowsImpl(DBOS dbos) {
    this.dbos = dbos;
  }

  /** Takes the proxy through which a workflow starts another. */
  void through(Workflows proxy) {
    this.proxy = proxy;
  }

  @Override
  @Workflow(name = "same")
  public Object same(Object value) {
    return value;
  }

  @Override
  @Workflow(name = "echo")
  public Object echo(Object value) {
    return value;
  }

  /** Returns what each member of the input holds, in words. */
  @Override
  @Workflow(name = "shape")
  public String shape(Object order) {
    Map<?, ?> members = (Map<?, ?>) order;
    List<?> lines = (List<?>) members.get("lines");
    String at = OffsetDateTime.parse((String) members.get("at")).withOffsetSameInstant(ZoneOffset.UTC).toInstant().toString();
    Object note = members.get("note") == null ? "none" : members.get("note");
    Object sku = ((Map<?, ?>) lines.get(0)).get("sku");
    return String.join(" ", List.of(members.get("id").toString(), members.get("text").toString(),
        members.get("price").toString(), at, lines.size() + "", sku.toString(), note.toString()));
  }

  /** Returns one of every kind of value that the SDK's serializer keeps. */
  @Override
  @Workflow(name = "kinds")
  public Object kinds(Object nothing) {
    Map<String, Object> nested = new LinkedHashMap<>();
    List<Object> inner = new ArrayList<>();
    inner.add(2);
    inner.add(null);
    nested.put("list", new ArrayList<Object>(List.of(1, inner)));
    nested.put("text", "ünïcode \u2028 \"quoted\" 🚀");
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("at", Instant.parse("2026-01-02T03:04:05.678Z"));
    all.put("big", (1L << 60) + 1);
    all.put("decimal", new BigDecimal("1.50"));
    all.put("bytes", "hi".getBytes(StandardCharsets.UTF_8));
    all.put("none", null);
    all.put("nested", nested);
    all.put("fraction", 0.1);
    return all;
  }

  /** Runs until somebody sends it a message, which it returns. */
  @Override
  @Workflow(name = "hold")
  public Object hold(Object nothing) {
    return dbos.recv("release", Duration.ofMinutes(1)).orElse(null);
  }

  /** Takes steps; each returns in which workflow it really ran, which shows what a fork copied. */
  @Override
  @Workflow(name = "journey")
  public List<Object> journey(Object count) {
    String id = DBOS.workflowId();
    List<Object> visited = new ArrayList<>();
    for (int i = 0; i < ((Number) count).intValue(); i++) {
      int stop = i;
      visited.add(dbos.runStep(() -> new LinkedHashMap<String, Object>(Map.of("stop", stop, "by", id)), "stop" + i));
    }
    return visited;
  }

  @Override
  @Workflow(name = "broken")
  public Object broken(String message) {
    dbos.runStep(() -> "before", "before");
    throw new IllegalStateException(message);
  }

  /** Fails in the second of three steps. Each step says in which workflow it really ran. */
  @Override
  @Workflow(name = "stumble")
  public Object stumble(Object nothing) {
    String id = DBOS.workflowId();
    dbos.runStep(() -> id, "steady");
    try {
      return dbos.runStep(() -> stumbled(id), "stumble");
    } finally {
      dbos.runStep(() -> id, "onward");
    }
  }

  private static Object stumbled(String id) {
    throw new IllegalStateException("stumbled in " + id);
  }

  /** Sets each value as the event "progress", and writes it to the stream "numbers". */
  @Override
  @Workflow(name = "report")
  public int report(List<Object> values) {
    for (Object value : values) {
      dbos.setEvent("progress", value);
      dbos.writeStream("numbers", value);
    }
    dbos.closeStream("numbers");
    return values.size();
  }

  @Override
  @Workflow(name = "brood")
  public Object brood(Object value) {
    return dbos.startWorkflow(() -> proxy.same(value), new StartWorkflowOptions()).getResult();
  }

  /** Runs a child that waits for a message, and waits for it. */
  @Override
  @Workflow(name = "nest")
  public Object nest(String child) {
    return dbos.startWorkflow(() -> proxy.hold(""), new StartWorkflowOptions(child)).getResult();
  }

  /** Publishes how many steps have really run, waits for a message, counts again, and returns all three. */
  @Override
  @Workflow(name = "trial")
  public Object trial(Object nothing) {
    int first = dbos.runStep(() -> trials.incrementAndGet(), "first");
    dbos.setEvent("count", first);
    Object told = dbos.recv("go", Duration.ofMinutes(1)).orElse(null);
    int second = dbos.runStep(() -> trials.incrementAndGet(), "second");
    dbos.setEvent("count", second);
    dbos.writeStream("counts", second);
    dbos.closeStream("counts");
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("first", first);
    all.put("told", told);
    all.put("second", second);
    return all;
  }

  /** Returns what a run of a schedule was told; a text instead of a time fails, as in most applications. */
  @Override
  @Workflow(name = "tick")
  public Object tick(Instant at, Object context) {
    Map<String, Object> told = new LinkedHashMap<>();
    told.put("at", at.toString());
    told.put("year", at.atOffset(ZoneOffset.UTC).getYear());
    told.put("context", context);
    return told;
  }
}
