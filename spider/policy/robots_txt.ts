/** What a robots.txt says to one crawler. */
export interface RobotsRules {
  /** The rules, the most specific first. */
  readonly rules: readonly RobotsRule[];
  /** The least time between two requests, by Crawl-delay and Request-rate, in milliseconds. */
  readonly delayMs: number;
}

/** One Allow or Disallow. */
export interface RobotsRule {
  readonly allow: boolean;
  /** As it stands in the file, for people. */
  readonly pattern: string;
  /** What has to come one after the other in a path, in its canonical spelling. */
  readonly parts: readonly string[];
  /** Whether the path must end there. */
  readonly anchored: boolean;
  /** How specific it is: its octets (RFC 9309, section 2.2.2). */
  readonly length: number;
}

interface Group {
  readonly agents: string[];
  readonly rules: RobotsRule[];
  delayMs: number;
}

/** RFC 9309, section 2.5: at least 500 kibibytes must be read, and the rest may be left. */
export const MOST_ROBOTS_BYTES = 500 * 1024;

/** A delay beyond would only be a way to keep a crawl from ending. */
const LONGEST_DELAY_MS = 3_600_000;

const UNIT_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 };

/**
 * Reads a robots.txt (RFC 9309) as one crawler has to. Lines that make no sense are passed over, so
 * that anything can be read.
 *
 * @param body The file; bytes beyond 500 KiB are left out.
 * @param agent The crawler's name; its product token counts, up to a slash or a digit.
 */
export function parseRobots(body: Uint8Array, agent: string): RobotsRules {
  // A decoder takes the byte order mark away by itself.
  const groups = groupsOf(new TextDecoder().decode(body.subarray(0, MOST_ROBOTS_BYTES)));
  const own = groups.filter((group) => group.agents.includes(productToken(agent)));
  const chosen = own.length > 0 ? own : groups.filter((group) => group.agents.includes("*"));
  return {
    rules: chosen.flatMap((group) => group.rules).sort(bySpecificity),
    delayMs: Math.max(0, ...chosen.map((group) => group.delayMs)),
  };
}

/**
 * The rule that decides about a URL.
 *
 * @param robots The rules.
 * @param url An absolute URL.
 * @returns The rule, or `undefined` if none matches, which allows the URL.
 */
export function decidingRule(robots: RobotsRules, url: string): RobotsRule | undefined {
  const { pathname, search } = new URL(url);
  if (pathname === "/robots.txt") return undefined; // section 2.2.2: it is always allowed
  const path = canonical(pathname + search);
  return robots.rules.find((rule) => matches(rule, path));
}

function groupsOf(text: string): Group[] {
  const groups: Group[] = [];
  let isNaming = false;
  for (const { name, value } of linesOf(text)) {
    if (name === "user-agent") {
      if (!isNaming) groups.push({ agents: [], rules: [], delayMs: 0 });
      isNaming = true;
      groups.at(-1)!.agents.push(value.startsWith("*") ? "*" : productToken(value));
      continue;
    }
    const group = groups.at(-1);
    if (group !== undefined && addTo(group, name, value)) isNaming = false;
  }
  return groups;
}

function* linesOf(text: string): Generator<{ name: string; value: string }> {
  for (const [line] of text.matchAll(/[^\r\n]+/g)) {
    const content = line.split("#", 1)[0]!;
    const colon = content.indexOf(":");
    if (colon === -1) continue;
    yield {
      name: content.slice(0, colon).trim().toLowerCase(),
      value: content.slice(colon + 1).trim(),
    };
  }
}

/** Gives false for a line that is no part of a group, such as Sitemap. */
function addTo(group: Group, name: string, value: string): boolean {
  if (name === "allow" || name === "disallow") {
    if (value.startsWith("/") || value.startsWith("*")) {
      group.rules.push(ruleOf(value, name === "allow"));
    }
    return true;
  }
  const delayMs = name === "crawl-delay" ? crawlDelayMs(value) : requestRateMs(name, value);
  if (delayMs === undefined) return false;
  group.delayMs = Math.max(group.delayMs, Math.min(delayMs, LONGEST_DELAY_MS));
  return true;
}

function crawlDelayMs(value: string): number | undefined {
  const seconds = Number(value);
  return value !== "" && seconds >= 0 ? seconds * 1_000 : undefined;
}

/** "1/5s", "30/1m": so many pages in such a time; a time of day after it is left out. */
function requestRateMs(name: string, value: string): number | undefined {
  if (name !== "request-rate") return undefined;
  const [, pages, time, unit] = /^(\d+)\s*\/\s*(\d+)\s*([smh]?)/i.exec(value) ?? [];
  if (Number(pages ?? 0) === 0) return undefined;
  return Number(time) * UNIT_MS[unit!.toLowerCase() || "s"]! / Number(pages);
}

function ruleOf(pattern: string, allow: boolean): RobotsRule {
  const anchored = pattern.endsWith("$");
  const parts = (anchored ? pattern.slice(0, -1) : pattern).split("*").map(canonical);
  const length = parts.join("*").length + Number(anchored);
  return { allow, pattern: unshared(pattern), parts, anchored, length };
}

/** A part of a string keeps the whole of it in memory; this one does not. */
function unshared(text: string): string {
  return JSON.parse(JSON.stringify(text)) as string;
}

/**
 * One spelling of a path: letters that need no escape are bare, everything else is escaped, `*` and
 * `$` too, which are themselves only in a pattern (RFC 9309, sections 2.2.2 and 2.2.3).
 */
function canonical(path: string): string {
  return path.replace(/%[0-9a-f]{2}|[*$]|[^!-~]+/gi, (found) => {
    if (!found.startsWith("%")) return escaped(found);
    const char = String.fromCharCode(parseInt(found.slice(1), 16));
    return /[A-Za-z0-9\-._~]/.test(char) ? char : found.toUpperCase();
  });
}

function escaped(text: string): string {
  const bytes = new TextEncoder().encode(text);
  return Array.from(bytes, (byte) => `%${byte.toString(16).padStart(2, "0").toUpperCase()}`)
    .join("");
}

/** Each part is looked for once, from where the one before it ended: no pattern takes long. */
function matches({ parts, anchored }: RobotsRule, path: string): boolean {
  if (!path.startsWith(parts[0]!)) return false;
  let at = parts[0]!.length;
  if (parts.length === 1) return !anchored || at === path.length;
  const middle = anchored ? parts.slice(1, -1) : parts.slice(1);
  for (const part of middle) {
    const found = path.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  const last = parts.at(-1)!;
  return !anchored || (path.length - last.length >= at && path.endsWith(last));
}

/** The longest first; of equals, Allow (RFC 9309, section 2.2.2). */
function bySpecificity(a: RobotsRule, b: RobotsRule): number {
  return b.length - a.length || Number(b.allow) - Number(a.allow);
}

function productToken(agent: string): string {
  return /^[a-z_-]*/i.exec(agent.trim())![0].toLowerCase();
}
