package foreign;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;

/** What the runner passes to a program, and the truth log; see tests/foreign/run-pipeline.ts. */
final class Pipeline {
  static final String BROKERS = System.getenv("PIPELINE_BROKERS");
  static final String IN = System.getenv("PIPELINE_RUN") + ".in";
  static final String OUT = System.getenv("PIPELINE_RUN") + ".out";
  static final String SESSION_MS = System.getenv("PIPELINE_SESSION_MS");
  private static final Path TRUTH = Path.of(System.getenv("PIPELINE_TRUTH"));

  record Order(int id, long atMs, String key, int workMs) {}

  /** Orders are {@code id:atMs:key:workMs}, separated by commas. */
  static List<Order> orders() {
    return Arrays.stream(System.getenv("PIPELINE_ORDERS").split(","))
        .map(text -> text.split(":"))
        .map(part -> new Order(Integer.parseInt(part[0]), Long.parseLong(part[1]), part[2], Integer.parseInt(part[3])))
        .toList();
  }

  /** Waits until an order is to be sent. */
  static void waitFor(Order order, long startedNs) {
    pause(Math.max(0, order.atMs() - (System.nanoTime() - startedNs) / 1_000_000));
  }

  static void pause(long ms) {
    try {
      Thread.sleep(ms);
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }

  /** Seconds since 1970. */
  static double now() {
    Instant now = Instant.now();
    return now.getEpochSecond() + now.getNano() / 1e9;
  }

  /** A message's value is {@code id:workMs}. */
  static String value(int id, int workMs) {
    return id + ":" + workMs;
  }

  static int idOf(String value) {
    return Integer.parseInt(value.split(":")[0]);
  }

  static int workMsOf(String value) {
    return Integer.parseInt(value.split(":")[1]);
  }

  static void logSent(int id, String topic) {
    log("{\"ev\":\"sent\",\"id\":%d,\"topic\":\"%s\",\"t\":%.6f}", id, topic, now());
  }

  static void logAcked(int id, String topic, int partition, long offset) {
    String line = "{\"ev\":\"acked\",\"id\":%d,\"topic\":\"%s\",\"p\":%d,\"o\":%d,\"t\":%.6f}";
    log(line, id, topic, partition, offset, now());
  }

  static void logAssigned(String stage, Collection<TopicPartition> partitions) {
    List<Integer> numbers = partitions.stream().map(TopicPartition::partition).sorted().toList();
    log("{\"ev\":\"assigned\",\"c\":\"%s\",\"t\":%.6f,\"ps\":%s}", consumer(stage), now(), numbers);
  }

  /** {@code batch}: when the batch with the record was handed over; 0 outside batches. */
  static void logHandled(String stage, ConsumerRecord<String, String> record, double batch, double started) {
    Header traceparent = record.headers().lastHeader("traceparent");
    String sender = traceparent == null ? "" : ",\"tp\":\"" + new String(traceparent.value(), StandardCharsets.UTF_8) + "\"";
    String place = "\"topic\":\"%s\",\"p\":%d,\"o\":%d,\"ts\":%d"
        .formatted(record.topic(), record.partition(), record.offset(), record.timestamp());
    String handedOver = batch == 0 ? "" : String.format(Locale.ROOT, ",\"b\":%.6f", batch);
    String line = "{\"ev\":\"handled\",\"c\":\"%s\",\"id\":%d,%s%s,\"s\":%.6f,\"e\":%.6f%s}";
    log(line, consumer(stage), idOf(record.value()), place, handedOver, started, now(), sender);
  }

  private static String consumer(String stage) {
    return stage + "-" + System.getenv("PIPELINE_CONSUMER");
  }

  private static synchronized void log(String line, Object... values) {
    try {
      String text = String.format(Locale.ROOT, line, values) + "\n";
      Files.writeString(TRUTH, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException failed) {
      throw new IllegalStateException(failed);
    }
  }

  private Pipeline() {}
}
