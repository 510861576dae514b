import type { CdpCommand } from "./identity/emulation.ts";

/** What tells one kind of browser session from another: switches and emulation, never page scripts. */
export interface BrowserRecipe {
  /** The session's kind, such as "stealth". */
  readonly kind: string;
  /** The names of the options that only this kind takes. */
  readonly ownOptions: readonly string[];
  /** Command line switches beside those that every kind has. */
  readonly flags: readonly string[];
  /** CDP commands for every tab beside those that every kind has. */
  readonly commands: readonly CdpCommand[];
  /** The time zone where the user names none. */
  readonly timezoneId: string | undefined;
}
