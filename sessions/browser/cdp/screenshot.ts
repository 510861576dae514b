import { Buffer } from "node:buffer";
import type { ScreenshotOptions } from "../options/fetch_options.ts";
import type { ScopedSession } from "./scoped_session.ts";

/** Beyond this, in pixels, Chromium paints nothing or what it has painted before. */
const LONGEST_SIDE = 16_384;

interface Metrics {
  cssContentSize: { width: number; height: number };
}

/**
 * Takes a picture of the page.
 *
 * @param cdp The session to the tab.
 * @param options How.
 */
export async function takeScreenshot(
  cdp: ScopedSession,
  options: ScreenshotOptions,
): Promise<Uint8Array> {
  const { format = "png", quality, fullPage = false } = options;
  const { data } = await cdp.send<{ data: string }>("Page.captureScreenshot", {
    format,
    ...(quality === undefined || format === "png" ? {} : { quality }),
    ...(fullPage ? { captureBeyondViewport: true, clip: await wholePage(cdp) } : {}),
  });
  return new Uint8Array(Buffer.from(data, "base64"));
}

async function wholePage(cdp: ScopedSession) {
  const { cssContentSize: { width, height } } = await cdp.send<Metrics>("Page.getLayoutMetrics");
  if (Math.max(width, height) > LONGEST_SIDE) {
    throw new Error(
      `the page is ${width} x ${height} pixels large, and a picture can have ${LONGEST_SIDE} at ` +
        `most on a side; leave out 'fullPage', or use 'pdf'`,
    );
  }
  return { x: 0, y: 0, width, height, scale: 1 };
}
