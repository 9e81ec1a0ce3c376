"""What the runner passes to a program, and the truth log; see tests/foreign/run-pipeline.ts."""

import json
import os
import signal
import sys
import time

role = sys.argv[1]
brokers = os.environ["PIPELINE_BROKERS"]
run = os.environ["PIPELINE_RUN"]
session_ms = int(os.environ["PIPELINE_SESSION_MS"])
variant = os.environ["PIPELINE_VARIANT"]
in_topic, out_topic = f"{run}.in", f"{run}.out"
source = in_topic if role == "billing" else out_topic
group = role
consumer_name = f"{role}-{os.environ['PIPELINE_CONSUMER']}"

_truth = open(os.environ["PIPELINE_TRUTH"], "a", buffering=1)


def log(**event):
    """Writes one event; times are seconds since 1970."""
    _truth.write(json.dumps(event, separators=(",", ":")) + "\n")


def orders():
    """Yields (id, at seconds, key, work ms)."""
    for order in os.environ["PIPELINE_ORDERS"].split(","):
        order_id, at_ms, key, work_ms = order.split(":")
        yield int(order_id), int(at_ms) / 1000, key.encode(), int(work_ms)


def read_value(value):
    """A message's value is `id:work ms`."""
    order_id, work_ms = value.decode().split(":")
    return int(order_id), int(work_ms)


def log_sent(order_id, topic):
    log(ev="sent", id=order_id, topic=topic, t=time.time())


def log_acked(order_id, topic, partition, offset):
    log(ev="acked", id=order_id, topic=topic, p=partition, o=offset, t=time.time())


def log_assigned(partitions):
    log(ev="assigned", c=consumer_name, t=time.time(), ps=sorted(partitions))


def log_handled(order_id, topic, partition, offset, timestamp, started, headers, **batch):
    """`b` of a batch: when it was handed over."""
    place = {"topic": topic, "p": partition, "o": offset, "ts": timestamp}
    traceparents = [value.decode() for name, value in headers or [] if name == "traceparent"]
    sender = {"tp": traceparents[0]} if traceparents else {}
    log(ev="handled", c=consumer_name, id=order_id, **place, **batch, s=started, e=time.time(), **sender)


class Stopping:
    """Whether SIGTERM has arrived."""

    def __init__(self):
        self.is_set = False
        signal.signal(signal.SIGTERM, self._stop)

    def _stop(self, *_):
        self.is_set = True
