import type { CdpCommand } from "./identity/emulation.ts";
import type { StealthFetchOptions } from "./options/fetch_options.ts";

/** What tells one kind of browser session from another: switches and emulation, never page scripts. */
export interface BrowserRecipe {
  /** The session's kind, such as "stealth". */
  readonly kind: string;
  /** The names of the options that a session and a fetch of only this kind take. */
  readonly ownOptions: readonly string[];
  /** The time zone where the user names none. */
  readonly timezoneId: string | undefined;
  /**
   * Command line switches beside those that every kind has. Fetches that need others go through
   * another browser.
   *
   * @param options The options of a fetch and its session together.
   */
  flags(options: StealthFetchOptions<never>): readonly string[];
  /** CDP commands for the tab of a fetch beside those that every kind has. */
  readonly commands: readonly CdpCommand[];
  /**
   * Whether its tabs, if there are several, stay behind the browser's first one. Of tabs that are
   * opened in front, one is drawn all the time, and pages fare differently by chance.
   */
  readonly tabsBehind: boolean;
  /**
   * Whether a page is come to by a link on the page that its referer names, with everything that a
   * browser says then; else only the referer is sent.
   */
  readonly followsLinks: boolean;
}
