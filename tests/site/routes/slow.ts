import { numberParameter, type Routes } from "../route.ts";
import { page } from "../page.ts";
import { pause, untilAborted } from "../pause.ts";

/** `/slow/...`: answers that take their time, and some that never come. */
export const slowRoutes: Routes = {
  "/slow/headers": async (exchange) => {
    await pause(numberParameter(exchange, "ms", 300), exchange.reply.over);
    exchange.reply.html(page({ title: "Slow", body: "<h1>At last</h1>" }));
  },
  "/slow/body": async (exchange) => {
    const { reply } = exchange;
    const pieces = numberParameter(exchange, "pieces", 5);
    reply.start(200, [["content-type", "text/plain"]]);
    for (let piece = 1; piece <= pieces && !reply.over.aborted; piece++) {
      await reply.write(`piece ${piece}\n`);
      await pause(numberParameter(exchange, "ms", 50), reply.over);
    }
    reply.end();
  },
  "/slow/drip-headers": async ({ reply }) => {
    reply.rawPiece("HTTP/1.1 200 OK\r\n");
    for (let header = 1; !reply.over.aborted; header++) {
      await pause(20, reply.over);
      reply.rawPiece(`X-Drip-${header}: one at a time\r\n`);
    }
  },
  "/slow/stall-unsized": async ({ reply }) => {
    reply.start(200, [["content-type", "text/plain"]]);
    await reply.write("Nobody knows how much of this never comes.\n");
    await untilAborted(reply.over);
  },
  "/slow/stall": async ({ reply }) => {
    reply.start(200, [["content-type", "text/plain"], ["content-length", "1000"]]);
    await reply.write("The rest of this never comes.\n");
    await untilAborted(reply.over);
  },
  "/slow/forever": ({ reply }) => untilAborted(reply.over),
};
