import type { Frontier, FrontierItem, Lease } from "@orbweaver/spider";

/**
 * A frontier of texts on one of bytes.
 *
 * @param inner The frontier of bytes.
 * @param closed Called when it is closed.
 */
export function textFrontier(
  inner: Frontier<Uint8Array>,
  closed: () => Promise<void> = () => Promise.resolve(),
): Frontier<string> {
  const close = async () => {
    await inner.close();
    await closed();
  };
  return {
    push: (items, options) => inner.push(items.map(toBytes), options),
    lease: async (options) => (await inner.lease(options)).map(toText),
    extend: (leases, ms) => inner.extend(leases.map(back), ms),
    settle: (lease, { discovered = [], ...outcome }) =>
      inner.settle(back(lease), { ...outcome, discovered: discovered.map(toBytes) }),
    retry: (lease, { payload, ...options } = {}) =>
      inner.retry(
        back(lease),
        payload === undefined ? options : { ...options, payload: encode(payload) },
      ),
    bury: (lease, reason, options) => inner.bury(back(lease), reason, options),
    setDelay: (key, ms, spread) => inner.setDelay(key, ms, spread),
    blockUntil: (key, at) => inner.blockUntil(key, at),
    items: (from) => inner.items(from),
    async *pending() {
      for await (const payload of inner.pending()) yield decode(payload);
    },
    async *deadLetters() {
      for await (const { payload, reason } of inner.deadLetters()) {
        yield { payload: decode(payload), reason };
      }
    },
    revive: () => inner.revive(),
    state: inner.state,
    stats: () => inner.stats(),
    close,
    [Symbol.asyncDispose]: close,
  };
}

function toBytes(item: FrontierItem<string>): FrontierItem<Uint8Array> {
  return { ...item, payload: encode(item.payload) };
}

function toText(lease: Lease<Uint8Array>): Lease<string> {
  return { ...lease, payload: decode(lease.payload) };
}

function back(lease: Lease<string>): Lease<Uint8Array> {
  return { ...lease, payload: encode(lease.payload) };
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
