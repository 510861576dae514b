import assert from "node:assert/strict";
import { clock, duration, oneLine, plural, rate, size } from "../../../cli/report/figures.ts";
import { Pace } from "../../../cli/report/pace.ts";

Deno.test("Pace looks back over the last seconds only", () => {
  const pace = new Pace(0, 0);
  assert.equal(pace.sample(0, 0), 0);
  assert.equal(pace.sample(10, 1_000), 10);
  for (let second = 2; second <= 10; second++) pace.sample(10, second * 1_000);
  assert.equal(pace.sample(10, 11_000), 0);
  assert.equal(pace.sample(20, 13_000), 10 / 5);
});

Deno.test("figures are short, and numbers agree with their nouns", () => {
  assert.deepEqual([0, 1, 2_000].map((count) => plural(count, "page")), [
    "0 pages",
    "1 page",
    "2,000 pages",
  ]);
  assert.deepEqual([0.04, 9.96, 99.94, 1234.5].map(rate), ["0.0", "10.0", "99.9", "1,235"]);
  assert.deepEqual([40, 12_345, 200_000, 7_500_000].map(duration), [
    "0.0 s",
    "12.3 s",
    "3 min 20 s",
    "2 h 5 min",
  ]);
  assert.deepEqual([0, 12_999, 3_723_000].map(clock), ["0:00", "0:12", "1:02:03"]);
  assert.deepEqual([812, 1_000, 2_140_000, 999_900, 5e15].map(size), [
    "812 B",
    "1.0 kB",
    "2.1 MB",
    "1.0 MB",
    "5000 TB",
  ]);
});

Deno.test("oneLine() takes out whatever a terminal would act on", () => {
  assert.equal(oneLine("a\r\nb\x1b]0;title\x07c\u009b2Jd\u2028e\t"), "a b ]0;title c 2Jd e");
});
