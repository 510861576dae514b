import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";

/** How a server is started. */
export interface RedisServerOptions {
  /** Keep the data in an append-only file, so that they survive the process. Default false. */
  appendOnly?: boolean;
  /** More arguments, such as `--maxmemory 10mb`. */
  args?: readonly string[];
  /** Listen with TLS: the files of the certificate, its key, and its authority's certificate. */
  tls?: { cert: string; key: string; ca: string };
}

/** How long a server may take to begin, and how often it is looked for meanwhile. */
const MOST_START_MS = 20_000;
const EVERY_MS = 20;
/** How often another port is tried, since somebody may take a free one before the server does. */
const MOST_PORTS = 10;

/** Whether there is a redis-server; tests that need one are skipped without, and say so. */
export const HAS_REDIS: boolean = hasRedis();

/** A real Redis of one's own on loopback, with its files in a folder that is deleted with it. */
export class RedisServer implements AsyncDisposable {
  readonly port: number;
  readonly #options: RedisServerOptions;
  readonly #folder: string;
  #child: ChildProcess | undefined;

  private constructor(port: number, folder: string, options: RedisServerOptions) {
    this.port = port;
    this.#folder = folder;
    this.#options = options;
  }

  /** Starts a server. */
  static async start(options: RedisServerOptions = {}): Promise<RedisServer> {
    const folder = await mkdtemp(join(tmpdir(), "orbweaver-redis-"));
    for (let attempt = 1;; attempt++) {
      const server = new RedisServer(await freePort(), folder, options);
      try {
        await server.restart();
        return server;
      } catch (error) {
        if (attempt < MOST_PORTS) continue;
        await rm(folder, { recursive: true, force: true });
        throw error;
      }
    }
  }

  /** Its address. */
  get url(): string {
    return this.#options.tls ? `rediss://localhost:${this.port}` : `redis://127.0.0.1:${this.port}`;
  }

  /** Its process. */
  get pid(): number {
    return this.#child!.pid!;
  }

  /** Starts it again, on the same port and with the same files, after it was killed. */
  async restart(): Promise<void> {
    const { appendOnly = false, args = [], tls } = this.#options;
    const listen = tls === undefined ? ["--port", `${this.port}`] : [
      ...["--port", "0", "--tls-port", `${this.port}`, "--tls-auth-clients", "no"],
      ...["--tls-cert-file", tls.cert, "--tls-key-file", tls.key, "--tls-ca-cert-file", tls.ca],
    ];
    const child = spawn("redis-server", [
      ...listen,
      ...["--bind", "127.0.0.1", "--save", "", "--dir", this.#folder],
      ...["--appendonly", appendOnly ? "yes" : "no", "--appendfsync", "everysec"],
      ...args,
    ], { stdio: "ignore" });
    this.#child = child;
    let hasEnded = false;
    child.once("exit", () => hasEnded = true);
    const until = Date.now() + MOST_START_MS;
    while (!await accepts(this.port)) {
      if (hasEnded || Date.now() > until) {
        await this.kill();
        throw new Error(`redis-server did not begin on port ${this.port}`);
      }
      await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    }
    if (hasEnded) throw new Error(`Another server has the port ${this.port}`);
  }

  /** Kills it with SIGKILL; idempotent. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, "exit");
    child.kill("SIGKILL");
    await exit;
  }

  /** How many bytes its data take, by its own account. */
  async usedMemory(): Promise<number> {
    const info = await ask(this.port, "INFO memory");
    return Number(/^used_memory:(\d+)/m.exec(info)?.[1]);
  }

  /** Lets it hang: it keeps its connections, and answers nothing until {@linkcode RedisServer.goOn}. */
  hang(): void {
    process.kill(this.pid, "SIGSTOP");
  }

  /** Lets it go on. */
  goOn(): void {
    process.kill(this.pid, "SIGCONT");
  }

  /** Kills it, and deletes its files. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** A port that nobody has now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    const end = (answer: boolean) => {
      socket.destroy();
      socket.once("close", () => resolve(answer));
    };
    socket.once("connect", () => end(true));
    socket.once("error", () => end(false));
  });
}

/** Sends one command of few words, and gives the answer as it comes. */
function ask(port: number, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    const socket = connect(port, "127.0.0.1", () => socket.end(`${command}\r\nQUIT\r\n`));
    socket.setEncoding("utf8").on("data", (part) => text += part);
    socket.once("error", reject);
    socket.once("close", () => resolve(text));
  });
}

function hasRedis(): boolean {
  try {
    execFileSync("redis-server", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
