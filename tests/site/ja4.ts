import { createHash } from "node:crypto";
import type { ClientHello } from "./client_hello.ts";

const SERVER_NAME = 0x0000;
const ALPN = 0x0010;

const VERSIONS: ReadonlyMap<number, string> = new Map([
  [0x0304, "13"],
  [0x0303, "12"],
  [0x0302, "11"],
  [0x0301, "10"],
  [0x0300, "s3"],
]);

/**
 * Computes the JA4 fingerprint of a TLS client over TCP, after FoxIO's specification
 * (https://github.com/FoxIO-LLC/ja4, technical_details/JA4.md).
 *
 * @param hello What the client's ClientHello says.
 * @returns The fingerprint, such as `"t13d1516h2_8daaf6152771_d8a2da3f94cd"`.
 */
export function ja4(hello: ClientHello): string {
  const ciphers = withoutGrease(hello.ciphers);
  const extensions = withoutGrease(hello.extensions);
  const destination = hello.extensions.includes(SERVER_NAME) ? "d" : "i";
  const head = `t${version(hello)}${destination}${count(ciphers)}${count(extensions)}${
    alpnMark(hello.alpn[0])
  }`;
  return `${head}_${hash(hexes(ciphers).toSorted().join())}_${extensionHash(hello, extensions)}`;
}

function version(hello: ClientHello): string {
  const offered = withoutGrease(hello.supportedVersions);
  const highest = offered.length > 0 ? Math.max(...offered) : hello.legacyVersion;
  return VERSIONS.get(highest) ?? "00";
}

/** SNI and ALPN are left out of the hash, as they say more of the destination than of the client. */
function extensionHash(hello: ClientHello, extensions: readonly number[]): string {
  const kept = extensions.filter((type) => type !== SERVER_NAME && type !== ALPN);
  const algorithms = withoutGrease(hello.signatureAlgorithms);
  const sorted = hexes(kept).toSorted().join();
  return hash(algorithms.length === 0 ? sorted : `${sorted}_${hexes(algorithms).join()}`);
}

/** GREASE values are 0x0a0a, 0x1a1a, ... 0xfafa (RFC 8701, section 2). */
function withoutGrease(values: readonly number[]): number[] {
  return values.filter((value) => (value & 0x0f0f) !== 0x0a0a || value >> 8 !== (value & 0xff));
}

function alpnMark(protocol: string | undefined): string {
  if (protocol === undefined || protocol === "") return "00";
  const ends = protocol.charAt(0) + protocol.charAt(protocol.length - 1);
  if (/^[0-9A-Za-z]{2}$/.test(ends)) return ends;
  const hex = [...protocol].map((char) => hexOf(char.charCodeAt(0), 2)).join("");
  return hex.charAt(0) + hex.charAt(hex.length - 1);
}

function count(values: readonly number[]): string {
  return String(Math.min(values.length, 99)).padStart(2, "0");
}

function hexes(values: readonly number[]): string[] {
  return values.map((value) => hexOf(value, 4));
}

function hexOf(value: number, digits: number): string {
  return value.toString(16).padStart(digits, "0");
}

function hash(text: string): string {
  if (text === "") return "000000000000";
  return createHash("sha256").update(text).digest("hex").slice(0, 12);
}
