import { createServer } from "node:https";
import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import { makeCertificates } from "./certificates.ts";
import { listen } from "./listen.ts";
import { SocketSet } from "./socket_set.ts";

/** A server that lets in only who shows a certificate from its own authority. */
export interface MutualTlsServer extends AsyncDisposable {
  /** Its URL, without a path. */
  readonly url: string;
  /** The certificate of the throw-away authority, for clients to trust. */
  readonly caPem: string;
  /** A certificate that it accepts, with its key. */
  readonly client: { readonly cert: string; readonly key: string };
}

/** Starts it on loopback; it answers with the common name of the client's certificate. */
export async function startMutualTlsServer(): Promise<MutualTlsServer> {
  const { caPem, certPem, keyPem, client } = await makeCertificates();
  const sockets = new SocketSet();
  const server = createServer(
    { key: keyPem, cert: certPem + caPem, ca: caPem, requestCert: true, rejectUnauthorized: true },
    (request, response) => {
      response.end((request.socket as TLSSocket).getPeerCertificate().subject.CN);
    },
  );
  server.on("connection", (socket: Socket) => sockets.add(socket));
  server.on("tlsClientError", (_error, socket) => socket.destroy());
  const listening = await listen(server);
  return {
    url: `https://localhost:${listening.port}`,
    caPem,
    client,
    [Symbol.asyncDispose]: async () => {
      const closing = listening.close();
      await sockets.destroy();
      await closing;
    },
  };
}
