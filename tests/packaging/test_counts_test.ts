import assert from "node:assert/strict";
import { closingLine, reportedCounts } from "../../scripts/test_counts.ts";

Deno.test("the counts of a test run are read from its last closing line", () => {
  const text = [
    "ok | 1 passed | 0 failed (2ms)",
    "  ok | 9 passed | 9 failed",
    "FAILED | 12 passed (3 steps) | 4 failed (1 step) | 2 ignored | 7 filtered out (17ms)",
    "",
    "error: Test failed",
  ].join("\n");
  assert.deepEqual(reportedCounts(text), { passed: 12, failed: 4, ignored: 2 });
});

Deno.test("a run without a closing line ran no test", () => {
  assert.deepEqual(reportedCounts("error: Type checking failed.\n"), {
    passed: 0,
    failed: 0,
    ignored: 0,
  });
});

Deno.test("a closing line that is written is read back", () => {
  for (
    const counts of [{ passed: 7, failed: 0, ignored: 0 }, { passed: 1, failed: 2, ignored: 3 }]
  ) {
    assert.deepEqual(reportedCounts(closingLine(counts)), counts);
  }
});
