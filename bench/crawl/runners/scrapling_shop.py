"""Scrapling: `scrapling_shop.py URL OUTPUT CONCURRENCY [uvloop]`.

Its own headers for each request (`stealthy_headers`) are off, which is cheaper for it. They, and its
browser sessions, are what needs browserforge and patchright: where these two are not installed, empty
stand-ins let it be imported.
"""
import importlib.util
import json
import logging
import sys
import types


def stand_in(name, **members):
    module = types.ModuleType(name)
    module.__dict__.update(members)
    sys.modules[name] = module


class NoHeaders:
    def __init__(self, *args, **kwargs):
        pass

    def generate(self):
        return {"User-Agent": "Mozilla/5.0"}


if importlib.util.find_spec("browserforge") is None:
    stand_in("browserforge")
    stand_in("browserforge.headers", Browser=lambda **kwargs: types.SimpleNamespace(**kwargs), HeaderGenerator=NoHeaders)
    stand_in("browserforge.headers.generator", SUPPORTED_DEVICES=(), SUPPORTED_OPERATING_SYSTEMS=())
if importlib.util.find_spec("patchright") is None:
    stand_in("patchright")
    stand_in("patchright.sync_api", sync_playwright=None)
    stand_in("patchright.async_api", async_playwright=None)

from scrapling.fetchers import FetcherSession  # noqa: E402
from scrapling.spiders import Spider  # noqa: E402

url, output, concurrency = sys.argv[1:4]


class ShopSpider(Spider):
    name = "shop"
    start_urls = [url]
    concurrent_requests = int(concurrency)
    logging_level = logging.ERROR

    def configure_sessions(self, manager):
        manager.add("http", FetcherSession(stealthy_headers=False, retries=1))

    async def parse(self, response):
        for href in response.css("a.product::attr(href)").getall():
            yield response.follow(href, callback=self.parse_product)
        for href in response.css("a.page::attr(href)").getall():
            yield response.follow(href)

    async def parse_product(self, response):
        yield {
            "sku": response.css(".product::attr(data-sku)").get(""),
            "name": response.css("h1::text").get(""),
            "price": response.css(".product .price::text").get(""),
            "category": response.css("ul.breadcrumb li:last-child a::text").get(""),
            "stock": response.css("p.availability > span.stock::text").get(""),
        }


result = ShopSpider().start(use_uvloop="uvloop" in sys.argv[4:])
result.items.to_jsonl(output)
print(json.dumps({"pages": result.stats.requests_count, "items": len(result.items)}))
