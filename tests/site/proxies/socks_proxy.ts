import { Buffer } from "node:buffer";
import { createServer, type Socket } from "node:net";
import { SocketSet } from "../socket_set.ts";
import { openProxy, type Proxy, type ProxyOptions, type ProxyParts, splice } from "./proxy.ts";

const NO_AUTH = 0;
const PASSWORD = 2;
const NONE_ACCEPTABLE = 0xff;
const GENERAL_FAILURE = 1;

/** Opens a SOCKS5 proxy (RFC 1928) with the authentication of RFC 1929. */
export function startSocksProxy(options: ProxyOptions = {}): Promise<Proxy> {
  const parts = { asks: [], sockets: new SocketSet() };
  const server = createServer((client) =>
    void serve(client, parts, options).catch(() => client.destroy())
  );
  return openProxy(parts, server);
}

async function serve(client: Socket, parts: ProxyParts, options: ProxyOptions): Promise<void> {
  if (options.manner === "hang") return void client.resume();
  let bytes = Buffer.alloc(0);
  const read = async (length: number) => {
    while (bytes.length < length) {
      const value = await nextChunk(client);
      if (value === undefined) throw new Error("the client hung up");
      bytes = Buffer.concat([bytes, value]);
    }
    const taken = bytes.subarray(0, length);
    bytes = bytes.subarray(length);
    return taken;
  };
  const readString = async () => (await read((await read(1))[0]!)).toString("utf8");

  const [, count] = await read(2);
  const offered = await read(count!);
  const method = options.auth === undefined ? NO_AUTH : PASSWORD;
  if (!offered.includes(method)) return void client.end(Uint8Array.of(5, NONE_ACCEPTABLE));
  client.write(Uint8Array.of(5, method));
  let username: string | undefined;
  if (options.auth !== undefined) {
    await read(1);
    username = await readString();
    const password = await readString();
    const known = username === options.auth.username && password === options.auth.password;
    if (!known) return void client.end(Uint8Array.of(1, 1));
    client.write(Uint8Array.of(1, 0));
  }
  const [, , , type] = await read(4);
  const host = type === 3
    ? await readString()
    : type === 1
    ? (await read(4)).join(".")
    : ipv6(await read(16));
  const port = (await read(2)).readUInt16BE();
  parts.asks.push({ method: "CONNECT", target: `${host}:${port}`, username });
  if (options.manner === "refuse") return void client.end(reply(GENERAL_FAILURE));
  const target = await splice(client, options.route?.(host, port) ?? port, parts.sockets);
  client.write(reply(0));
  target.write(bytes);
  target.pipe(client).pipe(target);
}

/** One chunk, after which the client is paused; none when it hangs up. */
function nextChunk(client: Socket): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const settle = (value?: Buffer) => {
      client.off("data", settle).off("close", onClose);
      client.pause();
      resolve(value);
    };
    const onClose = () => settle();
    client.on("data", settle).once("close", onClose);
    client.resume();
  });
}

function reply(code: number): Uint8Array {
  return Uint8Array.of(5, code, 0, 1, 0, 0, 0, 0, 0, 0);
}

function ipv6(bytes: Buffer): string {
  return Array.from({ length: 8 }, (_, at) => bytes.readUInt16BE(at * 2).toString(16)).join(":");
}
