/** What a TLS ClientHello says (RFC 8446, section 4.1.2), in the order in which it says it. */
export interface ClientHello {
  /** The `legacy_version` field, such as 0x0303. */
  readonly legacyVersion: number;
  /** The cipher suites, GREASE values included. */
  readonly ciphers: readonly number[];
  /** The types of the extensions, GREASE values included. */
  readonly extensions: readonly number[];
  /** The host name asked for, when there is one (an address literal sends none). */
  readonly serverName?: string;
  /** The protocols offered, best first. */
  readonly alpn: readonly string[];
  /** The content of `supported_versions`, GREASE values included. */
  readonly supportedVersions: readonly number[];
  /** The content of `signature_algorithms`. */
  readonly signatureAlgorithms: readonly number[];
}

const HANDSHAKE_RECORD = 22;
const CLIENT_HELLO_MESSAGE = 1;
const RECORD_HEADER_LENGTH = 5;
const MESSAGE_HEADER_LENGTH = 4;

const SERVER_NAME = 0x0000;
const SIGNATURE_ALGORITHMS = 0x000d;
const ALPN = 0x0010;
const SUPPORTED_VERSIONS = 0x002b;

/** The bytes are no TLS ClientHello. */
export class NotAClientHello extends Error {
  override name = "NotAClientHello";
}

/**
 * Reads a ClientHello from the first bytes of a connection, which may be cut at any place.
 *
 * @param bytes What arrived so far.
 * @returns The ClientHello; `undefined` when more bytes are needed.
 * @throws {NotAClientHello} When the bytes cannot be the beginning of one.
 */
export function readClientHello(bytes: Uint8Array): ClientHello | undefined {
  const handshake = joinRecords(bytes);
  if (handshake.length < MESSAGE_HEADER_LENGTH) return undefined;
  if (handshake[0] !== CLIENT_HELLO_MESSAGE) {
    throw new NotAClientHello(
      `Expected handshake message 1 (ClientHello): received ${handshake[0]}`,
    );
  }
  const header = new Reader(handshake.subarray(1));
  const length = header.uint(3);
  if (handshake.length < MESSAGE_HEADER_LENGTH + length) return undefined;
  return parseBody(handshake.subarray(MESSAGE_HEADER_LENGTH, MESSAGE_HEADER_LENGTH + length));
}

/** Joins the fragments of the handshake records (RFC 8446, section 5.1: a message may span several). */
function joinRecords(bytes: Uint8Array): Uint8Array {
  const fragments: number[] = [];
  let at = 0;
  while (at < bytes.length) {
    if (bytes[at] !== HANDSHAKE_RECORD) {
      throw new NotAClientHello(`Expected TLS record type 22 (handshake): received ${bytes[at]}`);
    }
    if (at + RECORD_HEADER_LENGTH > bytes.length) break;
    const length = bytes[at + 3]! << 8 | bytes[at + 4]!;
    fragments.push(
      ...bytes.subarray(at + RECORD_HEADER_LENGTH, at + RECORD_HEADER_LENGTH + length),
    );
    at += RECORD_HEADER_LENGTH + length;
  }
  return Uint8Array.from(fragments);
}

function parseBody(body: Uint8Array): ClientHello {
  const reader = new Reader(body);
  const legacyVersion = reader.uint(2);
  reader.bytes(32); // random
  reader.vector(1); // legacy_session_id
  const ciphers = reader.vector(2).uints();
  reader.vector(1); // legacy_compression_methods
  const contents = reader.done ? new Map<number, Reader>() : parseExtensions(reader.vector(2));
  return {
    legacyVersion,
    ciphers,
    extensions: [...contents.keys()],
    serverName: parseServerName(contents.get(SERVER_NAME)),
    alpn: parseAlpn(contents.get(ALPN)),
    supportedVersions: contents.get(SUPPORTED_VERSIONS)?.vector(1).uints() ?? [],
    signatureAlgorithms: contents.get(SIGNATURE_ALGORITHMS)?.vector(2).uints() ?? [],
  };
}

function parseExtensions(reader: Reader): Map<number, Reader> {
  const contents = new Map<number, Reader>();
  while (!reader.done) contents.set(reader.uint(2), reader.vector(2));
  return contents;
}

function parseServerName(reader: Reader | undefined): string | undefined {
  const list = reader?.vector(2);
  if (list === undefined || list.done) return undefined;
  list.uint(1); // name_type: host_name is the only one
  return list.vector(2).text();
}

function parseAlpn(reader: Reader | undefined): string[] {
  const names: string[] = [];
  const list = reader?.vector(2);
  while (list !== undefined && !list.done) names.push(list.vector(1).text());
  return names;
}

class Reader {
  #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get done(): boolean {
    return this.#at >= this.#bytes.length;
  }

  bytes(length: number): Uint8Array {
    if (this.#at + length > this.#bytes.length) {
      throw new NotAClientHello(
        `Expected ${length} more bytes: received ${this.#bytes.length - this.#at}`,
      );
    }
    return this.#bytes.subarray(this.#at, this.#at += length);
  }

  uint(length: number): number {
    return this.bytes(length).reduce((value, byte) => value * 256 + byte, 0);
  }

  /** A vector whose length comes first, in `lengthSize` bytes. */
  vector(lengthSize: number): Reader {
    return new Reader(this.bytes(this.uint(lengthSize)));
  }

  uints(): number[] {
    const values: number[] = [];
    while (!this.done) values.push(this.uint(2));
    return values;
  }

  text(): string {
    return new TextDecoder("latin1").decode(this.bytes(this.#bytes.length - this.#at));
  }
}
