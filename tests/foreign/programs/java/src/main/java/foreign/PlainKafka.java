package foreign;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** The pipeline with Kafka's own client: {@code PlainKafka api|billing|mailer}. */
public final class PlainKafka {
  private final KafkaProducer<String, String> producer;

  private PlainKafka() {
    Properties settings = new Properties();
    settings.put("bootstrap.servers", Pipeline.BROKERS);
    producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
  }

  private Future<?> send(String topic, int id, String key, int workMs) {
    Pipeline.logSent(id, topic);
    ProducerRecord<String, String> record = new ProducerRecord<>(topic, key, Pipeline.value(id, workMs));
    return producer.send(record, (sent, failed) -> {
      if (failed == null) Pipeline.logAcked(id, topic, sent.partition(), sent.offset());
    });
  }

  private void runApi() {
    long started = System.nanoTime();
    for (Pipeline.Order order : Pipeline.orders()) {
      Pipeline.waitFor(order, started);
      send(Pipeline.IN, order.id(), order.key(), order.workMs());
    }
    producer.flush();
  }

  private void handle(String stage, ConsumerRecord<String, String> record) {
    double started = Pipeline.now();
    Pipeline.pause(Pipeline.workMsOf(record.value()));
    if (stage.equals("billing")) {
      try {
        send(Pipeline.OUT, Pipeline.idOf(record.value()), record.key(), 20).get();
      } catch (InterruptedException | ExecutionException failed) {
        throw new IllegalStateException(failed);
      }
    }
    Pipeline.logHandled(stage, record, 0, started);
  }

  private void consume(String stage) throws InterruptedException {
    String topic = stage.equals("billing") ? Pipeline.IN : Pipeline.OUT;
    Properties settings = new Properties();
    settings.put("bootstrap.servers", Pipeline.BROKERS);
    settings.put("group.id", stage);
    settings.put("auto.offset.reset", "earliest");
    settings.put("session.timeout.ms", Pipeline.SESSION_MS);
    settings.put("heartbeat.interval.ms", "2000");
    KafkaConsumer<String, String> consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer());
    Thread main = Thread.currentThread();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> {
      consumer.wakeup();
      try {
        main.join();
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
    }));
    consumer.subscribe(List.of(topic), new ConsumerRebalanceListener() {
      @Override
      public void onPartitionsRevoked(Collection<TopicPartition> partitions) {}

      @Override
      public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        Pipeline.logAssigned(stage, partitions);
      }
    });
    try {
      while (true) {
        for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(200))) handle(stage, record);
      }
    } catch (WakeupException stopped) {
      consumer.close();
      producer.close();
    }
  }

  public static void main(String[] args) throws InterruptedException {
    PlainKafka program = new PlainKafka();
    if (args[0].equals("api")) {
      program.runApi();
      program.producer.close();
    } else {
      program.consume(args[0]);
    }
  }
}
