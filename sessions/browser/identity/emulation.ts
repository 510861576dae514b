import type { BrowserSessionOptions } from "../options/session_options.ts";
import type { Identity } from "./identity.ts";

/** A CDP command that is sent to a tab before each fetch. */
export type CdpCommand = readonly [method: string, params: object];

/**
 * The commands that make a tab agree with its browser's identity. The switches alone don't cover
 * `Sec-CH-UA`, and these alone don't cover shared and service workers, so both are needed.
 *
 * @param identity Who the browser says it is.
 * @param options The session's options.
 */
export function identityCommands(
  identity: Identity,
  options: Pick<BrowserSessionOptions<never>, "timezoneId" | "viewport"> & { locale: string },
): CdpCommand[] {
  const { userAgent, platform, acceptLanguage, clientHints: userAgentMetadata } = identity;
  const commands: CdpCommand[] = [
    [
      "Emulation.setUserAgentOverride",
      { userAgent, platform, acceptLanguage, userAgentMetadata },
    ],
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
