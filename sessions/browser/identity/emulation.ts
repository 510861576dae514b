import type { BrowserSessionOptions } from "../options/session_options.ts";
import type { Identity } from "./identity.ts";

/** A CDP command that is sent to a tab before each fetch. */
export type CdpCommand = readonly [method: string, params: object];

/**
 * The commands that make a tab agree with its browser's identity. The switches alone don't cover
 * `Sec-CH-UA`, and these alone don't cover workers that belong to no tab, so both are needed.
 *
 * @param identity Who the browser says it is.
 * @param options The session's options.
 */
export function identityCommands(
  identity: Identity,
  options: Pick<BrowserSessionOptions<never>, "timezoneId" | "viewport"> & { locale: string },
): CdpCommand[] {
  const commands: CdpCommand[] = [
    ...workerCommands(identity),
    ["Emulation.setLocaleOverride", { locale: options.locale }],
  ];
  const { timezoneId, viewport } = options;
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
 */
export function workerCommands(identity: Identity): CdpCommand[] {
  const { userAgent, platform, clientHints: userAgentMetadata } = identity;
  return [["Emulation.setUserAgentOverride", { userAgent, platform, userAgentMetadata }]];
}
