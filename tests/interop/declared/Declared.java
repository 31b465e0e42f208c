import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Prints what the client of the Java SDK on the class path declares: a method a line, and after it, on lines of their own, each
 * component of the records that it takes; a Queue is only a name there. The names of other parameters are not in the classes.
 */
public final class Declared {
  private static final List<String> CLIENTS = List.of("DBOSClient", "DebouncerClient", "workflow.WorkflowHandle");

  public static void main(String[] arguments) throws Exception {
    Set<String> lines = new LinkedHashSet<>();
    for (String name : CLIENTS) {
      for (Method method : Class.forName("dev.dbos.transact." + name).getDeclaredMethods()) {
        if (!Modifier.isPublic(method.getModifiers()) || method.isSynthetic()) continue;
        lines.add(method.getName());
        Set<String> options = new LinkedHashSet<>();
        for (Type type : method.getGenericParameterTypes()) components(type, options);
        for (String option : options) lines.add(method.getName() + " " + option);
      }
    }
    lines.forEach(System.out::println);
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
