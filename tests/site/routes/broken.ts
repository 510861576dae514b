import { type Exchange, numberParameter, type Routes } from "../route.ts";
import { page } from "../page.ts";
import { pause } from "../pause.ts";

/** `/broken/...`: answers that break HTTP or the connection. `/flaky/KEY`: fails at first. `/status/NNN`: any status. */
export function brokenRoutes(): Routes {
  const failures = new Map<string, number>();
  return {
    "/broken/reset": ({ reply }) => reply.reset(),
    "/broken/empty": ({ reply }) => reply.hangUp(),
    "/broken/reset-in-body": async ({ reply }) => {
      reply.start(200, [["content-type", "text/html"], ["content-length", "1000"]]);
      await reply.write("<h1>Cut sho");
      // A reset overtakes what was just sent; the client is to see the body begin.
      await pause(50, reply.over);
      reply.reset();
    },
    "/broken/short-body": ({ reply }) =>
      reply.raw(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 1000\r\n\r\n<h1>Cut",
      ),
    "/broken/long-body": ({ reply }) =>
      reply.raw(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5\r\n\r\n<h1>Longer than it says",
      ),
    "/broken/half-headers": ({ reply }) => reply.raw("HTTP/1.1 200 OK\r\nContent-Type: text/h"),
    "/broken/chunk": ({ reply }) =>
      reply.raw(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\nnot-a-size\r\nsecond\r\n0\r\n\r\n",
      ),
    "/broken/not-http": ({ reply }) => reply.raw("SSH-2.0-OpenSSH_9.2\r\n"),
    "/broken/huge-headers": ({ reply }) =>
      reply.raw(`HTTP/1.1 200 OK\r\nX-Huge: ${"x".repeat(1024 * 1024)}\r\n\r\n`),
    "/broken/many-headers": ({ reply }) =>
      reply.raw(`HTTP/1.1 200 OK\r\n${"X-Many: headers in many lines\r\n".repeat(40_000)}\r\n`),
    "/broken/gzip": ({ reply }) =>
      reply.send(
        200,
        [["content-type", "text/html"], ["content-encoding", "gzip"]],
        "This was never compressed",
      ),
    "/flaky/*": (exchange) => flaky(exchange, failures),
    "/status/*": ({ request, reply, rest }) => {
      const status = Number(rest);
      const retryAfter = request.query.get("retry-after");
      const headers: [string, string][] = retryAfter === null ? [] : [["retry-after", retryAfter]];
      // RFC 9110, section 6.4.1: these have no content.
      if (status === 204 || status === 304) return reply.send(status, headers);
      reply.html(page({ title: rest, body: `<h1>Status ${status}</h1>` }), status, headers);
    },
  };
}

/** `/flaky/KEY?fail=N&status=S`: status S (503) for the first N (2) requests with a key, then 200. */
function flaky(exchange: Exchange, failures: Map<string, number>): void {
  const { reply, rest } = exchange;
  const failed = failures.get(rest) ?? 0;
  if (failed >= numberParameter(exchange, "fail", 2)) {
    return reply.html(page({ title: "Up again", body: `<h1>Up after ${failed}</h1>` }));
  }
  failures.set(rest, failed + 1);
  reply.html(
    page({ title: "Down", body: "<h1>Down</h1>" }),
    numberParameter(exchange, "status", 503),
  );
}
