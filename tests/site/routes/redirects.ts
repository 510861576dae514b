import { type Exchange, numberParameter, type Routes } from "../route.ts";
import { page } from "../page.ts";

/** `/redirect/...`: every way of being sent elsewhere, the hostile ones included. */
export const redirectRoutes: Routes = {
  "/redirect/*": ({ reply, rest }) => {
    const status = Number(rest);
    if (![301, 302, 303, 307, 308].includes(status)) return reply.html("", 404);
    reply.redirect(status, `/echo?from=${status}`);
  },
  "/redirect/to": (exchange) => {
    const location = exchange.request.query.get("location") ?? "/echo";
    exchange.reply.redirect(numberParameter(exchange, "status", 302), location);
  },
  "/redirect/chain/*": chain,
  "/redirect/loop": ({ reply }) => reply.redirect(302, "/redirect/loop/back"),
  "/redirect/loop/back": ({ reply }) => reply.redirect(302, "/redirect/loop"),
  "/redirect/self": ({ reply }) => reply.redirect(302, "/redirect/self"),
  "/redirect/endless/*": ({ reply, rest }) =>
    reply.redirect(302, `/redirect/endless/${Number(rest) + 1}`),
  "/redirect/file": ({ reply }) => reply.redirect(302, "file:///etc/passwd"),
  "/redirect/malformed": ({ reply }) => reply.redirect(302, "http://[not-an-address/"),
  "/redirect/no-location": ({ reply }) => reply.html("<p>Moved, but where?</p>", 302),
  "/redirect/empty-location": ({ reply }) => reply.redirect(302, ""),
  "/redirect/relative": ({ reply }) => reply.redirect(302, "../echo?from=relative"),
  "/redirect/query-only": ({ request, reply }) => {
    if (request.query.has("arrived")) return reply.html(arrival);
    reply.redirect(302, "?arrived=yes");
  },
  "/redirect/scheme-relative": ({ request, reply }) =>
    reply.redirect(302, `//${request.host}/echo?from=scheme-relative`),
  "/redirect/fragment": ({ reply }) => reply.redirect(302, "/echo?from=fragment#part"),
  "/redirect/cross-origin": (exchange) =>
    exchange.reply.redirect(
      numberParameter(exchange, "status", 302),
      `${otherOrigin(exchange)}/echo?from=cross-origin`,
      [["set-cookie", "crossing=yes; Path=/"]],
    ),
};

const arrival = page({ title: "Arrived", body: "<h1>Arrived</h1>" });

/** `/redirect/chain/N?status=S`: N hops, each with a cookie `hopN=yes`, and a page at the end. */
function chain(exchange: Exchange): void {
  const { reply, rest, request } = exchange;
  const left = Number(rest);
  if (!(left > 0)) return reply.html(arrival);
  const status = numberParameter(exchange, "status", 302);
  const query = request.query.size > 0 ? `?${request.query}` : "";
  reply.redirect(status, `/redirect/chain/${left - 1}${query}`, [
    ["set-cookie", `hop${left}=yes; Path=/`],
  ]);
}

/** The same server under its other name: cookies and credentials must not follow. */
function otherOrigin({ request }: Exchange): string {
  const { protocol, hostname, port } = new URL(request.url);
  return `${protocol}//${hostname === "localhost" ? "127.0.0.1" : "localhost"}:${port}`;
}
