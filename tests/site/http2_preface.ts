/** What a client's HTTP/2 connection begins with, up to its first HEADERS frame. */
export interface Http2Preface {
  /** The SETTINGS as identifier and value, in wire order. */
  readonly settings: readonly (readonly [number, number])[];
  /** The first WINDOW_UPDATE's increment of the connection window; 0 when there is none. */
  readonly windowUpdate: number;
  /** The PRIORITY frames before the first request, each as `stream:exclusive:dependsOn:weight`. */
  readonly priorities: readonly string[];
  /** The first HEADERS frame's stream. */
  readonly firstStream: number;
  /** The first HEADERS frame's priority, when it carries one. */
  readonly headersPriority?: Http2Priority;
}

/** A stream's priority as RFC 7540, section 6.3, has it. */
export interface Http2Priority {
  /** Whether the dependency is exclusive. */
  readonly exclusive: boolean;
  /** The stream that it depends on. */
  readonly dependsOn: number;
  /** The weight, 1 to 256. */
  readonly weight: number;
}

const CONNECTION_PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const FRAME_HEADER_LENGTH = 9;
const [HEADERS, PRIORITY, SETTINGS, WINDOW_UPDATE] = [1, 2, 4, 8];
const ACK = 0x1;
const PADDED = 0x8;
const HAS_PRIORITY = 0x20;

/**
 * Reads the beginning of an HTTP/2 connection (RFC 9113, sections 3.4, 4.1 and 6).
 *
 * @param bytes What arrived so far, decrypted.
 * @returns The preface; `undefined` as long as the first HEADERS frame is not complete.
 */
export function readHttp2Preface(bytes: Uint8Array): Http2Preface | undefined {
  const settings: [number, number][] = [];
  const priorities: string[] = [];
  let windowUpdate = 0;
  for (const frame of frames(bytes)) {
    const { type, flags, stream, payload } = frame;
    if (type === SETTINGS && !(flags & ACK)) settings.push(...readSettings(payload));
    if (type === WINDOW_UPDATE && stream === 0) windowUpdate ||= payload.getUint32(0) & 0x7fffffff;
    if (type === PRIORITY) priorities.push(formatPriority(stream, readPriority(payload, 0)));
    if (type !== HEADERS) continue;
    const headersPriority = flags & HAS_PRIORITY
      ? readPriority(payload, flags & PADDED ? 1 : 0)
      : undefined;
    return { settings, windowUpdate, priorities, firstStream: stream, headersPriority };
  }
  return undefined;
}

/**
 * Writes a client's HTTP/2 fingerprint the way that Akamai's paper does:
 * `SETTINGS|WINDOW_UPDATE|PRIORITY|pseudo-header order`.
 *
 * @param preface What the connection began with.
 * @param pseudoHeaders The names of a request's pseudo-headers, in wire order.
 * @returns The fingerprint, such as `"1:65536;2:0;4:6291456;6:262144|15663105|0|m,a,s,p"`.
 */
export function http2Fingerprint(preface: Http2Preface, pseudoHeaders: readonly string[]): string {
  const settings = preface.settings.map(([id, value]) => `${id}:${value}`).join(";");
  const priorities = preface.priorities.length === 0 ? "0" : preface.priorities.join(",");
  const order = pseudoHeaders.map((name) => name.charAt(1)).join(",");
  return `${settings}|${preface.windowUpdate}|${priorities}|${order}`;
}

interface Frame {
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
  readonly payload: DataView;
}

function* frames(bytes: Uint8Array): Generator<Frame> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = CONNECTION_PREFACE.length;
  while (at + FRAME_HEADER_LENGTH <= bytes.length) {
    const length = view.getUint32(at) >>> 8;
    const start = at + FRAME_HEADER_LENGTH;
    if (start + length > bytes.length) return;
    yield {
      type: bytes[at + 3]!,
      flags: bytes[at + 4]!,
      stream: view.getUint32(at + 5) & 0x7fffffff,
      payload: new DataView(bytes.buffer, bytes.byteOffset + start, length),
    };
    at = start + length;
  }
}

function readSettings(payload: DataView): [number, number][] {
  const settings: [number, number][] = [];
  for (let at = 0; at + 6 <= payload.byteLength; at += 6) {
    settings.push([payload.getUint16(at), payload.getUint32(at + 2)]);
  }
  return settings;
}

function readPriority(payload: DataView, at: number): Http2Priority {
  const dependency = payload.getUint32(at);
  return {
    exclusive: dependency >>> 31 === 1,
    dependsOn: dependency & 0x7fffffff,
    weight: payload.getUint8(at + 4) + 1,
  };
}

function formatPriority(stream: number, priority: Http2Priority): string {
  return `${stream}:${Number(priority.exclusive)}:${priority.dependsOn}:${priority.weight}`;
}
