import type { SocketReader } from "./socket_reader.ts";

/** Why a connection was not made, or that it was. */
export type Refusal = "succeeded" | "not allowed" | "host unreachable";

// RFC 1928 §6.
const CODES: Readonly<Record<Refusal, number>> = {
  "succeeded": 0,
  "not allowed": 2,
  "host unreachable": 4,
};

const USER_AND_PASSWORD = 2;
const [IPV4, NAME, IPV6] = [1, 3, 4];

/**
 * Reads which ways of authentication a client offers (RFC 1928 §3).
 *
 * @throws {Error} If user name and password are not among them.
 */
export async function readGreeting(reader: SocketReader): Promise<void> {
  const [version, count] = await reader.read(2);
  if (version !== 5) throw new Error(`Expected SOCKS version 5: received ${version}`);
  const methods = await reader.read(count ?? 0);
  if (!methods.includes(USER_AND_PASSWORD)) throw new Error("The client offers no password");
}

/** Reads user name and password (RFC 1929 §2). */
export async function readAuth(
  reader: SocketReader,
): Promise<{ username: Uint8Array; password: Uint8Array }> {
  await reader.read(1);
  const username = await readString(reader);
  const password = await readString(reader);
  return { username, password };
}

/**
 * Reads where a client wants to connect to (RFC 1928 §4 and §5).
 *
 * @throws {Error} If it wants anything else.
 */
export async function readConnect(reader: SocketReader): Promise<{ host: string; port: number }> {
  const [, command, , type] = await reader.read(4);
  if (command !== 1) throw new Error(`Expected SOCKS command 1 (CONNECT): received ${command}`);
  const host = await readAddress(reader, type);
  const [high = 0, low = 0] = await reader.read(2);
  return { host, port: high * 256 + low };
}

/** The answer to a client that wanted to connect (RFC 1928 §6). */
export function connectReply(result: Refusal): Uint8Array {
  return Uint8Array.of(5, CODES[result], 0, IPV4 ?? 1, 0, 0, 0, 0, 0, 0);
}

async function readString(reader: SocketReader): Promise<Uint8Array> {
  const [length = 0] = await reader.read(1);
  return await reader.read(length);
}

async function readAddress(reader: SocketReader, type: number | undefined): Promise<string> {
  if (type === NAME) return new TextDecoder("latin1").decode(await readString(reader));
  if (type === IPV4) return (await reader.read(4)).join(".");
  if (type !== IPV6) throw new Error(`Expected a SOCKS address type 1, 3 or 4: received ${type}`);
  const bytes = await reader.read(16);
  const groups = Array.from(
    { length: 8 },
    (_, at) => ((bytes[at * 2] ?? 0) * 256 + (bytes[at * 2 + 1] ?? 0)).toString(16),
  );
  return groups.join(":");
}
