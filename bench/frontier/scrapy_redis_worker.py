"""Runs scrapy-redis as worker.ts runs the others: scrapy_redis_worker.py <count> <folder>.

Its queue gives a request away when it is asked for one: there is no settling, so that what a worker had
is lost with it. The environment variable SCRAPY_REDIS names the folder of its source.
"""

import json
import os
import socket
import subprocess
import sys
import time

HOSTS = 100
PAYLOAD = "x" * 150

if "SCRAPY_REDIS" not in os.environ:
    sys.exit("scrapy-redis is not installed: SCRAPY_REDIS names no folder")
sys.path.insert(0, os.environ["SCRAPY_REDIS"])

import redis  # noqa: E402
from scrapy import Request, Spider  # noqa: E402
from scrapy_redis.dupefilter import RFPDupeFilter  # noqa: E402
from scrapy_redis.queue import PriorityQueue  # noqa: E402


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def start_redis(folder):
    port = free_port()
    arguments = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder]
    child = subprocess.Popen(
        ["redis-server", *arguments, "--appendonly", "yes"], stdout=subprocess.DEVNULL
    )
    server = redis.StrictRedis("127.0.0.1", port)
    for _ in range(500):
        try:
            server.ping()
            return child, server
        except redis.ConnectionError:
            time.sleep(0.02)
    child.kill()
    sys.exit("redis-server did not begin")


def used(server):
    return server.info("memory")["used_memory"]


def main():
    total, folder = int(sys.argv[1]), sys.argv[2]
    child, server = start_redis(folder)
    try:
        spider = Spider("bench")
        queue = PriorityQueue(server, spider, "%(spider)s:requests")
        seen = RFPDupeFilter(server, "bench:dupefilter")
        empty = used(server)
        requests = [
            Request(
                f"https://host-{i % HOSTS}.example/single/{i}",
                priority=i % 10,
                meta={"payload": PAYLOAD},
            )
            for i in range(total)
        ]
        begin = time.perf_counter()
        for request in requests:
            if not seen.request_seen(request):
                queue.push(request)
        pushed = total / (time.perf_counter() - begin)
        queued = (used(server) - empty) / total
        begin = time.perf_counter()
        for _ in range(total):
            if queue.pop() is None:
                sys.exit("scrapy-redis gave too few requests")
        popped = total / (time.perf_counter() - begin)
        rates = {
            "push one by one": pushed,
            "bytes queued": queued,
            "bytes done": (used(server) - empty) / total,
            "pop, no settling": popped,
        }
        print(json.dumps(rates))
    finally:
        child.kill()
        child.wait()


main()
