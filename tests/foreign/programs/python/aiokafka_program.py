"""The pipeline with aiokafka. Variants: plain, and advised, where each handling is in the span of the doctor's advice."""

import asyncio
import signal
import time
from contextlib import nullcontext

import pipeline
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRebalanceListener

if pipeline.variant == "advised":
    from aiokafka_advice import handling
else:

    def handling(_record, _group):
        return nullcontext()


async def send(producer, topic, order_id, key, work_ms):
    pipeline.log_sent(order_id, topic)
    sent = await producer.send_and_wait(topic, f"{order_id}:{work_ms}".encode(), key=key)
    pipeline.log_acked(order_id, topic, sent.partition, sent.offset)


async def run_api(producer):
    started = time.monotonic()
    sending = []
    for order_id, at, key, work_ms in pipeline.orders():
        await asyncio.sleep(max(0, started + at - time.monotonic()))
        sending.append(asyncio.create_task(send(producer, pipeline.in_topic, order_id, key, work_ms)))
    await asyncio.gather(*sending)


async def handle(record, producer):
    started = time.time()
    order_id, work_ms = pipeline.read_value(record.value)
    await asyncio.sleep(work_ms / 1000)
    if pipeline.role == "billing":
        await send(producer, pipeline.out_topic, order_id, record.key, 20)
    place = record.topic, record.partition, record.offset, record.timestamp
    pipeline.log_handled(order_id, *place, started, record.headers)


class LogAssigned(ConsumerRebalanceListener):
    async def on_partitions_revoked(self, revoked):
        pass

    async def on_partitions_assigned(self, assigned):
        pipeline.log_assigned(each.partition for each in assigned)


async def run_consumer(producer):
    consumer = AIOKafkaConsumer(
        bootstrap_servers=pipeline.brokers,
        group_id=pipeline.group,
        auto_offset_reset="earliest",
        session_timeout_ms=pipeline.session_ms,
        heartbeat_interval_ms=pipeline.session_ms // 3,
    )
    consumer.subscribe([pipeline.source], listener=LogAssigned())
    await consumer.start()

    async def consume():
        async for record in consumer:
            with handling(record, pipeline.group):
                await handle(record, producer)

    consuming = asyncio.create_task(consume())
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, consuming.cancel)
    try:
        await consuming
    except asyncio.CancelledError:
        pass
    await consumer.stop()


async def main():
    producer = AIOKafkaProducer(bootstrap_servers=pipeline.brokers)
    await producer.start()
    await (run_api if pipeline.role == "api" else run_consumer)(producer)
    await producer.stop()


asyncio.run(main())
