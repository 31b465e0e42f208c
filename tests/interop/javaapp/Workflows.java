import java.util.List;

/** The workflows that the application of every SDK has. */
public interface Workflows {
  Object same(Object value);

  Object echo(Object value);

  String shape(Object order);

  Object kinds(Object nothing);

  Object hold(Object nothing);

  List<Object> journey(Object count);

  Object broken(String message);

  Object stumble(Object nothing);

  int report(List<Object> values);

  Object brood(Object value);

  Object nest(String child);

  Object trial(Object nothing);

  Object tick(java.time.Instant at, Object context);
}
