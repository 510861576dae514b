import { createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { Socket } from "node:net";
import { App } from "../app.ts";
import { makeCertificates } from "../certificates.ts";
import type { Connection } from "../connection.ts";
import { listen } from "../listen.ts";
import type { RecordedRequest } from "../recorder.ts";
import type { NodeRequest, NodeResponse } from "../reply.ts";
import { KEEP_CONNECTIONS } from "../site.ts";
import { type Attempt, ChallengeDesk } from "./desk.ts";
import { siteRoutes, widgetRoutes } from "./routes.ts";

/** A site that holds its pages back by imitations of Cloudflare's challenges. README.md tells more. */
export interface ChallengeSite extends AsyncDisposable {
  /** Where it is, without a slash at the end. */
  readonly url: string;
  /** What the browser has to be told to find the widgets' host on this machine. */
  readonly browserFlags: readonly string[];
  /** Every click on a widget and every solution handed in, with what was wrong with it. */
  readonly attempts: readonly Attempt[];
  /** The recorded requests to a path, of the site or of the widgets' host. */
  requestsTo(path: string): RecordedRequest[];
  /** The first request to a path of the site, waited for if need be. */
  arrival(path: string): Promise<RecordedRequest>;
}

/** Opens the site over HTTP, and the widgets' host over TLS, both on loopback. */
export async function startChallengeSite(): Promise<ChallengeSite> {
  const desk = new ChallengeDesk();
  const site = new App(siteRoutes(desk));
  const widgets = new App(widgetRoutes(desk));
  const { certPem: cert, keyPem: key } = await makeCertificates();
  const siteServer = await listen(createServer(KEEP_CONNECTIONS, acceptorOf(site, false)));
  const tls = createTlsServer({ ...KEEP_CONNECTIONS, cert, key }, acceptorOf(widgets, true));
  tls.on("tlsClientError", (_error, socket) => socket.destroy());
  const widgetServer = await listen(tls);
  return {
    url: `http://127.0.0.1:${siteServer.port}`,
    browserFlags: [
      `--host-resolver-rules=MAP challenges.cloudflare.com:443 127.0.0.1:${widgetServer.port}`,
      "--ignore-certificate-errors",
    ],
    attempts: desk.attempts,
    requestsTo: (path) => [site, widgets].flatMap(({ recorder }) => recorder.requestsTo(path)),
    arrival: (path) => site.recorder.arrival(path),
    [Symbol.asyncDispose]: async () => {
      await Promise.all([siteServer.close(), widgetServer.close()]);
      await Promise.all([site.idle(), widgets.idle()]);
    },
  };
}

function acceptorOf(app: App, secure: boolean) {
  const connections = new WeakMap<Socket, Connection>();
  let count = 0;
  return (message: NodeRequest, response: NodeResponse) => {
    const connection = connections.get(message.socket) ?? { id: ++count, secure };
    connections.set(message.socket, connection);
    app.accept(message, response, connection);
  };
}
