import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/**
 * Detectors from npm, as they are published, with the SHA-512 of their archives. They run in pages only, so they are unpacked for the
 * test and are no dependencies of the workspace: one of them would bring 140 packages along that
 * only its build needs.
 */
const PACKAGES = {
  "@fingerprintjs/botd@2.0.0":
    "yhuz23NKEcBDTHmGz/ULrXlGnbHenO+xZmVwuBkuqHUkqvaZ5TAA0kAgcRy4Wyo5dIBdkIf57UXX8/c9UlMLJg==",
  "fpcollect@1.0.5":
    "IZBlcncoRT+NDIGGYIA9TQtvnNA2cKhu/6Q5BhyY+13QskgI5u7URDiHFUjNjeumJbbhpf8/q8YlbhbJ6cN+bA==",
  "fpscanner@0.1.5":
    "DNHW1xDndAj1WEfmaXwSnT/CRYenoB5unfJyYY+aFBGPjXb5zdbWPLUeMnskci0naZBxIcG7aF/LMl4sFVwi9Q==",
  "fpscanner@1.0.2":
    "AfDVyPvQr1uZ0A+feNjecA+Kl7dsiHwLNdGqapwxkngK2URAvo2v0Ld38vIcDc3v2FxgMqy8h9qMHqx2R343gg==",
  "headless-detector@2.0.1":
    "wfTBNp6k25nhv0TarS1/FeMi658+vlzQEByws/z1Mru5j+5m4lpCsgORvB9JsQI75n8botWOOiuirPn7jYZYqg==",
  "ua-parser-js@0.7.41":
    "O3oYyCMPYgNNHuO7Jjk3uacJWZF8loBgwrfd/5LE/HyZ3lUIOdniQ7DNXJcIgZbwioZxk0fLfI4EVnetdiX5jg==",
} as const;

/** A package of a detector, with its version. */
export type PackageSpec = keyof typeof PACKAGES;

/** What is unpacked of the detectors, for as long as a test needs it. */
export class DetectorPackages implements AsyncDisposable {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Gets them from npm, or from its cache. */
  static async fetch(): Promise<DetectorPackages> {
    const folder = await mkdtemp(join(tmpdir(), "orbweaver-detectors-"));
    const packages = new DetectorPackages(folder);
    try {
      await packages.#fetch();
      return packages;
    } catch (error) {
      await packages[Symbol.asyncDispose]();
      throw error;
    }
  }

  /**
   * The text of a file.
   *
   * @param spec The package, with its version.
   * @param path The file's path in it.
   */
  async read(spec: PackageSpec, path: string): Promise<string> {
    return await readFile(join(this.#folder, folderName(spec), "package", path), "utf8");
  }

  async #fetch(): Promise<void> {
    const specs = Object.keys(PACKAGES);
    const npm = ["pack", "--json", "--prefer-offline", "--pack-destination", this.#folder];
    const { stdout } = await run("npm", [...npm, ...specs], { cwd: this.#folder });
    for (const packed of JSON.parse(stdout) as { id: string; filename: string }[]) {
      await this.#unpack(packed.id as PackageSpec, join(this.#folder, packed.filename));
    }
  }

  async #unpack(spec: PackageSpec, archive: string): Promise<void> {
    const digest = createHash("sha512").update(await readFile(archive)).digest("base64");
    if (digest !== PACKAGES[spec]) {
      throw new Error(`${spec} is not what it was when this was written`);
    }
    const folder = join(this.#folder, folderName(spec));
    await mkdir(folder);
    await run("tar", ["-xzf", archive, "-C", folder]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }
}

function folderName(spec: string): string {
  return spec.replaceAll(/[@/]/g, "_");
}
