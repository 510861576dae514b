import { type Deliverer, Delivery, type DeliveryParts, type Takers } from "../durable/delivery.ts";
import type { Clock } from "../engine/clock.ts";
import type { SharedFrontier } from "../frontier/shared.ts";

/** What a {@linkcode SharedDelivery} works with. */
export interface SharedDeliveryParts extends DeliveryParts {
  /** The crawl. */
  shared: SharedFrontier;
  /** Tells the time. */
  clock: Clock;
}

const TURN = "export";
const TURN_MS = 15_000;
/** How often the one who delivers looks for items of others, and keeps the turn. */
const LOOK_EVERY_MS = 300;
/** How often the others look whether it is their turn. */
const WAIT_MS = 1_000;

/**
 * Writes the items of a crawl that several workers share into the sinks: all of them, in their order, by one
 * worker at a time. If it dies or leaves, another goes on; how far it is, is kept in the store.
 */
export class SharedDelivery implements Deliverer {
  readonly #parts: SharedDeliveryParts;
  readonly #ended = new AbortController();
  #delivery: Delivery | undefined;
  #takers: Takers | undefined;
  #keptAt = 0;
  #isStopped = false;
  #working: Promise<void> | undefined;
  #failure: { error: unknown } | undefined;

  /** @param parts What it works with. */
  constructor(parts: SharedDeliveryParts) {
    this.#parts = parts;
  }

  /** Begins to deliver, or to wait for one's turn. */
  begin(takers: Takers): void {
    if (this.#parts.sinks.length === 0) return;
    this.#takers = takers;
    this.#working = this.#work().catch((error) => void (this.#failure = { error }));
  }

  /** Delivers no more: the others will. */
  stop(): void {
    this.#isStopped = true;
    this.#delivery?.stop();
    this.#ended.abort();
  }

  /**
   * Hears of items that were stored; they wait in the store, so that nobody has to.
   *
   * @throws What a sink failed with.
   */
  async stored(): Promise<void> {
    await Promise.resolve();
    this.#throwFailure();
  }

  /**
   * Waits until everything that is stored is delivered, by whoever has the turn.
   *
   * @param isCompleted Whether the crawl is; if not, the next worker delivers the rest.
   * @throws What a sink failed with.
   */
  async finish(isCompleted: boolean): Promise<void> {
    this.#ended.abort();
    await this.#working;
    this.#throwFailure();
    if (this.#parts.sinks.length === 0 || this.#isStopped) return;
    if (isCompleted) await this.#deliverTheRest();
    else await this.#delivery?.finish();
  }

  async #deliverTheRest(): Promise<void> {
    for (;;) {
      if (await this.#takesTurn()) return await this.#deliverNow();
      const { items } = await this.#parts.frontier.stats();
      if (await this.#delivered() >= items) return;
      await this.#parts.shared.change(LOOK_EVERY_MS);
    }
  }

  async #deliverNow(): Promise<void> {
    const delivery = await this.#opened();
    await delivery.storedUpTo((await this.#parts.frontier.stats()).items);
    await delivery.finish();
    await this.#keepDelivered(delivery.next);
  }

  async #work(): Promise<void> {
    const { signal } = this.#ended;
    while (!signal.aborted) {
      if (await this.#takesTurn()) {
        const delivery = await this.#opened();
        await delivery.storedUpTo((await this.#parts.frontier.stats()).items);
        await this.#keepDelivered(delivery.next);
      }
      const pauseMs = this.#delivery === undefined ? WAIT_MS : LOOK_EVERY_MS;
      await this.#parts.clock.sleep(pauseMs, signal);
    }
  }

  /** Opens the sinks, each where it was; they are closed before the turn is given away. */
  async #opened(): Promise<Delivery> {
    if (this.#delivery !== undefined) return this.#delivery;
    const { resources, shared } = this.#parts;
    // A store that is away hears of it by the end of the turn.
    resources.defer(() => shared.endTurn(TURN, "left").catch(() => {}));
    this.#delivery = await Delivery.open({ ...this.#parts, mayDeliver: () => this.#mayDeliver() });
    this.#delivery.begin({ ...this.#takers!, emitFrom: Infinity });
    return this.#delivery;
  }

  async #takesTurn(): Promise<boolean> {
    const asked = performance.now();
    const { kind } = await this.#parts.shared.turn(TURN, TURN_MS);
    if (kind === "mine") this.#keptAt = asked;
    return kind === "mine";
  }

  /** One who was held up for so long that another may have taken over has to ask, and to leave it then. */
  async #mayDeliver(): Promise<boolean> {
    if (performance.now() - this.#keptAt < TURN_MS / 2) return true;
    if (await this.#takesTurn()) return true;
    this.stop();
    return false;
  }

  async #delivered(): Promise<number> {
    const bytes = await this.#parts.shared.state.get("delivered");
    return bytes === undefined ? 0 : Number(new TextDecoder().decode(bytes));
  }

  async #keepDelivered(items: number): Promise<void> {
    await this.#parts.shared.state.set("delivered", new TextEncoder().encode(`${items}`));
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }
}
