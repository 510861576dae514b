import { readdir } from "node:fs/promises";
import { findBrowser } from "@orbweaver/browser-session";

/** Whether there is a browser to test with. */
export const HAS_BROWSER = hasBrowser();

/** The browser profiles in a folder for temporary files. */
export async function profilesIn(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => name.startsWith("orbweaver-browser-"));
}

function hasBrowser(): boolean {
  try {
    findBrowser();
    return true;
  } catch {
    return false;
  }
}
