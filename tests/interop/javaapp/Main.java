import dev.dbos.transact.DBOS;
import dev.dbos.transact.DBOSClient;
import dev.dbos.transact.config.DBOSConfig;
import dev.dbos.transact.workflow.QueueOptions;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.ObjectMapper;

/**
 * An application on the DBOS SDK for Java. A test drives it over standard input and output: one JSON request a line, one
 * JSON response a line, as tests/interop/peer says.
 */
public final class Main {
  private static final ObjectMapper JSON = new ObjectMapper();

  public static void main(String[] arguments) throws Exception {
    // What the SDK prints goes to standard error, so that only responses stand on standard output.
    PrintStream responses = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    System.setOut(System.err);
    URI url = URI.create(System.getenv("PEER_DATABASE_URL"));
    String jdbc = "jdbc:postgresql://" + url.getHost() + ":" + url.getPort() + url.getPath();
    String[] user = (url.getUserInfo() == null ? "postgres" : url.getUserInfo()).split(":", 2);
    String password = user.length > 1 ? user[1] : "";
    DBOSConfig config = DBOSConfig.defaults(setting("PEER_NAME", "javaapp"))
        .withDatabaseUrl(jdbc).withDbUser(user[0]).withDbPassword(password)
        .withAppVersion(setting("PEER_VERSION", "v1")).withExecutorId(setting("PEER_EXECUTOR", "javaapp-1"))
        .withSchedulerPollingInterval(Duration.ofMillis(200));
    try (DBOS dbos = new DBOS(config)) {
      WorkflowsImpl workflows = new WorkflowsImpl(dbos);
      Workflows proxy = dbos.registerProxy(Workflows.class, workflows);
      workflows.through(proxy);
      dbos.launch();
      dbos.registerQueue(setting("PEER_QUEUE", "ordinary"), QueueOptions.setPollingInterval(Duration.ofMillis(200)));
      try (DBOSClient client = new DBOSClient(jdbc, user[0], password)) {
        serve(new Verbs(dbos, client, proxy), responses);
      }
    }
  }

  static String setting(String name, String otherwise) {
    String value = System.getenv(name);
    return value == null || value.isEmpty() ? otherwise : value;
  }

  /** Answers requests until standard input ends. */
  private static void serve(Verbs verbs, PrintStream responses) throws Exception {
    responses.println("{\"ready\":true}");
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      Map<?, ?> request = JSON.readValue(line, Map.class);
      Map<String, Object> response = new LinkedHashMap<>();
      response.put("id", request.get("id"));
      try {
        response.put("value", verbs.answer(request));
      } catch (Exception failure) {
        response.put("error", Map.of("name", failure.getClass().getSimpleName(), "message", String.valueOf(failure.getMessage())));
      }
      responses.println(JSON.writeValueAsString(response));
    }
  }
}
