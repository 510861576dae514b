import { isPrivateAddress } from "@orbweaver/session";
import type { Socket } from "node:net";
import type { Network } from "./network.ts";
import { SocksTunnel } from "./socks_tunnel.ts";
import { TransportUnavailableError } from "../errors.ts";

/** A hostile site may redirect to names without end. */
const MAX_REFUSED = 1_000;

/** A name that leads to an address that is not public. */
export class PrivateAddress extends Error {
  /** The name of this class of errors. */
  override name = "PrivateAddress";
  /** The address. */
  readonly address: string;

  /**
   * Makes the error.
   *
   * @param host The name.
   * @param address Its address.
   */
  constructor(host: string, address: string) {
    super(`${host} has the address ${address}, which is not public`);
    this.address = address;
  }
}

/**
 * Lets connections to public addresses pass, and no others. A name is looked up once, and what was
 * checked is what is connected to: looking it up a second time would let a name server answer with a
 * public address first and a private one afterwards ("DNS rebinding").
 */
export class AddressGuard {
  readonly #network: Network;
  readonly #tunnel: SocksTunnel;
  /** Refused names and why; whoever sent the request only hears that it could not connect. */
  readonly #refused = new Map<string, string>();

  /**
   * Makes a guard; nothing is opened before it is needed.
   *
   * @param network Where names are looked up and connections go.
   */
  constructor(network: Network) {
    this.#network = network;
    this.#tunnel = new SocksTunnel((host, port, signal) => this.#connect(host, port, signal));
  }

  /**
   * The addresses of a name, all of them public.
   *
   * @param host The name.
   * @throws {PrivateAddress} If one is not.
   * @throws {Error} If the name is unknown.
   */
  async resolve(host: string): Promise<readonly string[]> {
    const addresses = await this.#network.lookup(host);
    const address = addresses.find(isPrivateAddress);
    if (address === undefined) {
      this.#refused.delete(host);
      return addresses;
    }
    this.#remember(host, address);
    throw new PrivateAddress(host, address);
  }

  /**
   * A SOCKS proxy on this machine that connects to public addresses only.
   *
   * @throws {TransportUnavailableError} If it can't be opened.
   */
  async tunnelUrl(): Promise<string> {
    try {
      return await this.#tunnel.open();
    } catch (cause) {
      throw new TransportUnavailableError(
        `Checking where a redirect leads needs a port on 127.0.0.1, which could not be opened (${
          String(cause)
        }); allow it with --allow-net=127.0.0.1 in Deno, or set 'followRedirects' to true or false`,
        { cause },
      );
    }
  }

  /**
   * Why a connection to a name was refused, if it was.
   *
   * @param host The name.
   * @returns The address that is not public.
   */
  refusalOf(host: string): string | undefined {
    return this.#refused.get(host);
  }

  /** Closes the tunnel with every connection. */
  close(): Promise<void> {
    return this.#tunnel.close();
  }

  #remember(host: string, address: string): void {
    this.#refused.delete(host);
    this.#refused.set(host, address);
    if (this.#refused.size <= MAX_REFUSED) return;
    for (const oldest of this.#refused.keys()) {
      this.#refused.delete(oldest);
      return;
    }
  }

  async #connect(host: string, port: number, signal: AbortSignal): Promise<Socket> {
    let failure: unknown;
    for (const address of await this.resolve(host)) {
      signal.throwIfAborted();
      const socket = this.#network.connect(address, port);
      try {
        await connected(socket, signal);
        return socket;
      } catch (error) {
        socket.destroy();
        failure = error;
      }
    }
    throw failure ?? new Error(`${host} has no address`);
  }
}

function connected(socket: Socket, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (error?: unknown) => {
      socket.off("connect", settle).off("error", settle);
      signal.removeEventListener("abort", onAbort);
      error === undefined ? resolve() : reject(error);
    };
    const onAbort = () => settle(signal.reason);
    socket.once("connect", () => settle()).once("error", settle);
    signal.addEventListener("abort", onAbort, { once: true });
  });
}
