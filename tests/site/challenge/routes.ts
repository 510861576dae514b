import type { Exchange, Routes } from "../route.ts";
import { page } from "../page.ts";
import { type Case, caseOf, TYPES } from "./cases.ts";
import type { ChallengeDesk } from "./desk.ts";
import type { ClickFacts } from "./judge.ts";
import {
  ARTICLE,
  challengePage,
  FLOW,
  FRAME,
  framePage,
  PAGE_SCRIPT,
  pageScript,
  pageWithWidget,
  realPage,
  widgetScript,
} from "./pages.ts";

/** The cookie of those who were let through, as Cloudflare calls it. */
const CLEARANCE = "cf_clearance";

const SCRIPT = [["content-type", "text/javascript"]] as const;

/** The routes of the site that is protected. */
export function siteRoutes(desk: ChallengeDesk): Routes {
  const guarded = (exchange: Exchange) => answerCase(desk, exchange);
  return {
    ...Object.fromEntries(TYPES.map((type) => [`/${type}/*`, guarded])),
    "/article": ({ reply }) => reply.html(ARTICLE),
    "/cdn-cgi/challenge-platform/scripts/jsd/main.js": ({ reply }) => reply.send(200, SCRIPT),
    [PAGE_SCRIPT]: ({ request, reply }) => {
      const ray = request.query.get("ray") ?? "";
      const challenge = desk.caseOf(ray);
      if (challenge === undefined) return reply.send(404, []);
      reply.send(200, SCRIPT, pageScript(challenge, ray));
    },
    [`${FLOW}/*`]: ({ request, reply, rest: ray }) => {
      const challenge = desk.caseOf(ray);
      if (challenge === undefined) return reply.send(404, []);
      const clearance = desk.solve(ray, request.body);
      const cookie = `${CLEARANCE}=${clearance}; Path=${challenge.path}; HttpOnly; SameSite=Lax`;
      reply.json({}, 200, clearance === undefined ? [] : [["set-cookie", cookie]]);
    },
  };
}

/** The routes of what stands for challenges.cloudflare.com. */
export function widgetRoutes(desk: ChallengeDesk): Routes {
  return {
    "/turnstile/v0/api.js": ({ request, reply }) => {
      const challenge = caseOf(`/embedded/${request.query.get("case")}`);
      if (challenge === undefined) return reply.send(404, []);
      reply.send(200, SCRIPT, widgetScript(challenge, desk.begin(challenge)));
    },
    [`${FRAME}/*`]: ({ reply, rest }) => reply.html(framePage(rest.split("/")[0]!)),
    "/verdict/*": ({ request, reply, rest: ray }) => {
      if (desk.caseOf(ray) === undefined) return reply.send(404, []);
      reply.json({ token: desk.click(ray, JSON.parse(request.body) as ClickFacts) });
    },
  };
}

function answerCase(desk: ChallengeDesk, { request, reply }: Exchange): void {
  const challenge = caseOf(request.path);
  if (challenge === undefined) {
    return reply.html(page({ title: "Not found", body: "<h1>Not found</h1>" }), 404);
  }
  if (challenge.type === "embedded") return reply.html(pageWithWidget(challenge));
  if (desk.lets(challenge, request.cookies.get(CLEARANCE))) return letThrough(challenge, reply);
  const ray = desk.begin(challenge);
  reply.html(challengePage(challenge, ray), 403, [["cf-mitigated", "challenge"], ["cf-ray", ray]]);
}

function letThrough(challenge: Case, reply: Exchange["reply"]): void {
  reply.html(realPage(challenge), 200, [["x-real", "yes"]]);
}
