import assert from "node:assert/strict";
import { startSite } from "../../site/mod.ts";

/** Runs a script in a Deno of its own, and gives what it printed once it has ended. */
async function run(script: string, flags: string[]): Promise<string> {
  const file = await Deno.makeTempFile({ suffix: ".ts", dir: import.meta.dirname });
  try {
    await Deno.writeTextFile(file, script);
    const { stdout, stderr, success } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-prompt", "--quiet", ...flags, file],
      env: { NO_COLOR: "1" },
    }).output();
    const decoder = new TextDecoder();
    assert.ok(success, decoder.decode(stderr));
    return decoder.decode(stdout).trim();
  } finally {
    await Deno.remove(file);
  }
}

Deno.test("FetchSession.start() says what to do where native libraries are not allowed", async () => {
  const script = `
    import { FetchSession, TransportUnavailableError } from "@orbweaver/fetch-session";
    const session = new FetchSession();
    try {
      await session.start();
    } catch (error) {
      console.log(error instanceof TransportUnavailableError, error.message);
    }
    await session.close();`;
  const output = await run(script, ["--allow-read", "--allow-env"]);
  assert.match(output, /^true /);
  assert.match(output, /--allow-ffi/);
  assert.match(output, /impersonate: false/);
});

Deno.test("FetchSession with impersonate: false needs no more than the network", async () => {
  await using site = await startSite();
  const script = `
    import { FetchSession } from "@orbweaver/fetch-session";
    await using session = new FetchSession({ impersonate: false });
    console.log((await session.get("${site.url}/redirect/302")).status);`;
  assert.equal(await run(script, ["--allow-net"]), "200");
});

for (const impersonate of ["chrome", false] as const) {
  Deno.test(`FetchSession lets the process end after close() in mid-fetch (impersonate: ${impersonate})`, async () => {
    await using site = await startSite();
    const script = `
      import { FetchSession } from "@orbweaver/fetch-session";
      const impersonate = ${JSON.stringify(impersonate)};
      const session = new FetchSession({ impersonate, timeoutMs: 2_000 });
      const fetches = ["/slow/forever", "/slow/stall"].map((path) => session.get("${site.url}" + path));
      const outcomes = Promise.allSettled(fetches);
      await new Promise((resolve) => setTimeout(resolve, 200));
      await session.close();
      console.log((await outcomes).map((outcome) => outcome.reason.name).join());`;
    const output = await run(script, ["--allow-all"]);
    assert.equal(output, "SessionClosedError,SessionClosedError");
  });
}
