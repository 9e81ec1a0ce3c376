// Package pipeline holds what the runner passes to a program, and the truth log; see tests/foreign/run-pipeline.ts.
package pipeline

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/trace"
)

var (
	Role     = os.Args[1]
	Brokers  = os.Getenv("PIPELINE_BROKERS")
	InTopic  = os.Getenv("PIPELINE_RUN") + ".in"
	OutTopic = os.Getenv("PIPELINE_RUN") + ".out"
	Variant  = os.Getenv("PIPELINE_VARIANT")
	Consumer = Role + "-" + os.Getenv("PIPELINE_CONSUMER")
	truth    = openTruth()
	lock     sync.Mutex
)

// Session is the session timeout of a consumer.
func Session() time.Duration {
	ms, err := strconv.Atoi(os.Getenv("PIPELINE_SESSION_MS"))
	Check(err)
	return time.Duration(ms) * time.Millisecond
}

// Source is the topic that this program consumes.
func Source() string {
	if Role == "billing" {
		return InTopic
	}
	return OutTopic
}

func Check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func openTruth() *os.File {
	file, err := os.OpenFile(os.Getenv("PIPELINE_TRUTH"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	Check(err)
	return file
}

// Event is one line of the truth log; times are seconds since 1970.
type Event map[string]any

func Log(event Event) {
	line, err := json.Marshal(event)
	Check(err)
	lock.Lock()
	defer lock.Unlock()
	_, err = truth.Write(append(line, '\n'))
	Check(err)
}

func Seconds(at time.Time) float64 {
	return float64(at.UnixMicro()) / 1e6
}

func LogSent(id int, topic string) {
	Log(Event{"ev": "sent", "id": id, "topic": topic, "t": Seconds(time.Now())})
}

func LogAcked(id int, topic string, partition int32, offset int64) {
	Log(Event{"ev": "acked", "id": id, "topic": topic, "p": partition, "o": offset, "t": Seconds(time.Now())})
}

func LogAssigned(partitions []int32) {
	// A nil slice would become null.
	Log(Event{"ev": "assigned", "c": Consumer, "t": Seconds(time.Now()), "ps": append([]int32{}, partitions...)})
}

type Order struct {
	ID     int
	At     time.Duration
	Key    string
	WorkMs int
}

// Orders are `id:atMs:key:workMs`, separated by commas.
func Orders() []Order {
	var orders []Order
	for text := range strings.SplitSeq(os.Getenv("PIPELINE_ORDERS"), ",") {
		parts := strings.Split(text, ":")
		id, err := strconv.Atoi(parts[0])
		Check(err)
		at, err := strconv.Atoi(parts[1])
		Check(err)
		work, err := strconv.Atoi(parts[3])
		Check(err)
		orders = append(orders, Order{id, time.Duration(at) * time.Millisecond, parts[2], work})
	}
	return orders
}

// Value of a message is `id:workMs`.
func Value(id, workMs int) []byte {
	return fmt.Appendf(nil, "%d:%d", id, workMs)
}

func ReadValue(value []byte) (id, workMs int) {
	_, err := fmt.Sscanf(string(value), "%d:%d", &id, &workMs)
	Check(err)
	return id, workMs
}

// StartTracing exports spans over OTLP/HTTP; call the result before the program ends.
func StartTracing(ctx context.Context) (*trace.TracerProvider, func()) {
	exporter, err := otlptracehttp.New(ctx)
	Check(err)
	provider := trace.NewTracerProvider(trace.WithBatcher(exporter))
	otel.SetTracerProvider(provider)
	otel.SetTextMapPropagator(propagation.TraceContext{})
	return provider, func() { Check(provider.Shutdown(context.Background())) }
}
