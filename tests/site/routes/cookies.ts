import { type Exchange, numberParameter, type Routes } from "../route.ts";
import { page } from "../page.ts";

/** The cookie that the script of `/cookie-wall` sets. */
const WALL_COOKIE = "wall";

/** The length of the wall's cookie: the script computes it, so that it stands nowhere in the HTML. */
const WALL_VALUE = "x".repeat(12);

/** `/cookies...` and `/cookie-wall`: cookies set by headers, and one that only a script sets. */
export const cookieRoutes: Routes = {
  "/cookies": ({ request, reply }) => reply.json(Object.fromEntries(request.cookies)),
  "/cookies/set": ({ request, reply }) =>
    reply.json(
      { set: request.query.size },
      200,
      [...request.query].map(([name, value]) => ["set-cookie", `${name}=${value}; Path=/`]),
    ),
  "/cookies/delete": ({ request, reply }) =>
    reply.json(
      { deleted: request.query.size },
      200,
      [...request.query.keys()].map((name) => ["set-cookie", `${name}=; Path=/; Max-Age=0`]),
    ),
  "/cookies/many": manyCookies,
  "/cookies/attributes": ({ reply }) =>
    reply.json({ set: ATTRIBUTE_COOKIES.length }, 200, ATTRIBUTE_COOKIES),
  "/cookie-wall": cookieWall,
};

const ATTRIBUTE_COOKIES: readonly (readonly [string, string])[] = [
  "plain=1",
  "dated=2; Expires=Fri, 31 Dec 2100 23:59:59 GMT; Path=/",
  "lasting=3; Max-Age=86400; Path=/",
  "gone=4; Max-Age=0; Path=/",
  "elsewhere=5; Path=/account",
  "foreign=6; Domain=example.com; Path=/",
  "hidden=7; HttpOnly; SameSite=Strict; Path=/",
  "secure=8; Secure; Path=/",
].map((cookie) => ["set-cookie", cookie]);

function manyCookies(exchange: Exchange): void {
  const count = numberParameter(exchange, "count", 20);
  exchange.reply.json(
    { set: count },
    200,
    Array.from({ length: count }, (_, index) => ["set-cookie", `many${index + 1}=yes; Path=/`]),
  );
}

function cookieWall({ request, reply }: Exchange): void {
  if (request.cookies.get(WALL_COOKIE) === WALL_VALUE) {
    return reply.html(page({ title: "Behind the wall", body: "<h1>Behind the wall</h1>" }));
  }
  reply.html(page({ title: "Just a moment", body: wallScript }), 403);
}

const wallScript = `<p>Checking your browser&hellip;</p>
<script>
document.cookie = "${WALL_COOKIE}=" + "x".repeat(${WALL_VALUE.length}) + "; path=/";
location.reload();
</script>`;
