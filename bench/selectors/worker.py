"""Runs one candidate of Python, as worker.ts does those of npm: worker.py <candidate> <works> [path]."""

import json
import statistics
import sys
import time


def with_pseudo(css, take):
    pseudo = "::text" if take == "text" else f"::attr({take})"
    return ", ".join(entry + pseudo for entry in css.split(", "))


class Lxml:
    """lxml alone: selectors are compiled beforehand."""

    def __init__(self):
        from cssselect import HTMLTranslator
        from lxml import etree, html

        self.parser = html.HTMLParser(encoding="utf-8", huge_tree=True)
        self.html = html
        self.etree = etree
        self.translate = HTMLTranslator().css_to_xpath
        self.compiled = {}

    def parse(self, page):
        return self.html.document_fromstring(page.encode(), parser=self.parser)

    def query(self, page, css, take):
        key = css + take
        xpath = self.compiled.get(key)
        if xpath is None:
            suffix = {"elements": "", "text": "/text()"}.get(take, "/@" + take)
            parts = [self.translate(entry) + suffix for entry in css.split(", ")]
            xpath = self.compiled[key] = self.etree.XPath(" | ".join(parts))
        found = xpath(page)
        return found if take == "elements" else [str(one) for one in found]


class Parsel:
    def __init__(self):
        from parsel import Selector

        self.Selector = Selector

    def parse(self, page):
        return self.Selector(text=page, huge_tree=True)

    def query(self, page, css, take):
        if take == "elements":
            return page.css(css)
        return page.css(with_pseudo(css, take)).getall()


class Scrapling:
    def __init__(self):
        import scrapling.parser as parser

        self.Selector = getattr(parser, "Selector", None) or parser.Adaptor

    def parse(self, page):
        return self.Selector(page, huge_tree=True)

    def query(self, page, css, take):
        if take == "elements":
            return page.css(css)
        found = page.css(with_pseudo(css, take))
        return found.getall() if hasattr(found, "getall") else [str(one) for one in found]


def run_once(candidate, work):
    counts = [0] * len(work["queries"])
    for html in work["pages"]:
        page = candidate.parse(html)
        for index, query in enumerate(work["queries"]):
            counts[index] += len(candidate.query(page, query["css"], query["take"]))
    return counts


def measure(candidate, work):
    times = []
    counts = run_once(candidate, work)
    for _ in range(work["runs"]):
        before = time.process_time()
        counts = run_once(candidate, work)
        times.append((time.process_time() - before) * 1000)
    return {"ms": statistics.median(times), "counts": counts}


def main():
    name, path, *more = sys.argv[1:]
    sys.path[:0] = more
    sys.setrecursionlimit(100000)
    candidate = {"lxml": Lxml, "parsel": Parsel, "Scrapling": Scrapling}[name]()
    with open(path, encoding="utf-8") as file:
        works = json.load(file)
    print(json.dumps({work["name"]: measure(candidate, work) for work in works}))


main()
