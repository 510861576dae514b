import assert from "node:assert/strict";
import { type ClickFacts, judgeClick, type MouseFact, startChallengeSite } from "./mod.ts";

const GOOD: ClickFacts = {
  box: { left: 16, top: 20, right: 40, bottom: 44 },
  ready: true,
  events: [
    mouse("mousemove", 80, 50, 0),
    mouse("mousemove", 50, 40, 16),
    mouse("mousemove", 28, 32, 33),
    mouse("mousedown", 28, 32, 120),
    mouse("mouseup", 28, 32, 220),
  ],
};

function mouse(type: MouseFact["type"], clientX: number, clientY: number, at: number): MouseFact {
  return {
    type,
    isTrusted: true,
    clientX,
    clientY,
    screenX: clientX + 300,
    screenY: clientY + 200,
    buttons: type === "mousedown" ? 1 : 0,
    timeStamp: at,
  };
}

function withEvents(change: (event: MouseFact) => Partial<MouseFact>): ClickFacts {
  return { ...GOOD, events: GOOD.events.map((event) => ({ ...event, ...change(event) })) };
}

Deno.test("judgeClick() accepts a person's click, and says what is wrong with others", () => {
  assert.deepEqual(judgeClick(GOOD), []);
  const wrong: [ClickFacts, string][] = [
    [{ ...GOOD, ready: false }, "clicked before the box was there"],
    [{ ...GOOD, events: [] }, "no press and release"],
    [{ ...GOOD, events: GOOD.events.slice(2) }, "only 1 movements before the click"],
    [{ ...GOOD, box: { ...GOOD.box, left: 30 } }, "beside the box"],
    [withEvents(() => ({ isTrusted: false })), "made by a script"],
    [withEvents(() => ({ timeStamp: 0 })), "held for 0 ms"],
    [withEvents(() => ({ buttons: 1 })), "buttons 1 and 1"],
    [
      withEvents(({ type, clientY }) => ({ clientY: type === "mousemove" ? 60 : clientY })),
      "pressed where the mouse had not moved to",
    ],
    [
      withEvents(({ clientX: screenX, clientY: screenY }) => ({ screenX, screenY })),
      "the screen's coordinates are the frame's",
    ],
  ];
  for (const [facts, complaint] of wrong) assert.deepEqual(judgeClick(facts), [complaint]);
});

Deno.test("the site lets nobody through without a solution, nor with somebody else's", async () => {
  await using site = await startChallengeSite();
  const url = `${site.url}/interactive/fair/page`;
  const challenge = await fetch(url);
  assert.deepEqual([challenge.status, challenge.headers.get("cf-mitigated")], [403, "challenge"]);
  const html = await challenge.text();
  assert.match(html, /cType: 'interactive'/);
  assert.doesNotMatch(html, /Behind/);
  const ray = challenge.headers.get("cf-ray");
  for (const token of ["by-itself", "guessed"]) {
    const flow = `${site.url}/cdn-cgi/challenge-platform/h/b/flow/${ray}`;
    const answer = await fetch(flow, { method: "POST", body: token });
    await answer.body?.cancel();
    assert.equal(answer.headers.get("set-cookie"), null);
  }
  const forged = await fetch(url, { headers: { cookie: "cf_clearance=guessed" } });
  await forged.body?.cancel();
  assert.equal(forged.status, 403);
  assert.deepEqual(site.attempts.map(({ accepted }) => accepted), [false, false]);
});

Deno.test("a clearance is good for its case, and for no other", async () => {
  await using site = await startChallengeSite();
  const challenge = await fetch(`${site.url}/non-interactive/fair/page`);
  await challenge.body?.cancel();
  const flow = `${site.url}/cdn-cgi/challenge-platform/h/b/flow/${challenge.headers.get("cf-ray")}`;
  const answer = await fetch(flow, { method: "POST", body: "by-itself" });
  await answer.body?.cancel();
  const cookie = answer.headers.get("set-cookie")!.split(";")[0]!;
  for (const [path, status] of [["non-interactive/fair", 200], ["interactive/fair", 403]]) {
    const page = await fetch(`${site.url}/${path}/page`, { headers: { cookie } });
    await page.body?.cancel();
    assert.equal(page.status, status, String(path));
  }
});
