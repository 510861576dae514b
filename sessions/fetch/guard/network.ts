import { lookup } from "node:dns/promises";
import { connect, type Socket } from "node:net";

/** What the guard needs of the outside world; tests put a small world of their own in its place. */
export interface Network {
  /**
   * The addresses of a name.
   *
   * @throws {Error} If the name is unknown.
   */
  lookup(host: string): Promise<readonly string[]>;
  /** Begins a connection to an address. */
  connect(address: string, port: number): Socket;
}

/** The network of this machine. */
export const SYSTEM_NETWORK: Network = {
  lookup: async (host) => (await lookup(host, { all: true })).map(({ address }) => address),
  connect: (address, port) => connect({ host: address, port }),
};

/** The key under which a session's options may carry another {@linkcode Network}; not public. */
export const NETWORK: unique symbol = Symbol("Network of a FetchSession");
