import { readFile } from "node:fs/promises";
import type { DetectorPackages } from "./_packages.ts";

/** Something that pages run to find out whether a browser is automated. */
export interface Detector {
  /** Its name. */
  readonly name: string;
  /** Scripts that it needs, by their names below `/<detector>/`. */
  readonly scripts: Readonly<Record<string, string>>;
  /** The source of a module that gives, as `default`, a function to the list of what it flags. */
  readonly main: string;
}

/**
 * All of them: those from npm, and our own probes for what is known to leak.
 *
 * @param packages Those from npm.
 */
export async function allDetectors(packages: DetectorPackages): Promise<Detector[]> {
  return [
    {
      name: "botd",
      scripts: { "botd.js": await packages.read("@fingerprintjs/botd@2.0.0", "dist/botd.esm.js") },
      main: `import { load } from "./botd.js";
        export default async () => {
          const detector = await load({ monitoring: false });
          detector.detect();
          return Object.entries(detector.getDetections())
            .filter(([, { bot }]) => bot).map(([name]) => name);
        };`,
    },
    {
      name: "fpscanner",
      scripts: { "scanner.js": await packages.read("fpscanner@1.0.2", "dist/fpScanner.es.js") },
      main: `import FingerprintScanner from "./scanner.js";
        export default async () => {
          const { fastBotDetectionDetails } =
            await new FingerprintScanner().collectFingerprint({ encrypt: false });
          return Object.entries(fastBotDetectionDetails)
            .filter(([, { detected }]) => detected).map(([name]) => name);
        };`,
    },
    {
      name: "fpscanner 0.1",
      scripts: {
        "parser.js": commonJs(await packages.read("ua-parser-js@0.7.41", "src/ua-parser.js")),
        "scanner.js": commonJs(await packages.read("fpscanner@0.1.5", "src/fpScanner.js")),
        "collect.js": commonJs(await packages.read("fpcollect@1.0.5", "src/fpCollect.js")),
      },
      main: `import parser from "./parser.js";
        import scanner from "./scanner.js";
        import collect from "./collect.js";
        export default async () => {
          const { analyseFingerprint, CONSISTENT } = scanner(parser());
          const tests = analyseFingerprint(await collect().generateFingerprint());
          return Object.values(tests)
            .filter(({ consistent }) => consistent !== CONSISTENT).map(({ name }) => name);
        };`,
    },
    {
      name: "headless-detector",
      scripts: {
        "detector.js": commonJs(
          await packages.read("headless-detector@2.0.1", "scripts/headless-detector.js"),
        ),
      },
      main: `import detector from "./detector.js";
        export default async () => {
          const { summary } = await detector().detectHeadless();
          return [...summary.detections, ...summary.warnings].map(({ checkId }) => checkId);
        };`,
    },
    {
      name: "probes",
      scripts: { "probes.js": await ownScript("page"), "worker.js": await ownScript("worker") },
      main: `export { default } from "./probes.js";`,
    },
  ];
}

/** A CommonJS module as a function of what its one `require()` gives; `window` stays what it is. */
function commonJs(source: string): string {
  return `export default (required) => {
    const module = { exports: {} };
    const run = (module, exports, require) => {\n${source}\n};
    run(module, module.exports, required && (() => required));
    return module.exports;
  };`;
}

function ownScript(name: string): Promise<string> {
  return readFile(new URL(`./probes/${name}.js`, import.meta.url), "utf8");
}
