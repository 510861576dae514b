import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Detector } from "./_detectors.ts";

const PATIENCE_MS = 60_000;

/** What a detector flags, by the detector's name. */
export type Score = Record<string, string[]>;

/** A site on loopback with a page for each detector; a page posts what it found, and leads to the next. */
export class DetectorSite implements AsyncDisposable {
  readonly #detectors: readonly Detector[];
  readonly #scores = new Map<string, Score>();
  readonly #waiting = new Map<string, () => void>();
  readonly #server = createServer((request, response) => void this.#answer(request, response));

  /** @param detectors The detectors. */
  constructor(detectors: readonly Detector[]) {
    this.#detectors = detectors;
  }

  /** Begins to listen. */
  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
  }

  /**
   * Where a browser begins.
   *
   * @param who Its name.
   */
  urlFor(who: string): string {
    return `${this.#origin}/page/${encodeURIComponent(this.#detectors[0]!.name)}?${who}`;
  }

  /**
   * What was found out about a browser; waits until the last detector is done, up to a minute.
   *
   * @param who Its name.
   */
  async scoreOf(who: string): Promise<Score> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#waiting.set(who, resolve);
    this.#look(who);
    const timer = setTimeout(() => {
      reject(new Error(`${who} came as far as ${JSON.stringify(this.#scores.get(who))}`));
    }, PATIENCE_MS);
    await promise.finally(() => clearTimeout(timer));
    return this.#scores.get(who)!;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  get #origin(): string {
    const { port } = this.#server.address() as { port: number };
    return `http://127.0.0.1:${port}`;
  }

  #look(who: string): void {
    const score = this.#scores.get(who) ?? {};
    if (this.#detectors.every(({ name }) => name in score)) this.#waiting.get(who)?.();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, search } = new URL(request.url!, this.#origin);
    const [first, second = "", third = ""] = pathname.slice(1).split("/").map(decodeURIComponent);
    const who = search.slice(1);
    const send = (type: string, body: string) => {
      response.setHeader("content-type", `${type}; charset=utf-8`).end(body);
    };
    if (first === "page") return send("text/html", this.#page(second, who, request));
    if (first === "frame") return send("text/html", FRAME);
    if (first === "headers") return send("application/json", JSON.stringify(request.headers));
    if (first === "report") {
      const score = this.#scores.get(who) ?? {};
      this.#scores.set(who, { ...score, [second]: JSON.parse(await textOf(request)) });
      this.#look(who);
      return send("text/plain", "");
    }
    send("text/javascript", this.#script(second, third) ?? "");
  }

  #script(detectorName: string, script: string): string | undefined {
    const detector = this.#detectors.find(({ name }) => name === detectorName);
    return script === "main.js" ? detector?.main : detector?.scripts[script];
  }

  #page(detector: string, who: string, { headers }: IncomingMessage): string {
    const place = this.#detectors.findIndex(({ name }) => name === detector);
    const next = this.#detectors[place + 1];
    return `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>A page</title>
<link rel="icon" href="data:,"></head><body style="background: #fff"><h1>A page</h1>
<script>document.requestHeaders = ${JSON.stringify(headers)};</script>
<script type="module">
const report = async (flags) => {
  const body = JSON.stringify(flags);
  await fetch("/report/${detector}?${who}", { method: "POST", body });
};
try {
  const { default: detect } = await import("/script/${detector}/main.js");
  await report(await detect());
} catch (error) {
  await report(["failed: " + error]);
}
${
      next === undefined
        ? `document.body.className = "done";`
        : `location.href = "/page/${next.name}?${who}";`
    }
</script></body></html>`;
  }
}

const FRAME = `<script type="module">
import { headersFromHere, lookAround } from "/script/probes/worker.js";
parent.postMessage({ facts: await lookAround(), headers: await headersFromHere() }, "*");
</script>`;

async function textOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) text += chunk;
  return text;
}
