import { join } from "node:path";

/** What the shop's server saw since it was last asked. */
export interface ShopReport {
  readonly requests: number;
  /** How many different products were asked for. */
  readonly productsVisited: number;
  readonly cpuMicroseconds: number;
  /** Requests per second without the first and the last tenth of them. */
  readonly steadyPagesPerSecond: number;
  readonly mostConnections: number;
}

/** The shop, in a process of its own, until it is disposed of. */
export class ShopProcess implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  /** Where it is. */
  readonly url: string;

  private constructor(process: Deno.ChildProcess, url: string) {
    this.#process = process;
    this.url = url;
  }

  /**
   * Opens a shop.
   *
   * @param products How many products it has.
   * @param latencyMs How long it waits before each answer.
   */
  static async open(products: number, latencyMs: number): Promise<ShopProcess> {
    const process = new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "-A",
        "--no-check",
        join(import.meta.dirname!, "shop_server.ts"),
        `${products}`,
        `${latencyMs}`,
      ],
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    let text = "";
    for await (const piece of process.stdout.pipeThrough(new TextDecoderStream())) {
      text += piece;
      if (text.endsWith("}\n")) break;
    }
    return new ShopProcess(process, (JSON.parse(text) as { url: string }).url);
  }

  /** What happened since the last call. */
  async report(): Promise<ShopReport> {
    return await (await fetch(`${this.url}/-/report`)).json();
  }

  /** Ends the process, and waits until it has ended. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process.stdin.close();
    await this.#process.status;
  }
}
