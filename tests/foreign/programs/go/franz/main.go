// The pipeline with franz-go and kotel. Variants: plain; process, with kotel's own process spans; advised, where each handling
// is in the span of the doctor's advice. The runner writes the advice to advice.go.
package main

import (
	"context"
	"os/signal"
	"syscall"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/plugin/kotel"
	"holdup.example/foreign/pipeline"
)

func send(ctx context.Context, client *kgo.Client, topic string, id int, key []byte, workMs int, done func()) {
	pipeline.LogSent(id, topic)
	record := &kgo.Record{Topic: topic, Key: key, Value: pipeline.Value(id, workMs)}
	client.Produce(ctx, record, func(sent *kgo.Record, err error) {
		pipeline.Check(err)
		pipeline.LogAcked(id, topic, sent.Partition, sent.Offset)
		done()
	})
}

func runAPI(client *kgo.Client) {
	started := time.Now()
	for _, order := range pipeline.Orders() {
		time.Sleep(time.Until(started.Add(order.At)))
		send(context.Background(), client, pipeline.InTopic, order.ID, []byte(order.Key), order.WorkMs, func() {})
	}
	pipeline.Check(client.Flush(context.Background()))
}

func handle(ctx context.Context, client *kgo.Client, record *kgo.Record) {
	started := time.Now()
	id, workMs := pipeline.ReadValue(record.Value)
	time.Sleep(time.Duration(workMs) * time.Millisecond)
	if pipeline.Role == "billing" {
		sent := make(chan struct{})
		send(ctx, client, pipeline.OutTopic, id, record.Key, 20, func() { close(sent) })
		<-sent
	}
	traceparent := ""
	for _, header := range record.Headers {
		if header.Key == "traceparent" {
			traceparent = string(header.Value)
		}
	}
	pipeline.Log(pipeline.Event{
		"ev": "handled", "c": pipeline.Consumer, "id": id, "topic": record.Topic, "p": record.Partition, "o": record.Offset,
		"ts": record.Timestamp.UnixMilli(), "s": pipeline.Seconds(started), "e": pipeline.Seconds(time.Now()), "tp": traceparent,
	})
}

func consume(ctx context.Context, client *kgo.Client, tracer *kotel.Tracer) {
	for {
		fetches := client.PollFetches(ctx)
		if ctx.Err() != nil {
			return
		}
		fetches.EachRecord(func(record *kgo.Record) {
			switch pipeline.Variant {
			case "process":
				handling, span := tracer.WithProcessSpan(record)
				handle(handling, client, record)
				span.End()
			case "advised":
				handling, span := handling(tracer, record, pipeline.Role)
				handle(handling, client, record)
				span.End()
			default:
				handle(record.Context, client, record)
			}
		})
	}
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	provider, stopTracing := pipeline.StartTracing(ctx)
	defer stopTracing()
	tracer := kotel.NewTracer(
		kotel.TracerProvider(provider),
		kotel.ClientID("my-app"),
		kotel.ConsumerGroup(pipeline.Role),
	)
	options := []kgo.Opt{
		kgo.SeedBrokers(pipeline.Brokers),
		kgo.ClientID("my-app"),
		kgo.ProducerLinger(0),
		kgo.WithHooks(kotel.NewKotel(kotel.WithTracer(tracer)).Hooks()...),
	}
	if pipeline.Role != "api" {
		options = append(options,
			kgo.ConsumerGroup(pipeline.Role),
			kgo.ConsumeTopics(pipeline.Source()),
			kgo.SessionTimeout(pipeline.Session()),
			kgo.HeartbeatInterval(pipeline.Session()/3),
			kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()),
			kgo.OnPartitionsAssigned(func(_ context.Context, _ *kgo.Client, assigned map[string][]int32) {
				pipeline.LogAssigned(assigned[pipeline.Source()])
			}),
		)
	}
	client, err := kgo.NewClient(options...)
	pipeline.Check(err)
	defer client.Close()
	if pipeline.Role == "api" {
		runAPI(client)
	} else {
		consume(ctx, client, tracer)
		pipeline.Check(client.CommitUncommittedOffsets(context.Background()))
	}
}
