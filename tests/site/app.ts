import type { Connection } from "./connection.ts";
import type { RecordedRequest } from "./recorder.ts";
import { Recorder } from "./recorder.ts";
import { type NodeRequest, type NodeResponse, Reply } from "./reply.ts";
import { findRoute, type Routes } from "./route.ts";

/** Records and answers requests, whichever server they came to. */
export class App {
  /** What arrived. */
  readonly recorder: Recorder = new Recorder();
  #routes: Routes;
  #running = new Set<Promise<void>>();

  constructor(routes: Routes) {
    this.#routes = routes;
  }

  /** Takes a request over from a server. */
  accept(message: NodeRequest, response: NodeResponse, connection: Connection): void {
    const request = this.recorder.record({
      method: message.method ?? "",
      target: message.url ?? "",
      protocol: message.httpVersionMajor === 2 ? "HTTP/2" : `HTTP/${message.httpVersion}`,
      wireHeaders: message.rawHeaders,
      connection,
    });
    response.once("finish", () => request.end("answered"));
    response.once("close", () => request.end("aborted"));
    const running = this.#answer(request, message, new Reply(message, response));
    this.#running.add(running);
    running.finally(() => this.#running.delete(running));
  }

  /** Waits until no route is running. */
  async idle(): Promise<void> {
    await Promise.all(this.#running);
  }

  async #answer(request: RecordedRequest, message: NodeRequest, reply: Reply): Promise<void> {
    try {
      request.body = await readBody(message);
      const match = findRoute(this.#routes, request.path);
      if (match === undefined) {
        throw new Error(`No route answers ${request.method} ${request.path}`);
      }
      await match.route({ request, reply, rest: match.rest });
    } catch (error) {
      if (reply.over.aborted) return;
      reply.send(500, [["content-type", "text/plain"]], String(error));
    }
  }
}

async function readBody(message: NodeRequest): Promise<string> {
  const decoder = new TextDecoder();
  let body = "";
  for await (const chunk of message) body += decoder.decode(chunk, { stream: true });
  return body + decoder.decode();
}
