import { STEALTH_OPTIONS, type StealthFetchOptions } from "../options/fetch_options.ts";
import type { CdpCommand } from "../identity/emulation.ts";
import type { BrowserRecipe } from "../recipe.ts";
import { graphicsFlags } from "./graphics.ts";

/**
 * Switches after which a browser looks like one that a person started: no automation marks, the
 * window and screen of a usual desktop, a mouse even where the machine has none.
 *
 * Scored on public detectors (`tests/stealth`); patches of page globals scored worse than none.
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

/**
 * Chromium 156 has nothing that adds noise: neither its former feature `CanvasNoise` nor
 * ungoogled-chromium's `--fingerprinting-canvas-image-data-noise` changes a single pixel there.
 */
const NO_CANVAS_READS = "--disable-reading-from-canvas";

/** Every tab is in front, of a desktop that is dark. */
const COMMANDS: readonly CdpCommand[] = [
  ["Emulation.setFocusEmulationEnabled", { enabled: true }],
  ["Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value: "dark" }] }],
];

/** Where most English-speaking users are: a server's UTC gives it away. */
const HOME_TIMEZONE = "America/New_York";

/** How a stealth session differs from a plain one. */
export function stealthRecipe(): BrowserRecipe {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  return {
    kind: "stealth",
    ownOptions: STEALTH_OPTIONS,
    flags: stealthFlags,
    commands: COMMANDS,
    timezoneId: timeZone === "UTC" || timeZone === "Etc/UTC" ? HOME_TIMEZONE : undefined,
    followsLinks: true,
    // A tab in the background says that its window has no edges.
    tabsBehind: false,
  };
}

function stealthFlags(options: StealthFetchOptions<never>): readonly string[] {
  return [
    ...FLAGS,
    ...(options.blockWebrtc ? [NO_WEBRTC_LEAKS] : []),
    ...(options.hideCanvas ? [NO_CANVAS_READS] : []),
    ...(options.allowWebgl === false ? [NO_WEBGL] : graphicsFlags()),
  ];
}
