import { CookieFormatError } from "../errors.ts";
import type { Cookie } from "./cookie.ts";

const HTTP_ONLY = "#HttpOnly_";

/**
 * Reads the cookies of a `cookies.txt`, as curl, wget and browser extensions write it.
 *
 * @param text The file.
 * @throws {CookieFormatError} For a line that is none; the error has its number.
 */
export function parseNetscape(text: string): Cookie[] {
  return text.split(/\r?\n/).flatMap((line, index) => {
    if (line.trim() === "" || (line.startsWith("#") && !line.startsWith(HTTP_ONLY))) return [];
    return [parseLine(line, index + 1)];
  });
}

/**
 * Writes cookies as a `cookies.txt`. The format has no SameSite, and no place for a name with a
 * tab: such a cookie is left out.
 *
 * @param cookies The cookies.
 */
export function formatNetscape(cookies: Iterable<Cookie>): string {
  const lines = ["# Netscape HTTP Cookie File"];
  for (const cookie of cookies) if (!cookie.name.includes("\t")) lines.push(formatLine(cookie));
  return lines.join("\n") + "\n";
}

function parseLine(line: string, number: number): Cookie {
  const httpOnly = line.startsWith(HTTP_ONLY);
  const fields = (httpOnly ? line.slice(HTTP_ONLY.length) : line).split("\t");
  const [domain = "", subHosts, path = "", secure, expires = "", name = ""] = fields;
  if (fields.length < 6) {
    const received = `${fields.length} field${fields.length === 1 ? "" : "s"}`;
    throw new CookieFormatError("cookies.txt", `line ${number}`, received, "7, divided by tabs");
  }
  const isFlag = (field: string | undefined) => /^(?:true|false)$/i.test(field ?? "");
  if (!isFlag(subHosts) || !isFlag(secure)) {
    const expected = "TRUE or FALSE as second and as fourth field";
    throw new CookieFormatError("cookies.txt", `line ${number}`, "another word", expected);
  }
  if (!/^-?\d+(?:\.\d+)?$/.test(expires)) {
    const expected = "seconds since 1970 as fifth field";
    throw new CookieFormatError("cookies.txt", `line ${number}`, "something else", expected);
  }
  return {
    name,
    value: fields.slice(6).join("\t"),
    domain: domain.replace(/^\./, "").toLowerCase(),
    path,
    hostOnly: !/^true$/i.test(subHosts!),
    httpOnly,
    secure: /^true$/i.test(secure!),
    // 0 is how a session cookie is written.
    ...(Number(expires) > 0 ? { expires: Number(expires) * 1000 } : {}),
  };
}

function formatLine({ name, value, domain, path, hostOnly, httpOnly, secure, expires }: Cookie) {
  const flag = (yes: boolean) => yes ? "TRUE" : "FALSE";
  return [
    `${httpOnly ? HTTP_ONLY : ""}${hostOnly ? "" : "."}${domain}`,
    flag(!hostOnly),
    path,
    flag(secure),
    expires === undefined ? 0 : Math.max(1, Math.floor(expires / 1000)),
    name,
    value,
  ].join("\t");
}
