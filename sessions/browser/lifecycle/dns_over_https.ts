import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Where a browser keeps what holds for all profiles of a data folder. */
const LOCAL_STATE = "Local State";

/**
 * Makes a browser look up names over HTTPS and in no other way; only the server's own name is looked
 * up as usual. Chromium 156 has no switch or feature for it that works, only this setting, which it
 * reads when it starts.
 *
 * @param profilePath The folder of its profile.
 * @param url The server's address, or a template of RFC 8484 with `{?dns}`.
 */
export async function useDnsOverHttps(profilePath: string, url: string): Promise<void> {
  const path = join(profilePath, LOCAL_STATE);
  const dns_over_https = { mode: "secure", templates: url };
  await writeFile(path, JSON.stringify({ ...await readState(path), dns_over_https }));
}

/** Chromium, too, begins with an empty one where it is missing or broken. */
async function readState(path: string): Promise<object> {
  try {
    return Object(JSON.parse(await readFile(path, "utf8")));
  } catch {
    return {};
  }
}
