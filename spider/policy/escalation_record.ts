import { isIdentityHeader, type SessionIdentity } from "@orbweaver/session";
import { EscalationFormatError } from "../errors.ts";

/** What escalation has learnt, as data. */
export interface EscalationRecord {
  /** What hosts want to see. */
  passes: PassRecord[];
  /** Which session fetches which route. */
  routes: RouteRecord[];
}

/** What a host wants to see. */
export interface PassRecord {
  host: string;
  sid: string;
  identity: SessionIdentity;
  proxy: string | undefined;
}

/** Which session fetches a route, why, and when its own is tried again. */
export interface RouteRecord {
  route: string;
  sid: string;
  reason: string;
  probeAt: number;
  probeWaitMs: number;
}

interface Form {
  version: number;
  /** Each once; passes have its place here. */
  identities: SessionIdentity[];
  passes: { host: string; sid: string; identity: number; proxy?: string }[];
  routes: RouteRecord[];
}

const VERSION = 1;

/**
 * A record as bytes.
 *
 * @param record The record.
 */
export function writeEscalationRecord({ passes, routes }: EscalationRecord): Uint8Array {
  const places = new Map<string, number>();
  const identities: SessionIdentity[] = [];
  const placeOf = (identity: SessionIdentity) => {
    const key = JSON.stringify(identity);
    const known = places.get(key);
    if (known !== undefined) return known;
    places.set(key, identities.length);
    return identities.push(identity) - 1;
  };
  const form: Form = {
    version: VERSION,
    identities,
    passes: passes.map(({ host, sid, identity, proxy }) => ({
      host,
      sid,
      identity: placeOf(identity),
      ...(proxy === undefined ? {} : { proxy }),
    })),
    routes,
  };
  return new TextEncoder().encode(JSON.stringify(form));
}

/**
 * The record in some bytes.
 *
 * @param bytes What {@linkcode writeEscalationRecord} gave; may come from anywhere.
 * @throws {EscalationFormatError} If it is something else.
 */
export function readEscalationRecord(bytes: Uint8Array): EscalationRecord {
  const { version, identities, passes, routes } = parsed(bytes);
  if (version !== VERSION) throw new EscalationFormatError("version", String(version));
  if (!isListOf(identities, isIdentity)) throw new EscalationFormatError("identities");
  if (!isListOf(routes, isRoute)) throw new EscalationFormatError("routes");
  if (!isListOf(passes, isPass)) throw new EscalationFormatError("passes");
  return {
    routes,
    passes: passes.map(({ host, sid, identity, proxy }) => {
      const whole = identities[identity];
      if (whole === undefined) throw new EscalationFormatError("passes");
      return { host, sid, proxy, identity: whole };
    }),
  };
}

function parsed(bytes: Uint8Array): Partial<Form> {
  try {
    const form: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    if (typeof form === "object" && form !== null) return form;
  } catch (cause) {
    throw new EscalationFormatError("the beginning", "no JSON", { cause });
  }
  throw new EscalationFormatError("the beginning", "no object");
}

function isListOf<T>(value: unknown, isEntry: (entry: T) => boolean): value is T[] {
  return Array.isArray(value) &&
    value.every((entry: unknown) =>
      typeof entry === "object" && entry !== null && isEntry(entry as T)
    );
}

function isIdentity({ userAgent, acceptLanguage, headers }: SessionIdentity): boolean {
  return [userAgent, acceptLanguage].every((text) => typeof text === "string") &&
    Array.isArray(headers) &&
    headers.every((pair: unknown) =>
      Array.isArray(pair) && pair.length === 2 &&
      pair.every((text) => typeof text === "string") && isIdentityHeader(pair[0] as string)
    );
}

function isPass({ host, sid, identity, proxy }: Form["passes"][number]): boolean {
  return [host, sid].every((text) => typeof text === "string") && Number.isInteger(identity) &&
    (proxy === undefined || typeof proxy === "string");
}

function isRoute({ route, sid, reason, probeAt, probeWaitMs }: RouteRecord): boolean {
  return [route, sid, reason].every((text) => typeof text === "string") &&
    [probeAt, probeWaitMs].every((time) => Number.isFinite(time) && time >= 0);
}
