import { DynamicSession, type PageHandle, StealthSession } from "@orbweaver/browser-session";
import { UnsupportedOptionError } from "@orbweaver/session";
import assert from "node:assert/strict";
import { browserTest } from "./_browser.ts";
import { servePages } from "./_pages.ts";

/** What the page below notes of an event. */
interface Noted {
  type: string;
  trusted: boolean;
  x: number;
  y: number;
  buttons: number;
  at: number;
  key: string;
  code: string;
  keyCode: number;
  shift: boolean;
  target: string;
}

const NOTE = `<script>
const noted = [];
for (const type of ["mousemove", "mousedown", "mouseup", "click", "wheel", "scroll", "keydown", "keyup"]) {
  addEventListener(type, (event) => noted.push({
    type, trusted: event.isTrusted, x: event.clientX, y: event.clientY, buttons: event.buttons,
    at: event.timeStamp, key: event.key, code: event.code, keyCode: event.keyCode,
    shift: event.shiftKey, target: event.target.id,
  }), { capture: true, passive: true });
}
</script>`;

const PAGE = `<!DOCTYPE html>${NOTE}
<style>body { height: 6000px; margin: 0 } button, input { position: absolute }</style>
<button id=near style="left: 900px; top: 500px; width: 80px; height: 30px">near</button>
<button id=other style="left: 100px; top: 80px; width: 60px; height: 30px">other</button>
<input id=field style="left: 500px; top: 300px; width: 200px">
<button id=far style="left: 300px; top: 4000px">far</button>
<div style="position: absolute; left: 20px; top: 600px; width: 90px; height: 60px; overflow: auto">
  <div style="height: 900px"></div><button id=nested style="position: static">nested</button>
</div>`;

async function noted(page: PageHandle): Promise<Noted[]> {
  type Evaluated = { result: { value: Noted[] } };
  const probe = { expression: "noted.splice(0)", returnByValue: true };
  return (await page.cdp.send<Evaluated>("Runtime.evaluate", probe)).result.value;
}

function ofType(events: readonly Noted[], type: string): Noted[] {
  return events.filter((event) => event.type === type);
}

function longestJump(moves: readonly Noted[]): number {
  return Math.max(
    ...moves.slice(1).map((move, i) => Math.hypot(move.x - moves[i]!.x, move.y - moves[i]!.y)),
  );
}

