"""The pipeline with kafka-python. Variants: plain, and advised, where each handling is in the span of the doctor's advice."""

import time
from contextlib import nullcontext

import pipeline
from kafka import ConsumerRebalanceListener, KafkaConsumer, KafkaProducer

if pipeline.variant == "advised":
    from kafka_python_advice import handling
else:

    def handling(_record, _group):
        return nullcontext()


producer = KafkaProducer(bootstrap_servers=pipeline.brokers)


def send(topic, order_id, key, work_ms):
    pipeline.log_sent(order_id, topic)
    future = producer.send(topic, f"{order_id}:{work_ms}".encode(), key=key)
    future.add_callback(lambda sent: pipeline.log_acked(order_id, topic, sent.partition, sent.offset))
    return future


def run_api():
    started = time.monotonic()
    for order_id, at, key, work_ms in pipeline.orders():
        time.sleep(max(0, started + at - time.monotonic()))
        send(pipeline.in_topic, order_id, key, work_ms)
    producer.flush()


def handle(record):
    started = time.time()
    order_id, work_ms = pipeline.read_value(record.value)
    time.sleep(work_ms / 1000)
    if pipeline.role == "billing":
        send(pipeline.out_topic, order_id, record.key, 20).get(10)
    place = record.topic, record.partition, record.offset, record.timestamp
    pipeline.log_handled(order_id, *place, started, record.headers)


class LogAssigned(ConsumerRebalanceListener):
    def on_partitions_revoked(self, revoked):
        pass

    def on_partitions_assigned(self, assigned):
        pipeline.log_assigned(each.partition for each in assigned)


def run_consumer():
    stopping = pipeline.Stopping()
    consumer = KafkaConsumer(
        bootstrap_servers=pipeline.brokers,
        group_id=pipeline.group,
        auto_offset_reset="earliest",
        session_timeout_ms=pipeline.session_ms,
        heartbeat_interval_ms=pipeline.session_ms // 3,
        # Ends the inner loop while nothing arrives, so that SIGTERM is seen.
        consumer_timeout_ms=200,
    )
    consumer.subscribe([pipeline.source], listener=LogAssigned())
    while not stopping.is_set:
        for record in consumer:
            with handling(record, pipeline.group):
                handle(record)
            if stopping.is_set:
                break
    consumer.close()


if pipeline.role == "api":
    run_api()
else:
    run_consumer()
