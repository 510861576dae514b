import { NetworkError } from "@orbweaver/session";
import { ConnectError, TlsError } from "../errors.ts";

const TLS = /certificate|CERT_|_CERT|SELF_SIGNED|WRONG_VERSION_NUMBER|SSL|TLS|handshake/i;
/** What proxies answer; "SOCKS handshake" has nothing to do with TLS. */
const NO_TUNNEL = /SOCKS|tunnel|Proxy (?:response|Authentication)/i;
const NO_CONNECTION =
  /\((?:Proxy)?Connect\)|ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|UND_ERR_CONNECT_TIMEOUT|not public|bad port/;
/** Parts of the transports' texts that tell nobody anything: where in their own layers it happened. */
const NOISE =
  /^(?:Error|TypeError|[Ff]etch failed|[A-Z]+ |error sending request .*|client error \(\w+\)|error decoding response body)$/;

/**
 * The error for a request that got no answer. What happened is only in the texts of the transports'
 * errors: "(Connect)" is wreq's and Deno's word, codes such as ECONNREFUSED are Node's.
 *
 * @param url What was asked for.
 * @param cause What the transport said.
 */
export function networkError(url: string, cause: unknown): NetworkError {
  const said = describe(cause).replaceAll(url, "");
  const text = essence(said);
  const facts = { url, cause };
  const connecting = NO_CONNECTION.test(said);
  const tunnel = NO_TUNNEL.test(said);
  if (TLS.test(said) && !tunnel) {
    return new TlsError(
      `No secure connection for ${url}: ${text}; check the site's certificate, or set 'verify: false'`,
      facts,
    );
  }
  if (connecting || tunnel) return new ConnectError(`Could not connect for ${url}: ${text}`, facts);
  return new NetworkError(`The connection failed during ${url}: ${text}`, facts);
}

/** An error's message and that of its cause, which is where `fetch` says what happened. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as { code?: unknown };
  const own = typeof code === "string" ? `${code} ${error.message}` : error.message;
  return error.cause === undefined ? own : `${own}: ${describe(error.cause)}`;
}

/** What happened, said once. */
function essence(said: string): string {
  const parts = said.split(": ");
  const telling = parts.filter((part, index) => !NOISE.test(part) && part !== parts[index - 1]);
  return telling.length === 0 ? said : telling.join(": ");
}
