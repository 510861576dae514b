import { existsSync, readdirSync } from "node:fs";
import process from "node:process";

/** Where the drivers for EGL say that they are there (libglvnd). */
const EGL_DRIVERS = "/usr/share/glvnd/egl_vendor.d";

/** Where graphics cards are. */
const GRAPHICS_CARDS = "/dev/dri";

const EGL = ["--use-angle=gl-egl", "--ignore-gpu-blocklist"];
const PAINT_ON_CPU = ["--disable-gpu-rasterization", "--disable-gpu-compositing"];

/**
 * Switches for a renderer of WebGL that desktops have, too. Without a window, Chromium renders with
 * SwiftShader, which no browser that a person started does. Mesa renders through EGL, on a graphics
 * card or without one; only Mesa, for other drivers leave no WebGL at all where there is no card.
 *
 * Painting pages that way is a third slower on a machine without a card, so that only WebGL is
 * rendered by it there.
 */
export function graphicsFlags(): readonly string[] {
  if (process.platform !== "linux" || !hasMesa()) return [];
  return existsSync(GRAPHICS_CARDS) ? EGL : [...EGL, ...PAINT_ON_CPU];
}

function hasMesa(): boolean {
  try {
    return readdirSync(EGL_DRIVERS).some((name) => name.includes("mesa"));
  } catch {
    return false; // no such folder, hence no drivers
  }
}
