import { UnknownCallbackError } from "./errors.ts";
import type { AnyCallback } from "./request.ts";

/**
 * Finds a spider's methods by reference and by name. Requests are queued with the name, since a name
 * can be stored and a closure can't.
 */
export class Callbacks {
  readonly #spider: object;
  readonly #spiderName: string;
  readonly #names: ReadonlyMap<unknown, string>;
  readonly #known: ReadonlySet<string>;

  /**
   * Looks through a spider's methods.
   *
   * @param spider The spider.
   * @param spiderName Its name, for errors.
   */
  constructor(spider: object, spiderName: string) {
    this.#spider = spider;
    this.#spiderName = spiderName;
    this.#names = methodNames(spider);
    this.#known = new Set(this.#names.values());
  }

  /**
   * The name of a callback.
   *
   * @param callback One of the spider's methods, by reference or by name.
   * @throws {UnknownCallbackError} If it is anything else.
   */
  nameOf(callback: AnyCallback | string): string {
    if (typeof callback === "string") {
      if (this.#known.has(callback)) return callback;
      throw this.#unknown(callback);
    }
    const name = this.#names.get(callback);
    if (name === undefined) throw this.#unknown(callback.name || "(anonymous function)");
    return name;
  }

  /** Whether the spider has a method of that name. */
  has(name: string): boolean {
    return this.#known.has(name);
  }

  /**
   * The method with a name, bound to the spider.
   *
   * @param name A name that {@linkcode Callbacks.nameOf} gave.
   */
  method(name: string): AnyCallback {
    const spider = this.#spider as Record<string, AnyCallback>;
    return (response) => spider[name]!(response);
  }

  #unknown(name: string): UnknownCallbackError {
    return new UnknownCallbackError(name, this.#spiderName, [...this.#known].sort());
  }
}

/** Every function of the spider and its classes, the most derived one of a name first. */
function methodNames(spider: object): Map<unknown, string> {
  const names = new Map<unknown, string>();
  const taken = new Set<string>(["constructor"]);
  for (let level = spider; level !== Object.prototype; level = Object.getPrototypeOf(level)) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(level))) {
      if (typeof value !== "function" || taken.has(name)) continue;
      taken.add(name);
      names.set(value, name);
    }
  }
  return names;
}
