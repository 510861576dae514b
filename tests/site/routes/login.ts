import type { Exchange, Routes } from "../route.ts";
import { page } from "../page.ts";

/** The credentials that `/login` accepts. */
export const CREDENTIALS = { user: "orb", password: "weaver" } as const;

const SESSION_COOKIE = "session";

/** `/login`, `/account`, `/logout`: a form, a page behind it, and the way out. */
export function loginRoutes(): Routes {
  const sessions = new Set<string>();
  let count = 0;
  return {
    "/login": (exchange) => {
      if (exchange.request.method !== "POST") return exchange.reply.html(loginForm(""));
      if (!hasCredentials(exchange)) {
        return exchange.reply.html(loginForm('<p class="error">Wrong user or password</p>'), 401);
      }
      const session = `s${++count}`;
      sessions.add(session);
      exchange.reply.redirect(303, "/account", [
        ["set-cookie", `${SESSION_COOKIE}=${session}; Path=/; HttpOnly; SameSite=Lax`],
      ]);
    },
    "/account": ({ request, reply }) => {
      const session = request.cookies.get(SESSION_COOKIE) ?? "";
      if (!sessions.has(session)) return reply.html(loginForm("<p>Log in first</p>"), 401);
      reply.html(page({ title: "Account", body: `<h1>Hello, ${CREDENTIALS.user}</h1>` }));
    },
    "/logout": ({ request, reply }) => {
      sessions.delete(request.cookies.get(SESSION_COOKIE) ?? "");
      reply.redirect(303, "/login", [["set-cookie", `${SESSION_COOKIE}=; Path=/; Max-Age=0`]]);
    },
  };
}

function hasCredentials({ request }: Exchange): boolean {
  const type = request.header("content-type")?.split(";")[0]?.trim();
  if (type !== "application/x-www-form-urlencoded") return false;
  const form = new URLSearchParams(request.body);
  return form.get("user") === CREDENTIALS.user && form.get("password") === CREDENTIALS.password;
}

function loginForm(notice: string): string {
  return page({
    title: "Log in",
    body: `${notice}
<form action="/login" method="post">
<label>User <input name="user" autocomplete="username"></label>
<label>Password <input name="password" type="password" autocomplete="current-password"></label>
<button type="submit">Log in</button>
</form>`,
  });
}
