import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { dirname } from "node:path";
import process from "node:process";
import { BrowserStartError } from "../errors.ts";

const VERSION = /\b\d+\.\d+\.\d+\.\d+\b/;
const TIMEOUT_MS = 10_000;

/**
 * The version of a browser that does not run yet. It is needed before the start, because only a
 * command line switch changes the user agent of shared and service workers.
 *
 * @param executablePath The browser's executable.
 * @param signal Gives up.
 * @returns Four numbers, such as "156.0.8078.79".
 * @throws {BrowserStartError} If the file is no browser, or can't be run.
 */
export async function browserVersion(executablePath: string, signal: AbortSignal): Promise<string> {
  const text = process.platform === "win32"
    ? versionFolders(executablePath)
    : await versionSwitch(executablePath, signal);
  const version = VERSION.exec(text)?.[0];
  if (version !== undefined) return version;
  throw new BrowserStartError(
    `${executablePath} does not tell its version as a Chromium does; ` +
      `it answered ${JSON.stringify(text.slice(0, 200))}`,
  );
}

/** On Windows `--version` opens a window; the version is the name of a folder beside the executable. */
function versionFolders(executablePath: string): string {
  return readdirSync(dirname(executablePath)).filter((name) => VERSION.test(name)).sort().join(" ");
}

function versionSwitch(executablePath: string, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(
      executablePath,
      ["--version"],
      { timeout: TIMEOUT_MS, signal },
      (cause, stdout) => {
        if (cause === null) return resolve(stdout);
        reject(
          new BrowserStartError(`${executablePath} can't be run: ${cause.message}`, { cause }),
        );
      },
    );
  });
}
