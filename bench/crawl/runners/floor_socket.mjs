/*
 * The floor with bare sockets in Deno: `floor_socket.mjs URL OUTPUT CONCURRENCY`. It understands no more
 * of HTTP than the shop's server speaks, so that no client can be cheaper.
 */
import process from "node:process";
import { crawl } from "./_floor.mjs";

const [url, path, concurrency] = process.argv.slice(2);
const { hostname, port, host } = new URL(url);
const utf8 = new TextDecoder();
const ascii = new TextEncoder();

class Connection {
  #socket;
  #input = new Uint8Array(64 * 1024);

  static async open() {
    const connection = new Connection();
    connection.#socket = await Deno.connect({ hostname, port: Number(port) });
    connection.#socket.setNoDelay();
    return connection;
  }

  async text(url) {
    const head = `GET ${new URL(url).pathname} HTTP/1.1\r\nHost: ${host}\r\nAccept: */*\r\n\r\n`;
    await this.#socket.write(ascii.encode(head));
    let filled = 0;
    let bodyStart = -1;
    let end = Infinity;
    while (filled < end) {
      const count = await this.#socket.read(this.#input.subarray(filled));
      if (count === null) throw new Error("The connection ended");
      filled += count;
      if (bodyStart !== -1) continue;
      const start = utf8.decode(this.#input.subarray(0, Math.min(filled, 1024)));
      const headEnd = start.indexOf("\r\n\r\n");
      if (headEnd === -1) continue;
      bodyStart = headEnd + 4;
      end = bodyStart + Number(/content-length: (\d+)/i.exec(start)[1]);
    }
    return utf8.decode(this.#input.subarray(bodyStart, end));
  }

  close() {
    this.#socket.close();
  }
}

const connections = [];
await crawl(url, path, Number(concurrency), async (url, worker) => {
  connections[worker] ??= await Connection.open();
  return await connections[worker].text(url);
});
for (const connection of connections) connection?.close();
