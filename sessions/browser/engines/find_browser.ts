import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import process from "node:process";
import { BrowserNotFoundError } from "../errors.ts";

const LINUX_NAMES = [
  "google-chrome-stable",
  "google-chrome",
  "chromium",
  "chromium-browser",
  "microsoft-edge-stable",
  "microsoft-edge",
];
const LINUX_FOLDERS = ["/usr/bin", "/usr/local/bin", "/snap/bin"];
const MAC_APPS = ["Google Chrome", "Chromium", "Microsoft Edge"];
const WINDOWS_PROGRAMS = [
  ["Google", "Chrome", "Application", "chrome.exe"],
  ["Chromium", "Application", "chrome.exe"],
  ["Microsoft", "Edge", "Application", "msedge.exe"],
];

/**
 * Finds Chrome, Chromium or Edge: first where `CHROME_PATH` or `PUPPETEER_EXECUTABLE_PATH` says,
 * then in the usual places of this operating system.
 *
 * @returns The path of the executable.
 * @throws {BrowserNotFoundError} If there is none; it says how to install one.
 */
export function findBrowser(): string {
  const told = process.env.CHROME_PATH || process.env.PUPPETEER_EXECUTABLE_PATH;
  if (told) return requireBrowser(told);
  const places = usualPlaces();
  const found = places.find((place) => existsSync(place));
  if (found === undefined) throw new BrowserNotFoundError(places, installCommand());
  return found;
}

/**
 * Finds Google Chrome itself.
 *
 * @returns The path of the executable.
 * @throws {BrowserNotFoundError} If it is not there.
 */
export function findChrome(): string {
  const places = usualPlaces().filter((place) => /google.?chrome/i.test(place));
  const found = places.find((place) => existsSync(place));
  if (found === undefined) throw new BrowserNotFoundError(places, chromeCommand());
  return found;
}

/**
 * Checks that a browser is where someone said.
 *
 * @param path The path of the executable.
 * @returns The path.
 * @throws {BrowserNotFoundError} If there is no such file.
 */
export function requireBrowser(path: string): string {
  if (!existsSync(path)) throw new BrowserNotFoundError([path], installCommand());
  return path;
}

function usualPlaces(): string[] {
  switch (process.platform) {
    case "darwin":
      return macPlaces();
    case "win32":
      return windowsPlaces();
    default:
      return linuxPlaces();
  }
}

function linuxPlaces(): string[] {
  const path = (process.env.PATH ?? "").split(delimiter).filter(Boolean);
  const folders = [...new Set([...path, ...LINUX_FOLDERS])];
  return LINUX_NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
}

function macPlaces(): string[] {
  return MAC_APPS.flatMap((app) =>
    ["/Applications", join(homedir(), "Applications")].map((folder) =>
      join(folder, `${app}.app`, "Contents", "MacOS", app)
    )
  );
}

function windowsPlaces(): string[] {
  const { PROGRAMFILES, LOCALAPPDATA } = process.env;
  const roots = [PROGRAMFILES, process.env["PROGRAMFILES(X86)"], LOCALAPPDATA];
  return WINDOWS_PROGRAMS.flatMap((program) =>
    roots.flatMap((root) => root === undefined ? [] : [join(root, ...program)])
  );
}

/** Google Chrome is in no distribution; on the others it is the browser that is installed anyway. */
function chromeCommand(): string {
  if (process.platform === "darwin" || process.platform === "win32") return installCommand();
  return "npx @puppeteer/browsers install chrome";
}

/** The command that installs a browser on this operating system. */
function installCommand(): string {
  if (process.platform === "darwin") return "brew install --cask google-chrome";
  if (process.platform === "win32") return "winget install Google.Chrome";
  const managers = [
    ["/usr/bin/apt-get", "sudo apt-get install chromium"],
    ["/usr/bin/dnf", "sudo dnf install chromium"],
    ["/usr/bin/pacman", "sudo pacman -S chromium"],
    ["/usr/bin/zypper", "sudo zypper install chromium"],
    ["/sbin/apk", "apk add chromium"],
  ] as const;
  const found = managers.find(([manager]) => existsSync(manager)) ?? managers[0];
  return found[1];
}
