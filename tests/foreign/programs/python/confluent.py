"""The pipeline with confluent-kafka. Variants: poll one by one, consume in batches, or a pool of one thread that handles."""

import time
from concurrent.futures import ThreadPoolExecutor

# The instrumentation replaces its classes, so they are looked up when they are used.
import confluent_kafka
import pipeline

producer = confluent_kafka.Producer({"bootstrap.servers": pipeline.brokers})


def send(topic, order_id, key, work_ms):
    def acked(error, message):
        if error is None:
            pipeline.log_acked(order_id, topic, message.partition(), message.offset())

    pipeline.log_sent(order_id, topic)
    producer.produce(topic, f"{order_id}:{work_ms}".encode(), key=key, on_delivery=acked)


def run_api():
    started = time.monotonic()
    for order_id, at, key, work_ms in pipeline.orders():
        while (left := started + at - time.monotonic()) > 0:
            producer.poll(left)
        send(pipeline.in_topic, order_id, key, work_ms)
    producer.flush()


def handle(message, **batch):
    started = time.time()
    order_id, work_ms = pipeline.read_value(message.value())
    time.sleep(work_ms / 1000)
    if pipeline.role == "billing":
        send(pipeline.out_topic, order_id, message.key(), 20)
        producer.flush()
    place = message.topic(), message.partition(), message.offset(), message.timestamp()[1]
    pipeline.log_handled(order_id, *place, started, message.headers(), **batch)


def run_consumer():
    stopping = pipeline.Stopping()
    consumer = confluent_kafka.Consumer(
        {
            "bootstrap.servers": pipeline.brokers,
            "group.id": pipeline.group,
            "auto.offset.reset": "earliest",
            "session.timeout.ms": pipeline.session_ms,
        }
    )
    consumer.subscribe(
        [pipeline.source],
        on_assign=lambda _, partitions: pipeline.log_assigned(each.partition for each in partitions),
    )
    pool = ThreadPoolExecutor(1) if pipeline.variant == "pool" else None
    while not stopping.is_set:
        if pipeline.variant == "batch":
            messages = consumer.consume(20, timeout=0.2)
            batch = {"b": time.time()}
        else:
            message = consumer.poll(0.2)
            messages = [] if message is None else [message]
            batch = {}
        for message in messages:
            if message.error():
                print(message.error())
            elif pool:
                pool.submit(handle, message)
            else:
                handle(message, **batch)
    if pool:
        pool.shutdown()
    consumer.close()


if pipeline.role == "api":
    run_api()
else:
    run_consumer()
