"""curl_cffi, measured: `python3 curl_cffi_client.py CLIENT URL CA REQUESTS CONCURRENCY`."""

import asyncio
import json
import resource
import sys
import time

from curl_cffi.requests import AsyncSession


async def run(session, url, requests, concurrency):
    left = requests

    async def work():
        nonlocal left
        while left > 0:
            left -= 1
            response = await session.get(url)
            assert len(response.content) > 9_000, len(response.content)

    await asyncio.gather(*(work() for _ in range(concurrency)))


async def main(url, requests, concurrency):
    async with AsyncSession(impersonate="chrome", verify=False, max_clients=concurrency) as session:
        await run(session, url, min(1000, requests // 10), concurrency)
        before, started = time.process_time(), time.perf_counter()
        await run(session, url, requests, concurrency)
        cpu, seconds = time.process_time() - before, time.perf_counter() - started
    rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps({"cpu": cpu * 1000 / requests, "rate": requests / seconds, "rss": rss}))


asyncio.run(main(sys.argv[2], int(sys.argv[4]), int(sys.argv[5])))
