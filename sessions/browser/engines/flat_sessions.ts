import type { BrowserCdpSession, CdpSession } from "./engine.ts";

/** Astral ignores answers to ids that it did not give out; it counts from 1. */
const FIRST_ID = 1_000_000_000;

interface Message {
  id?: number;
  method?: string;
  params?: unknown;
  result?: unknown;
  error?: { message: string; data?: string };
  sessionId?: string;
}

interface Pending {
  readonly method: string;
  readonly sessionId: string | undefined;
  resolve(result: unknown): void;
  reject(error: Error): void;
}

type Listener = (params: unknown) => void;

/** CDP's flat sessions over a browser's WebSocket that someone else opened and also uses. */
export class FlatSessions {
  /** The session to the browser itself. */
  readonly root: BrowserCdpSession;
  /** Resolves when the socket is closed. */
  readonly closed: Promise<void>;
  readonly #socket: WebSocket;
  readonly #pending = new Map<number, Pending>();
  readonly #listeners = new Map<string, Set<Listener>>();
  #nextId = FIRST_ID;

  /**
   * Listens to a socket.
   *
   * @param socket The browser's socket, open.
   */
  constructor(socket: WebSocket) {
    this.#socket = socket;
    this.root = {
      ...this.#session(undefined),
      child: (sessionId) => this.#session(sessionId),
    };
    socket.addEventListener("message", ({ data }) => this.#receive(JSON.parse(data as string)));
    this.closed = new Promise((resolve) => {
      socket.addEventListener("close", () => {
        this.#fail(() => true, "the connection to the browser is closed");
        resolve();
      }, { once: true });
    });
  }

  /**
   * Opens a session to a target.
   *
   * @param targetId The target's id.
   */
  async attach(targetId: string): Promise<CdpSession> {
    const { sessionId } = await this.root.send<{ sessionId: string }>("Target.attachToTarget", {
      targetId,
      flatten: true,
    });
    return this.#session(sessionId);
  }

  #session(sessionId: string | undefined): CdpSession {
    return {
      send: <T>(method: string, params?: object) => this.#send<T>(method, params, sessionId),
      on: <T>(event: string, listener: (params: T) => void) =>
        this.#on(`${sessionId ?? ""} ${event}`, listener as Listener),
      detach: async () => void await this.root.send("Target.detachFromTarget", { sessionId }),
    };
  }

  #send<T>(method: string, params: object | undefined, sessionId: string | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#socket.readyState !== WebSocket.OPEN) {
        return reject(new Error(`${method} failed: the connection to the browser is closed`));
      }
      const id = this.#nextId++;
      const settle = resolve as (result: unknown) => void;
      this.#pending.set(id, { method, sessionId, resolve: settle, reject });
      this.#socket.send(JSON.stringify({ id, method, params, sessionId }));
    });
  }

  #on(key: string, listener: Listener): () => void {
    const listeners = this.#listeners.get(key) ?? new Set();
    this.#listeners.set(key, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#listeners.delete(key);
    };
  }

  #receive(message: Message): void {
    if (message.id !== undefined) return this.#settle(message.id, message);
    const { method, params, sessionId = "" } = message;
    if (method === "Target.detachedFromTarget") {
      const { sessionId: detached } = params as { sessionId: string };
      this.#fail((pending) => pending.sessionId === detached, "the target is gone");
    }
    for (const listener of [...this.#listeners.get(`${sessionId} ${method}`) ?? []]) {
      listener(params);
    }
  }

  #settle(id: number, { result, error }: Message): void {
    const pending = this.#pending.get(id);
    if (pending === undefined) return;
    this.#pending.delete(id);
    if (error === undefined) return pending.resolve(result);
    const details = error.data === undefined ? "" : ` (${error.data})`;
    pending.reject(new Error(`${pending.method} failed: ${error.message}${details}`));
  }

  #fail(concerns: (pending: Pending) => boolean, reason: string): void {
    for (const [id, pending] of this.#pending) {
      if (!concerns(pending)) continue;
      this.#pending.delete(id);
      pending.reject(new Error(`${pending.method} failed: ${reason}`));
    }
  }
}
