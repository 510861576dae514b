import { createServer } from "node:net";
import { listen } from "./listen.ts";

/** A server that accepts connections and says nothing. */
export interface SilentServer extends AsyncDisposable {
  /** Where it is: `https:`, so that a client waits in the TLS handshake. */
  readonly url: string;
}

/** Opens a server that accepts connections and says nothing. */
export async function startSilentServer(): Promise<SilentServer> {
  const server = createServer((socket) => socket.on("error", () => socket.destroy()).resume());
  const { port, close } = await listen(server);
  return { url: `https://localhost:${port}/`, [Symbol.asyncDispose]: close };
}
