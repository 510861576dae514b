/** A connection to a browser in the form that Puppeteer takes. */
export interface SocketTransport {
  send(message: string): void;
  close(): void;
  onmessage?: (message: string) => void;
  onclose?: () => void;
}

/**
 * Connects to a browser. Puppeteer would do it by itself, but could not be stopped half-way: a server
 * that accepts connections and says nothing would keep one open for ever.
 *
 * @param endpoint The browser's WebSocket address.
 * @param signal Gives up; nothing is left open then.
 */
export async function openSocketTransport(
  endpoint: string,
  signal: AbortSignal | undefined,
): Promise<SocketTransport> {
  signal?.throwIfAborted();
  const socket = new WebSocket(endpoint);
  const giveUp = () => socket.close();
  signal?.addEventListener("abort", giveUp, { once: true });
  try {
    await opened(socket, endpoint);
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener("abort", giveUp);
  }
  const transport: SocketTransport = {
    send: (message) => socket.send(message),
    close: () => socket.close(),
  };
  socket.addEventListener("message", ({ data }) => transport.onmessage?.(data));
  socket.addEventListener("close", () => transport.onclose?.(), { once: true });
  return transport;
}

function opened(socket: WebSocket, endpoint: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = () => reject(new Error(`Nobody answers at ${new URL(endpoint).host}`));
    socket.addEventListener("open", () => resolve(), { once: true });
    socket.addEventListener("error", fail, { once: true });
    socket.addEventListener("close", fail, { once: true });
  });
}
