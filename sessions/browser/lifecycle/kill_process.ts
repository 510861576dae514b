import { execFile } from "node:child_process";
import process from "node:process";

/**
 * Kills a browser that does not end by itself, with its helper processes.
 *
 * @param pid The browser's main process.
 */
export function killBrowser(pid: number): void {
  if (process.platform === "win32") {
    execFile("taskkill", ["/pid", String(pid), "/T", "/F"], () => {});
    return;
  }
  // Puppeteer makes the browser the leader of a process group; where an engine doesn't, the helper
  // processes end by themselves when their connection to the main one breaks.
  if (!kill(-pid)) kill(pid);
}

function kill(pid: number): boolean {
  try {
    return process.kill(pid, "SIGKILL");
  } catch {
    return false; // it is gone already, or is no group
  }
}
