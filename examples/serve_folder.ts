import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize, resolve, sep } from "node:path";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".htm": "text/html",
  ".css": "text/css",
  ".js": "text/javascript",
  ".svg": "image/svg+xml",
  ".png": "image/png",
};

/** A folder served over HTTP on loopback, until it is disposed of. */
export interface FolderServer extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`, without a slash at the end. */
  readonly url: string;
}

/** Serves a folder's files on loopback, on a free port. */
export async function serveFolder(folder: string): Promise<FolderServer> {
  const root = resolve(folder);
  if (!(await stat(root)).isDirectory()) throw new TypeError(`Not a folder: ${folder}`);
  const server = createServer((request, response) => void answer(root, request, response));
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

async function answer(root: string, request: IncomingMessage, response: ServerResponse) {
  const { pathname } = new URL(request.url ?? "/", "http://localhost");
  const path = normalize(join(root, decodeURIComponent(pathname)));
  const file = path.endsWith(sep) ? join(path, "index.html") : path;
  const isFile = file.startsWith(root + sep) && await isRegularFile(file);
  response.statusCode = isFile ? 200 : 404;
  response.setHeader("content-type", TYPES[extname(file)] ?? "application/octet-stream");
  if (isFile) createReadStream(file).pipe(response);
  else response.end("Not found");
}

async function isRegularFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
