// The pipeline with sarama and otelsarama. Variants: plain; advised, where each handling is in the span of the doctor's advice.
// The runner writes the advice to advice.go.
package main

import (
	"context"
	"os/signal"
	"syscall"
	"time"

	"github.com/IBM/sarama"
	"github.com/dnwe/otelsarama"
	"go.opentelemetry.io/otel"
	"holdup.example/foreign/pipeline"
)

type worker struct{ producer sarama.SyncProducer }

func (w worker) send(ctx context.Context, topic string, id int, key []byte, workMs int) {
	message := &sarama.ProducerMessage{
		Topic: topic,
		Key:   sarama.ByteEncoder(key),
		Value: sarama.ByteEncoder(pipeline.Value(id, workMs)),
	}
	otel.GetTextMapPropagator().Inject(ctx, otelsarama.NewProducerMessageCarrier(message))
	pipeline.LogSent(id, topic)
	partition, offset, err := w.producer.SendMessage(message)
	pipeline.Check(err)
	pipeline.LogAcked(id, topic, partition, offset)
}

func (w worker) runAPI() {
	started := time.Now()
	for _, order := range pipeline.Orders() {
		time.Sleep(time.Until(started.Add(order.At)))
		w.send(context.Background(), pipeline.InTopic, order.ID, []byte(order.Key), order.WorkMs)
	}
}

func (w worker) handle(ctx context.Context, message *sarama.ConsumerMessage) {
	started := time.Now()
	id, workMs := pipeline.ReadValue(message.Value)
	time.Sleep(time.Duration(workMs) * time.Millisecond)
	if pipeline.Role == "billing" {
		w.send(ctx, pipeline.OutTopic, id, message.Key, 20)
	}
	// Without the traceparent: otelsarama has replaced the sender's.
	pipeline.Log(pipeline.Event{
		"ev": "handled", "c": pipeline.Consumer, "id": id, "topic": message.Topic, "p": message.Partition, "o": message.Offset,
		"ts": message.Timestamp.UnixMilli(), "s": pipeline.Seconds(started), "e": pipeline.Seconds(time.Now()),
	})
}

func (w worker) Setup(session sarama.ConsumerGroupSession) error {
	pipeline.LogAssigned(session.Claims()[pipeline.Source()])
	return nil
}

func (w worker) Cleanup(sarama.ConsumerGroupSession) error { return nil }

// ConsumeClaim runs once for each partition, all at the same time.
func (w worker) ConsumeClaim(session sarama.ConsumerGroupSession, claim sarama.ConsumerGroupClaim) error {
	for message := range claim.Messages() {
		if pipeline.Variant == "advised" {
			ctx, span := handling(message, pipeline.Role)
			w.handle(ctx, message)
			span.End()
		} else {
			carrier := otelsarama.NewConsumerMessageCarrier(message)
			w.handle(otel.GetTextMapPropagator().Extract(context.Background(), carrier), message)
		}
		session.MarkMessage(message, "")
	}
	return nil
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	_, stopTracing := pipeline.StartTracing(ctx)
	defer stopTracing()
	config := sarama.NewConfig()
	config.Version = sarama.V3_6_0_0
	config.Producer.Return.Successes = true
	config.Producer.RequiredAcks = sarama.WaitForAll
	config.Consumer.Offsets.Initial = sarama.OffsetOldest
	config.Consumer.Group.Session.Timeout = pipeline.Session()
	config.Consumer.Group.Heartbeat.Interval = pipeline.Session() / 3
	brokers := []string{pipeline.Brokers}
	producer, err := sarama.NewSyncProducer(brokers, config)
	pipeline.Check(err)
	w := worker{otelsarama.WrapSyncProducer(config, producer)}
	defer func() { pipeline.Check(w.producer.Close()) }()
	if pipeline.Role == "api" {
		w.runAPI()
		return
	}
	group, err := sarama.NewConsumerGroup(brokers, pipeline.Role, config)
	pipeline.Check(err)
	defer func() { pipeline.Check(group.Close()) }()
	for ctx.Err() == nil {
		pipeline.Check(group.Consume(ctx, []string{pipeline.Source()}, otelsarama.WrapConsumerGroupHandler(w)))
	}
}
