import dev.dbos.transact.json.DBOSJavaSerializer;
import dev.dbos.transact.json.DBOSPortableSerializer;
import dev.dbos.transact.json.DBOSSerializer;
import dev.dbos.transact.json.PortableWorkflowException;
import dev.dbos.transact.json.SerializationUtil;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import tools.jackson.databind.ObjectMapper;

/**
 * With "write", prints values as the Java SDK stores them, one a line, each with the plain value that a script must read. With
 * "read", reads stored texts, one a line, and prints what an application gets from each.
 */
public final class Values {
  enum Color { RED }

  /** An object with fields of its own. */
  public static final class Order {
    public String id = "o-1";
    public List<Object> lines = new ArrayList<>(List.of(new Line("a", 2L)));
    public Instant at = Instant.EPOCH;
    public Color color = Color.RED;
    public byte[] data = {1, -1};
    public String[] words = {"a", "b"};
    public Object nothing = null;
    public Map<Integer, String> numbered = new TreeMap<>(Map.of(1, "one"));
  }

  public record Line(String sku, long count) {}

  public static final class Strange extends RuntimeException {
    public final int order = 7;

    public Strange(String message, Throwable cause) {
      super(message, cause);
    }
  }

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);

  public static void main(String[] arguments) throws Exception {
    if (arguments[0].equals("write")) {
      values();
      errors();
      return;
    }
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      Map<?, ?> row = JSON.readValue(line, Map.class);
      Object value = SerializationUtil.deserializeValue((String) row.get("text"), (String) row.get("codec"), null);
      OUT.println(value == null ? "null" : value.getClass().getSimpleName() + " " + value.toString().replace("\n", "\\n"));
    }
  }

  private static void values() throws Exception {
    LocalDateTime at = LocalDateTime.of(2026, 1, 2, 3, 4, 5, 678_000_000);
    Instant instant = at.toInstant(ZoneOffset.UTC);
    value("null", null, "null");
    value("true", true, "true");
    value("text", "ünï\u2028\"🚀\0", "\"ünï\\u2028\\\"🚀\\u0000\"");
    value("int", -5, "-5");
    value("long", 1L << 60, "1152921504606846976");
    value("short", (short) 5, "5");
    value("byte", (byte) -5, "-5");
    value("char", 'x', "\"x\"");
    value("double", 0.1, "0.1");
    value("float", 0.5f, "0.5");
    value("NaN", Double.NaN, "NaN");
    value("infinity", Double.NEGATIVE_INFINITY, "-Infinity");
    value("float NaN", Float.NaN, "NaN");
    value("BigInteger", BigInteger.TWO.pow(70), "1180591620717411303424");
    value("BigDecimal", new BigDecimal("1.50"), "1.5");
    value("long BigDecimal", new BigDecimal("123456789012345678901234567890.125"), "1.2345678901234568e+29");
    value("bytes", new byte[] {1, -1}, "bytes 01ff");
    value("no bytes", new byte[0], "bytes ");
    value("int[]", new int[] {1, 2}, "[1,2]");
    value("long[]", new long[] {1, 2}, "[1,2]");
    value("double[]", new double[] {0.5, Double.NaN}, "[0.5,NaN]");
    value("int[][]", new int[][] {{1, 2}, {3}}, "[[1,2],[3]]");
    value("char[]", new char[] {'a', 'b'}, "\"ab\"");
    value("String[]", new String[] {"a", "b"}, "[\"a\",\"b\"]");
    value("String[][]", new String[][] {{"a", "b"}, {"c", "d"}}, "[[\"a\",\"b\"],[\"c\",\"d\"]]");
    value("Object[]", new Object[] {"a", 1L, List.of("b", "c")}, "[\"a\",1,[\"b\",\"c\"]]");
    value("List.of", List.of("a", "b"), "[\"a\",\"b\"]");
    value("ArrayList", new ArrayList<>(Arrays.asList("a", null, 2L)), "[\"a\",null,2]");
    value("Arrays.asList", Arrays.asList("a", "b"), "[\"a\",\"b\"]");
    value("list of lists", new ArrayList<>(List.of(new ArrayList<>(List.of("a", "b")), new ArrayList<>())), "[[\"a\",\"b\"],[]]");
    value("ArrayDeque", new ArrayDeque<>(List.of("a", "b")), "[\"a\",\"b\"]");
    value("Set", new HashSet<>(Set.of("a")), "[\"a\"]");
    value("Map", new LinkedHashMap<>(Map.of("a", 1L)), "{\"a\":1}");
    value("Map of numbers", new TreeMap<>(Map.of(1, "a")), "{\"1\":\"a\"}");
    value("Map.of", Map.of("a", List.of()), "{\"a\":[]}");
    value("Optional", Optional.of("a"), "\"a\"");
    value("no Optional", Optional.empty(), "null");
    value("Instant", instant, "time 2026-01-02T03:04:05.678Z");
    value("OffsetDateTime", at.atOffset(ZoneOffset.ofHours(-5)), "time 2026-01-02T08:04:05.678Z");
    value("ZonedDateTime", at.atZone(ZoneId.of("Europe/Berlin")), "time 2026-01-02T02:04:05.678Z");
    value("LocalDateTime", at, "\"2026-01-02T03:04:05.678\"");
    value("LocalDate", LocalDate.of(2026, 1, 2), "\"2026-01-02\"");
    value("LocalTime", LocalTime.of(3, 4), "\"03:04:00\"");
    value("Duration", Duration.ofMinutes(90), "\"PT1H30M\"");
    value("Date", Date.from(instant), "time 2026-01-02T03:04:05.678Z");
    value("UUID", new UUID(0, 5), "\"00000000-0000-0000-0000-000000000005\"");
    value("URI", URI.create("https://a.b/c"), "\"https://a.b/c\"");
    value("enum", Color.RED, "\"RED\"");
    value("record", new Line("a", 2), "{\"count\":2,\"sku\":\"a\"}");
    value("object", new Order(),
        "{\"at\":time 1970-01-01T00:00:00Z,\"color\":\"RED\",\"data\":bytes 01ff,\"id\":\"o-1\",\"lines\":[{\"count\":2,\"sku\":\"a\"}],\"nothing\":null,\"numbered\":{\"1\":\"one\"},\"words\":[\"a\",\"b\"]}");
    value("pair of texts", new ArrayList<>(List.of("java.lang.Long", "5")), "[\"java.lang.Long\",\"5\"]");
  }

  private static void value(String name, Object value, String want) throws Exception {
    print("name", name, "codec", DBOSJavaSerializer.NAME, "text", DBOSJavaSerializer.INSTANCE.serialize(value), "want", want);
  }

  private static void errors() throws Exception {
    error(new IllegalStateException("oh dear"), "java.lang.IllegalStateException", "oh dear");
    error(new IllegalStateException(), "java.lang.IllegalStateException", "");
    error(new Strange("strange", new IllegalArgumentException("cause")), "Values$Strange", "strange");
    error(new PortableWorkflowException("m", "OutOfStock", 42, Map.of("sku", 1)), "dev.dbos.transact.json.PortableWorkflowException", "m");
  }

  private static void error(Throwable error, String name, String message) throws Exception {
    for (DBOSSerializer serializer : List.of(DBOSJavaSerializer.INSTANCE, DBOSPortableSerializer.INSTANCE)) {
      String codec = serializer.name();
      print("name", error.toString(), "codec", codec, "text", SerializationUtil.serializeError(error, codec, null).serializedValue(), "error", name, "message", message);
    }
  }

  private static void print(String... pairs) throws Exception {
    Map<String, String> row = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) row.put(pairs[i], pairs[i + 1]);
    OUT.println(JSON.writeValueAsString(row));
  }
}
