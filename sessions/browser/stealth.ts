import { BrowserSession } from "./browser_session.ts";
import type { PuppeteerPage } from "./engines/puppeteer.ts";
import type { BrowserSessionOptions } from "./options/session_options.ts";
import type { StealthFetchOptions } from "./options/fetch_options.ts";
import { stealthRecipe } from "./stealth/recipe.ts";

/** Options of a {@linkcode StealthSession}; those of {@linkcode StealthFetchOptions} are defaults. */
export interface StealthSessionOptions<Page = PuppeteerPage>
  extends BrowserSessionOptions<Page>, Omit<StealthFetchOptions<Page>, "signal"> {}

/**
 * A session that renders pages in a browser which doesn't look automated. Everything else is as in
 * `DynamicSession`.
 *
 * It is done with command line switches and CDP emulation alone: pages find patches of JavaScript
 * more easily than what they hide. `page.native()` in a `pageAction` undoes a part of it.
 *
 * @example
 * ```ts ignore
 * import { StealthSession } from "@orbweaver/browser-session";
 *
 * await using session = new StealthSession({ blockWebrtc: true });
 * const page = await session.fetch("https://example.com/");
 * console.log(page.status);
 * ```
 */
export class StealthSession<Page = PuppeteerPage>
  extends BrowserSession<Page, StealthFetchOptions<Page>> {
  /**
   * Makes a session; its browser starts with the first fetch, or with `start()`.
   *
   * @param options The session's options; all have defaults.
   * @throws {InvalidOptionError} If a value makes no sense.
   * @throws {UnsupportedOptionError} If there is an option that this kind of session does not have.
   */
  constructor(options: StealthSessionOptions<Page> = {}) {
    super(stealthRecipe(), options);
  }
}
