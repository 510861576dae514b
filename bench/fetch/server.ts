/**
 * The server of the benchmark, in a process of its own: a 10 KB page, plain and over TLS.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { createServer, type RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Server } from "node:net";
import { makeCertificates } from "../../tests/site/certificates.ts";

const PAGE = Buffer.from(
  `<!doctype html><title>Bench</title>${"<p>Ten kilobytes of it, more or less.</p>\n".repeat(244)}`,
);

const answer: RequestListener = (_, response) => {
  response.writeHead(200, {
    "content-type": "text/html; charset=utf-8",
    "content-length": PAGE.byteLength,
  });
  response.end(PAGE);
};

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

const { certPem, keyPem, caPem } = await makeCertificates();
const plain = await listen(createServer({ keepAliveTimeout: 0 }, answer));
const tls = await listen(
  createTlsServer({ key: keyPem, cert: certPem + caPem, keepAliveTimeout: 0 }, answer),
);
console.log(JSON.stringify({
  plain: `http://127.0.0.1:${plain}/`,
  tls: `https://localhost:${tls}/`,
  bytes: PAGE.byteLength,
  caPem,
}));
