import type { CdpSession } from "../engines/engine.ts";
import type { BrowserSessionOptions } from "../options/session_options.ts";
import type { Identity } from "./identity.ts";

/** A CDP command that is sent to a tab before each fetch. */
export type CdpCommand = readonly [method: string, params: object];

/**
 * Locale and time zone belong to a process, and where memory is scarce Chromium puts several tabs of
 * a site into one: then another tab of this browser has told it the same already.
 */
const TOLD_ALREADY = /override is already in effect/;

/**
 * Sends one of the commands to a tab.
 *
 * @param cdp The session to the tab.
 * @param command The command.
 */
export async function emulate(
  cdp: Pick<CdpSession, "send">,
  [method, params]: CdpCommand,
): Promise<void> {
  try {
    await cdp.send(method, params);
  } catch (error) {
    if (!(error instanceof Error && TOLD_ALREADY.test(error.message))) throw error;
  }
}

/** How a tab is to be told. */
export interface EmulationOptions
  extends Pick<BrowserSessionOptions<never>, "timezoneId" | "viewport"> {
  /** The language. */
  readonly locale: string;
  /** Whether the browser was started with switches that tell its languages. */
  readonly isToldByFlags: boolean;
}

/**
 * The commands that make a tab agree with its browser's identity. The switches alone don't cover
 * `Sec-CH-UA`, and these alone don't cover workers that belong to no tab, so both are needed.
 *
 * @param identity Who the browser says it is.
 * @param options The session's options.
 */
export function identityCommands(
  identity: Identity,
  options: EmulationOptions,
): CdpCommand[] {
  const { locale, timezoneId, viewport, isToldByFlags } = options;
  const commands: CdpCommand[] = [
    ...workerCommands(identity, isToldByFlags ? undefined : identity.acceptLanguage),
    ["Emulation.setLocaleOverride", { locale }],
  ];
  if (timezoneId !== undefined) commands.push(["Emulation.setTimezoneOverride", { timezoneId }]);
  if (viewport !== undefined) {
    commands.push([
      "Emulation.setDeviceMetricsOverride",
      { ...viewport, deviceScaleFactor: 0, mobile: false },
    ]);
  }
  return commands;
}

/**
 * The commands that make a worker which belongs to no tab agree with its browser's identity; the
 * switches have told it locale and time zone already.
 *
 * @param identity Who the browser says it is.
 * @param acceptLanguage The languages, where no switch has told them: pages could notice this way.
 */
export function workerCommands(identity: Identity, acceptLanguage?: string): CdpCommand[] {
  const { userAgent, platform, clientHints: userAgentMetadata } = identity;
  const override = { userAgent, platform, acceptLanguage, userAgentMetadata };
  return [["Emulation.setUserAgentOverride", override]];
}
