import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;

/**
 * Prints what the client of the Java SDK on the class path declares: a method a line, and after it, on lines of their own, each
 * parameter and, in place of a record, each of its components; a Queue is only a name there. The compiler of the SDK left the names
 * of parameters in the tables of local variables, which javap prints; interfaces have none. A method "with…" names its parameter.
 */
public final class Declared {
  private static final List<String> CLIENTS = List.of("DBOSClient", "DebouncerClient", "workflow.WorkflowHandle");
  private static final Pattern METHOD = Pattern.compile("(\\w+)\\([^)]*\\)[^;]*;\\s+descriptor: (\\S+)(.*?)(?=\\n\\n|\\z)", Pattern.DOTALL);
  private static final Pattern VARIABLE = Pattern.compile("\\n\\s+0\\s+\\d+\\s+(\\d+)\\s+(\\w+)\\s");

  public static void main(String[] arguments) throws Exception {
    Set<String> lines = new LinkedHashSet<>();
    for (String name : CLIENTS) {
      Class<?> client = Class.forName("dev.dbos.transact." + name);
      Map<String, List<String>> names = parameters(client);
      for (Method method : client.getDeclaredMethods()) {
        if (!Modifier.isPublic(method.getModifiers()) || method.isSynthetic()) continue;
        lines.add(method.getName());
        String descriptor = MethodType.methodType(method.getReturnType(), method.getParameterTypes()).toMethodDescriptorString();
        List<String> found = names.getOrDefault(method.getName() + descriptor, List.of());
        Type[] types = method.getGenericParameterTypes();
        if (!client.isInterface() && found.size() != types.length) throw new IllegalStateException(method + " has the names " + found);
        Set<String> options = new LinkedHashSet<>();
        for (int i = 0; i < types.length; i++) {
          Set<String> parts = new LinkedHashSet<>();
          components(types[i], parts);
          if (parts.isEmpty() && i < found.size() && !method.getName().matches("with[A-Z].*")) parts.add(found.get(i));
          options.addAll(parts);
        }
        for (String option : options) lines.add(method.getName() + " " + option);
      }
    }
    lines.forEach(System.out::println);
  }

  /** Returns the names of the parameters of each public method, by name and descriptor. */
  private static Map<String, List<String>> parameters(Class<?> client) {
    StringWriter out = new StringWriter();
    ToolProvider javap = ToolProvider.findFirst("javap").orElseThrow();
    javap.run(new PrintWriter(out), new PrintWriter(System.err), "-l", "-s", "-public", "-cp", System.getProperty("java.class.path"), client.getName());
    Map<String, List<String>> found = new HashMap<>();
    for (Matcher method = METHOD.matcher(out.toString()); method.find();) {
      Map<Integer, String> variables = new HashMap<>();
      for (Matcher variable = VARIABLE.matcher(method.group(3)); variable.find();) {
        variables.put(Integer.valueOf(variable.group(1)), variable.group(2));
      }
      List<String> names = new ArrayList<>();
      int slot = "this".equals(variables.get(0)) ? 1 : 0;
      for (Class<?> type : MethodType.fromMethodDescriptorString(method.group(2), Declared.class.getClassLoader()).parameterList()) {
        if (variables.containsKey(slot)) names.add(variables.get(slot));
        slot += type == long.class || type == double.class ? 2 : 1;
      }
      found.put(method.group(1) + method.group(2), names);
    }
    return found;
  }

  /** Adds the components of the records in a type, and the methods "with…" of an option class that is none. */
  private static void components(Type type, Set<String> found) {
    if (type instanceof ParameterizedType generic) {
      for (Type argument : generic.getActualTypeArguments()) components(argument, found);
    }
    if (type instanceof Class<?> array && array.isArray()) components(array.getComponentType(), found);
    if (!(type instanceof Class<?> one) || !one.getName().startsWith("dev.dbos.transact.") || one.getSimpleName().equals("Queue")) return;
    if (one.isSealed()) {
      for (Class<?> permitted : one.getPermittedSubclasses()) components(permitted, found);
    }
    if (one.isRecord()) {
      for (RecordComponent component : one.getRecordComponents()) {
        found.add(component.getName());
        components(component.getGenericType(), found);
      }
    }
    for (Method method : one.getMethods()) {
      if (!one.isRecord() && method.getName().matches("with[A-Z].*")) found.add(method.getName());
    }
  }
}
