"""Scrapy: `scrapy_shop.py URL OUTPUT CONCURRENCY [CONCURRENT_ITEMS]`, its output by its own feed export."""
import json
import logging
import sys

import scrapy
from scrapy.crawler import CrawlerProcess

url, output, concurrency = sys.argv[1:4]
logging.disable(logging.WARNING)


class ShopSpider(scrapy.Spider):
    name = "shop"
    start_urls = [url]

    def parse(self, response):
        for href in response.css("a.product::attr(href)").getall():
            yield response.follow(href, callback=self.parse_product)
        for href in response.css("a.page::attr(href)").getall():
            yield response.follow(href)

    def parse_product(self, response):
        yield {
            "sku": response.css(".product::attr(data-sku)").get(""),
            "name": response.css("h1::text").get(""),
            "price": response.css(".product .price::text").get(""),
            "category": response.css("ul.breadcrumb li:last-child a::text").get(""),
            "stock": response.css("p.availability > span.stock::text").get(""),
        }


settings = {
    "CONCURRENT_REQUESTS": int(concurrency),
    "CONCURRENT_REQUESTS_PER_DOMAIN": int(concurrency),
    "FEEDS": {output: {"format": "jsonlines", "overwrite": True}},
    "LOG_ENABLED": False,
    "ROBOTSTXT_OBEY": False,
    "RETRY_ENABLED": False,
    "TELNETCONSOLE_ENABLED": False,
    "REQUEST_FINGERPRINTER_IMPLEMENTATION": "2.7",
}
if len(sys.argv) > 4:
    settings["CONCURRENT_ITEMS"] = int(sys.argv[4])
process = CrawlerProcess(settings)
crawler = process.create_crawler(ShopSpider)
process.crawl(crawler)
process.start()
stats = crawler.stats.get_stats()
print(json.dumps({
    "pages": stats.get("response_received_count", 0),
    "items": stats.get("item_scraped_count", 0),
}))
