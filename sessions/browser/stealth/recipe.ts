import { STEALTH_OPTIONS } from "../options/fetch_options.ts";
import type { BrowserRecipe } from "../recipe.ts";

/**
 * Switches after which a browser looks like one that a person started: no automation marks, the
 * window and screen of a usual desktop, a mouse even where the machine has none.
 *
 * Scored on eight public detectors; patches of page globals scored worse than none. Rendering with
 * `--use-angle=gl-egl` scored a little better still, but on a machine without EGL it leaves no
 * WebGL at all, which is worse than the software renderer, so it is left to `extraFlags`.
 */
const FLAGS = [
  "--disable-blink-features=AutomationControlled",
  "--window-size=1536,824",
  "--screen-info={1920x1080 workAreaBottom=48}",
  "--blink-settings=primaryHoverType=2,availableHoverTypes=2," +
  "primaryPointerType=4,availablePointerTypes=4",
];

const NO_WEBGL = "--disable-3d-apis";
const NO_WEBRTC_LEAKS = "--webrtc-ip-handling-policy=disable_non_proxied_udp";

/** Where most English-speaking users are: a server's UTC gives it away. */
const HOME_TIMEZONE = "America/New_York";

/**
 * How a stealth session differs from a plain one.
 */
export function stealthRecipe(): BrowserRecipe {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  return {
    kind: "stealth",
    ownOptions: STEALTH_OPTIONS,
    flags: ({ blockWebrtc = false, allowWebgl = true }) => [
      ...FLAGS,
      ...(blockWebrtc ? [NO_WEBRTC_LEAKS] : []),
      ...(allowWebgl ? [] : [NO_WEBGL]),
    ],
    commands: [
      ["Emulation.setFocusEmulationEnabled", { enabled: true }],
      ["Emulation.setEmulatedMedia", {
        features: [{ name: "prefers-color-scheme", value: "dark" }],
      }],
    ],
    timezoneId: timeZone === "UTC" || timeZone === "Etc/UTC" ? HOME_TIMEZONE : undefined,
  };
}
