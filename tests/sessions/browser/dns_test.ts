import { DynamicSession } from "@orbweaver/browser-session";
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createSecureServer, type Http2ServerRequest } from "node:http2";
import { makeCertificates } from "../../site/certificates.ts";
import { startSite } from "../../site/mod.ts";
import { browserTest } from "./_browser.ts";

const A = 1;

browserTest("dnsOverHttps looks names up there, and nowhere else", async () => {
  await using site = await startSite();
  await using dns = await startDnsServer("shop.orbweaver.example");
  await using session = new DynamicSession({
    dnsOverHttps: dns.url,
    // The server's certificate is a throw-away one.
    extraFlags: ["--ignore-certificate-errors"],
    retries: 1,
  });
  const { port } = new URL(site.url);
  const page = await session.fetch(`http://shop.orbweaver.example:${port}/plain/1`);
  assert.equal(page.status, 200);
  assert.ok(dns.asked.includes("shop.orbweaver.example"));
  await assert.rejects(session.fetch(`http://localhost.orbweaver.example:${port}/plain/1`), {
    code: "net::ERR_NAME_NOT_RESOLVED",
  });
});

/** A DNS server over HTTPS (RFC 8484) that knows one name: it is this machine. */
async function startDnsServer(known: string) {
  const { keyPem: key, certPem, caPem } = await makeCertificates();
  const asked: string[] = [];
  const server = createSecureServer({ key, cert: certPem + caPem }, async (request, response) => {
    const question = await bytesOf(request);
    const { name, type, end } = readQuestion(question);
    asked.push(name);
    const found = name === known && type === A;
    response.setHeader("content-type", "application/dns-message");
    response.end(answer(question.subarray(0, end), found, name === known));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const sessions = new Set<{ destroy(): void }>();
  server.on("session", (session) => sessions.add(session));
  const { port } = server.address() as { port: number };
  return {
    url: `https://127.0.0.1:${port}/dns-query`,
    asked,
    [Symbol.asyncDispose]: async () => {
      for (const session of sessions) session.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

async function bytesOf(request: Http2ServerRequest): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** The first question of a message (RFC 1035 §4.1.2), and where it ends. */
function readQuestion(message: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = message[at]!; length > 0; length = message[at]!) {
    labels.push(message.toString("latin1", at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join("."), type: message.readUInt16BE(at + 1), end: at + 5 };
}

/** The question again with 127.0.0.1, with nothing, or with "no such name". */
function answer(question: Buffer, found: boolean, exists: boolean): Buffer {
  const header = Buffer.from(question.subarray(0, 12));
  header.writeUInt16BE(exists ? 0x8180 : 0x8183, 2);
  header.fill(0, 4);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(found ? 1 : 0, 6);
  const record = [0xc0, 12, 0, A, 0, 1, 0, 0, 0, 60, 0, 4, 127, 0, 0, 1];
  return Buffer.concat([header, question.subarray(12), Buffer.from(found ? record : [])]);
}
