import { BrowserSession } from "./browser_session.ts";
import type { PuppeteerPage } from "./engines/puppeteer.ts";
import type { BrowserSessionOptions } from "./options/session_options.ts";

/** What an automated browser can do without, for speed and quiet. */
const FLAGS = [
  "--disable-component-update",
  "--disable-default-apps",
  "--disable-extensions",
  "--hide-scrollbars",
  "--screen-info={1920x1080}",
  "--window-size=1920,1080",
];

/**
 * A session that renders pages in a browser, JavaScript and all.
 *
 * The body of a response is the document as it is after all waiting; what is no web page (JSON, a
 * PDF, a download) comes as the bytes that the server sent. Cookies are kept for the session's life.
 *
 * @example
 * ```ts ignore
 * import { DynamicSession } from "@orbweaver/browser-session";
 *
 * await using session = new DynamicSession({ networkIdle: true });
 * const page = await session.fetch("https://example.com/", { waitSelector: "h1" });
 * console.log(page.css("h1::text").get());
 * ```
 */
export class DynamicSession<Page = PuppeteerPage> extends BrowserSession<Page> {
  /**
   * Makes a session; its browser starts with the first fetch, or with `start()`.
   *
   * @param options The session's options; all have defaults.
   * @throws {InvalidOptionError} If a value makes no sense.
   * @throws {UnsupportedOptionError} If there is an option that this kind of session does not have.
   */
  constructor(options: BrowserSessionOptions<Page> = {}) {
    super({
      kind: "dynamic",
      ownOptions: [],
      flags: () => FLAGS,
      commands: [],
      timezoneId: undefined,
      followsLinks: false,
      tabsBehind: true,
    }, options);
  }
}
