import fc from "fast-check";
import assert from "node:assert/strict";
import {
  MAX_DEVIATION,
  MAX_DURATION_MS,
  movementTime,
  type Point,
  pointerPath,
  type TimedPoint,
} from "../../../sessions/browser/stealth/pointer.ts";

const coordinate = fc.integer({ min: 0, max: 400_000 }).map((hundredths) => hundredths / 100);
const place = fc.record({ x: coordinate, y: coordinate });
const targetSize = fc.integer({ min: 0, max: 500 });

/** A movement with a chance that can be repeated. */
const movement = fc.record({ from: place, to: place, targetSize, seed: fc.integer() });

function pathOf({ from, to, targetSize, seed }: {
  from: Point;
  to: Point;
  targetSize: number;
  seed: number;
}): TimedPoint[] {
  return pointerPath(from, to, { targetSize, random: randomFrom(seed) });
}

/** Mulberry32: good enough to tell movements apart. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

function distance(a: Point, b: Point): number {
  return Math.hypot(b.x - a.x, b.y - a.y);
}

/** How far a point is from the straight way between two others. */
function offTheWay(from: Point, to: Point, point: Point): number {
  const length = distance(from, to);
  if (length === 0) return distance(from, point);
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  const along = ((point.x - from.x) * dx + (point.y - from.y) * dy) / length ** 2;
  const t = Math.min(1, Math.max(0, along));
  return distance(point, { x: from.x + dx * t, y: from.y + dy * t });
}

Deno.test("pointerPath() begins where the pointer is and ends at the target", () => {
  fc.assert(fc.property(movement, (input) => {
    const path = pathOf(input);
    const { x, y, atMs } = path[0]!;
    assert.deepEqual({ x, y, atMs }, { ...input.from, atMs: 0 });
    const end = path.at(-1)!;
    assert.deepEqual({ x: end.x, y: end.y }, { ...input.to });
  }));
});

Deno.test("pointerPath() never goes back in time, and takes no longer than a hand would", () => {
  fc.assert(fc.property(movement, (input) => {
    const path = pathOf(input);
    for (let i = 1; i < path.length; i++) assert.ok(path[i]!.atMs > path[i - 1]!.atMs);
    assert.ok(path.at(-1)!.atMs <= MAX_DURATION_MS);
  }));
});

Deno.test("pointerPath() stays near the straight way, and makes no jumps", () => {
  fc.assert(fc.property(movement, (input) => {
    const { from, to } = input;
    const path = pathOf(input);
    const length = distance(from, to);
    for (const point of path) {
      const limit = MAX_DEVIATION.share * length + MAX_DEVIATION.px;
      assert.ok(offTheWay(from, to, point) <= limit);
      assert.ok(Number.isFinite(point.x) && Number.isFinite(point.y));
    }
    for (let i = 1; i < path.length; i++) {
      assert.ok(distance(path[i - 1]!, path[i]!) <= 0.3 * length + MAX_DEVIATION.px);
    }
  }));
});

Deno.test("pointerPath() moves where the pointer is there already, too", () => {
  const offset = fc.double({ min: -5, max: 5, noNaN: true });
  fc.assert(fc.property(place, offset, offset, fc.integer(), (from, dx, dy, seed) => {
    const to = { x: from.x + dx, y: from.y + dy };
    const path = pathOf({ from, to, targetSize: 18, seed });
    assert.ok(path.length >= 6, `${path.length} points`);
    const farthest = Math.max(...path.map((point) => distance(point, to)));
    assert.ok(farthest >= 2.99, `no more than ${farthest} px`);
  }));
});

Deno.test("pointerPath() is curved, eased and unsteady, and each time another one", () => {
  const [from, to] = [{ x: 100, y: 500 }, { x: 900, y: 200 }];
  const paths = Array.from({ length: 200 }, (_, seed) =>
    pointerPath(from, to, {
      random: randomFrom(seed),
    }));
  assert.equal(new Set(paths.map((path) => JSON.stringify(path))).size, 200);
  const curved = paths.filter((path) =>
    Math.max(...path.map((point) => offTheWay(from, to, point))) > 8
  );
  assert.ok(curved.length > 150, `${curved.length} of 200 are curved`);
  const slowAtTheEnds = paths.filter((path) => {
    const steps = path.slice(1).map((point, i) => distance(path[i]!, point));
    const middle = Math.max(...steps);
    return steps[0]! < middle / 3 && steps.at(-1)! < middle / 3;
  });
  assert.ok(slowAtTheEnds.length > 190, `${slowAtTheEnds.length} of 200 are eased`);
  const tooFar = paths.filter((path) => path.some(({ x }) => x > to.x + 2));
  assert.ok(tooFar.length > 20 && tooFar.length < 120, `${tooFar.length} of 200 go too far`);
});

Deno.test("movementTime() follows Fitts's law: farther and smaller takes longer", () => {
  fc.assert(fc.property(
    fc.integer({ min: 1, max: 3000 }),
    fc.integer({ min: 1, max: 3000 }),
    fc.integer({ min: 1, max: 300 }),
    (near, more, size) => {
      assert.ok(movementTime(near + more, size) > movementTime(near, size));
      assert.ok(movementTime(near, size) > movementTime(near, size + 1));
    },
  ));
});
