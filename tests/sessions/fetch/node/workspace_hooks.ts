/**
 * Lets Node import the packages of this workspace from their sources: `node --import` this file.
 *
 * @module
 */
import { registerHooks } from "node:module";

const ROOT = new URL("../../../../", import.meta.url);
const PACKAGES: Readonly<Record<string, string>> = {
  "@orbweaver/selectors": "selectors/mod.ts",
  "@orbweaver/session": "sessions/core/mod.ts",
  "@orbweaver/fetch-session": "sessions/fetch/mod.ts",
  "@orbweaver/browser-session": "sessions/browser/mod.ts",
  "@orbweaver/browser-session/puppeteer": "sessions/browser/engines/puppeteer.ts",
  "@orbweaver/browser-session/astral": "sessions/browser/engines/astral.ts",
  "@orbweaver/spider": "spider/mod.ts",
  "@orbweaver/spider/redis": "spider/redis.ts",
};

registerHooks({
  resolve(specifier, context, next) {
    const path = PACKAGES[specifier];
    return path === undefined
      ? next(specifier, context)
      : { url: new URL(path, ROOT).href, shortCircuit: true };
  },
});