browserTest("humanize: the page sees a person's mouse, wheel and keyboard", async (t) => {
  await using pages = await servePages({ "/": PAGE });
  await using session = new StealthSession({ maxPages: 2, humanize: true });
  const inPage = async (action: (page: PageHandle) => Promise<void>) => {
    const page = await session.fetch(pages.url, { pageAction: action });
    assert.equal(page.status, 200);
  };

  await t.step(
    "click() moves to the element in many small steps, presses, holds, releases",
    () =>
      inPage(async (page) => {
        await page.click("#near");
        const events = await noted(page);
        const moves = ofType(events, "mousemove");
        assert.ok(moves.length >= 10, `${moves.length} moves`);
        assert.ok(events.every(({ trusted }) => trusted));
        const first = moves[0]!;
        const way = Math.hypot(first.x - 940, first.y - 515);
        assert.ok(
          longestJump(moves) <= Math.max(40, 0.35 * way),
          `a jump of ${longestJump(moves)}`,
        );
        const [down, up, click] = ["mousedown", "mouseup", "click"].map((type) =>
          ofType(events, type)
        );
        assert.deepEqual([down, up, click].map((list) => list!.map(({ target }) => target)), [
          ["near"],
          ["near"],
          ["near"],
        ]);
        assert.deepEqual([down![0]!.buttons, up![0]!.buttons], [1, 0]);
        assert.ok(up![0]!.at - down![0]!.at >= 79, "not held");
        const last = moves.at(-1)!;
        assert.deepEqual([last.x, last.y], [down![0]!.x, down![0]!.y]);
      }),
  );

  await t.step(
    "the next click() goes on from there, and nowhere twice",
    () =>
      inPage(async (page) => {
        await page.click("#near");
        const [down] = ofType(await noted(page), "mousedown");
        await page.click("#other");
        const moves = ofType(await noted(page), "mousemove");
        assert.ok(Math.hypot(moves[0]!.x - down!.x, moves[0]!.y - down!.y) < 20);
        assert.ok(moves.length >= 15, `${moves.length} moves`);
        await page.click("#near");
        const [again] = ofType(await noted(page), "mousedown");
        assert.notDeepEqual([again!.x, again!.y], [down!.x, down!.y]);
      }),
  );

  await t.step(
    "type() presses real keys, with pauses, and Shift where it is needed",
    () =>
      inPage(async (page) => {
        await page.type("#field", "Ab 1!é");
        const value = await page.evaluate(() =>
          document.querySelector<HTMLInputElement>("#field")!.value
        );
        assert.equal(value, "Ab 1!é");
        const downs = ofType(await noted(page), "keydown");
        assert.deepEqual(
          downs.map(({ key, code, keyCode, shift }) => [key, code, keyCode, shift]),
          [
            ["Shift", "ShiftLeft", 16, true],
            ["A", "KeyA", 65, true],
            ["b", "KeyB", 66, false],
            [" ", "Space", 32, false],
            ["1", "Digit1", 49, false],
            ["Shift", "ShiftLeft", 16, true],
            ["!", "Digit1", 49, true],
          ],
        );
        assert.ok(downs.every(({ trusted }) => trusted));
        const letters = downs.filter(({ key }) => key !== "Shift");
        assert.ok(letters.slice(1).every(({ at }, i) => at - letters[i]!.at >= 80), "no pauses");
      }),
  );

  await t.step(
    "scroll() turns the wheel, to an element and to the end",
    () =>
      inPage(async (page) => {
        await page.scroll("#far");
        const events = await noted(page);
        const wheels = ofType(events, "wheel");
        assert.ok(wheels.length >= 10, `${wheels.length} turns`);
        assert.ok(wheels.every(({ trusted }) => trusted));
        const top = await page.evaluate(() =>
          document.querySelector("#far")!.getBoundingClientRect().y
        );
        assert.ok(top > 0 && top < 800, `at ${top}`);
        await page.scroll();
        const left = await page.evaluate(() =>
          document.documentElement.scrollHeight - innerHeight - scrollY
        );
        assert.ok(left <= 1, `${left} px left`);
        assert.ok(ofType(await noted(page), "wheel").length >= 5);
      }),
  );

  await t.step(
    "an element of the first screen needs no wheel; one in a scrolling box is reached",
    () =>
      inPage(async (page) => {
        await page.click("#other");
        assert.equal(ofType(await noted(page), "wheel").length, 0);
        await page.click("#nested");
        assert.deepEqual(ofType(await noted(page), "click").map(({ target }) => target), [
          "nested",
        ]);
      }),
  );

  await t.step("in two tabs at a time", async () => {
    const clicked: string[] = [];
    await Promise.all(["near", "far"].map((id) =>
      inPage(async (page) => {
        await page.click(`#${id}`);
        clicked.push(...ofType(await noted(page), "click").map(({ target }) => target));
      })
    ));
    assert.deepEqual(clicked.sort(), ["far", "near"]);
  });
});

browserTest("without humanize, the mouse goes straight to the element", async () => {
  await using pages = await servePages({ "/": PAGE });
  await using session = new StealthSession();
  const look = async (humanize: boolean | undefined) => {
    let events: Noted[] = [];
    await session.fetch(pages.url, {
      humanize,
      pageAction: async (page) => {
        await page.click("#near");
        events = await noted(page);
      },
    });
    return ofType(events, "mousemove").length;
  };
  assert.equal(await look(undefined), 1);
  assert.ok(await look(true) >= 10);
  await using dynamic = new DynamicSession();
  await assert.rejects(
    dynamic.fetch(pages.url, { humanize: true } as object),
    UnsupportedOptionError,
  );
});
