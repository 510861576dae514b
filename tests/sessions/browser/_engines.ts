import type { Engine } from "@orbweaver/browser-session";
import { type Astral, astral, type AstralPage } from "@orbweaver/browser-session/astral";
import { puppeteer } from "@orbweaver/browser-session/puppeteer";
import process from "node:process";
import { connectLikeAstral, launchLikeAstral } from "./_like_astral.ts";

/** Names the module that exports Astral's `launch` and `connect`; only then is Astral tested. */
export const REAL_ASTRAL: string | undefined = process.env.ORBWEAVER_ASTRAL;

/** The engines to test with, by name. */
export const ENGINE_NAMES: readonly string[] = [
  "puppeteer",
  "a stand-in for Astral",
  ...(REAL_ASTRAL === undefined ? [] : ["Astral"]),
];

/** Makes an engine. */
export async function engineNamed(name: string): Promise<Engine<unknown>> {
  switch (name) {
    case "puppeteer":
      return puppeteer();
    case "Astral":
      return await realAstral();
    default:
      return astral({ launch: launchLikeAstral, connect: connectLikeAstral });
  }
}

/** The engine over Astral itself, which is no dependency of this project. */
export async function realAstral<Page extends AstralPage>(): Promise<Engine<Page>> {
  const functions = await import(REAL_ASTRAL!) as Astral<Page>;
  return astral(functions);
}
