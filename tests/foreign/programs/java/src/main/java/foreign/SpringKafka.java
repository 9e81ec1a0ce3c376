package foreign;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.CommandLineRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Profile;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.listener.ConsumerAwareRebalanceListener;
import org.springframework.kafka.support.SendResult;
import org.springframework.stereotype.Component;

/** The pipeline with Spring Kafka. Profiles: api, or the listener (record or batch) of the stage in {@code pipeline.stage}. */
@SpringBootApplication
public class SpringKafka {
  /** Spring's own bean of templates is for any types. */
  @Component
  static class Sender {
    private final KafkaTemplate<String, String> template;

    Sender(KafkaTemplate<String, String> template) {
      this.template = template;
    }

    CompletableFuture<SendResult<String, String>> send(String topic, int id, String key, int workMs) {
      Pipeline.logSent(id, topic);
      return template.send(topic, key, Pipeline.value(id, workMs)).whenComplete((sent, failed) -> {
        if (failed != null) return;
        Pipeline.logAcked(id, topic, sent.getRecordMetadata().partition(), sent.getRecordMetadata().offset());
      });
    }
  }

  @Component
  static class Stage {
    private final Sender sender;
    private final String name;

    Stage(Sender sender, @Value("${pipeline.stage}") String name) {
      this.sender = sender;
      this.name = name;
    }

    void handle(ConsumerRecord<String, String> record, double batch) {
      double started = Pipeline.now();
      Pipeline.pause(Pipeline.workMsOf(record.value()));
      if (name.equals("billing")) sender.send(Pipeline.OUT, Pipeline.idOf(record.value()), record.key(), 20).join();
      Pipeline.logHandled(name, record, batch, started);
    }
  }

  @Component
  @Profile("record")
  static class RecordListener {
    private final Stage stage;

    RecordListener(Stage stage) {
      this.stage = stage;
    }

    @KafkaListener(topics = "${pipeline.source}", groupId = "${pipeline.stage}")
    void receive(ConsumerRecord<String, String> record) {
      stage.handle(record, 0);
    }
  }

  @Component
  @Profile("batch")
  static class BatchListener {
    private final Stage stage;

    BatchListener(Stage stage) {
      this.stage = stage;
    }

    @KafkaListener(topics = "${pipeline.source}", groupId = "${pipeline.stage}", batch = "true")
    void receive(List<ConsumerRecord<String, String>> records) {
      double batch = Pipeline.now();
      for (ConsumerRecord<String, String> record : records) stage.handle(record, batch);
    }
  }

  @Bean
  ConsumerAwareRebalanceListener logAssigned(@Value("${pipeline.stage}") String stage) {
    return new ConsumerAwareRebalanceListener() {
      @Override
      public void onPartitionsAssigned(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        Pipeline.logAssigned(stage, partitions);
      }
    };
  }

  @Bean
  @Profile("api")
  CommandLineRunner runApi(Sender sender, KafkaTemplate<String, String> template) {
    return args -> {
      long started = System.nanoTime();
      for (Pipeline.Order order : Pipeline.orders()) {
        Pipeline.waitFor(order, started);
        sender.send(Pipeline.IN, order.id(), order.key(), order.workMs());
      }
      template.flush();
    };
  }

  public static void main(String[] args) {
    String stage = args[0];
    String variant = System.getenv("PIPELINE_VARIANT");
    boolean observes = variant.equals("observation");
    SpringApplication application = new SpringApplication(SpringKafka.class);
    application.setAdditionalProfiles(stage.equals("api") ? "api" : observes ? "record" : variant);
    String[] settings = {
      "--pipeline.stage=" + stage,
      "--pipeline.source=" + (stage.equals("billing") ? Pipeline.IN : Pipeline.OUT),
      "--pipeline.observes=" + observes
    };
    var context = application.run(settings);
    if (stage.equals("api")) System.exit(SpringApplication.exit(context));
  }
}
