import {
  FetchSession,
  type FetchSessionOptions,
  PrivateAddressError,
  UnsafeRedirectError,
} from "@orbweaver/fetch-session";
import assert from "node:assert/strict";
import { connect } from "node:net";
import { AddressGuard, PrivateAddress } from "../../../../sessions/fetch/guard/address_guard.ts";
import { NETWORK, type Network } from "../../../../sessions/fetch/guard/network.ts";
import { type Site, startSite, startTlsSite } from "../../../site/mod.ts";

const PUBLIC = "93.184.215.14";

/** A small internet: what each name's server answers from one time to the next (the last, for ever). */
class World implements Network {
  readonly lookups: string[] = [];
  readonly connections: string[] = [];
  readonly #names: Record<string, string[][]>;

  constructor(names: Record<string, string[][]>) {
    this.#names = names;
  }

  lookup(host: string): Promise<readonly string[]> {
    const answers = this.#names[host];
    if (answers === undefined) return Promise.reject(new Error(`ENOTFOUND ${host}`));
    const asked = this.lookups.filter((name) => name === host).length;
    this.lookups.push(host);
    return Promise.resolve(answers[Math.min(asked, answers.length - 1)]!);
  }

  /** Public addresses lead to this machine, where the test sites are. */
  connect(address: string, port: number) {
    this.connections.push(address);
    return connect(port, "127.0.0.1");
  }
}

function sessionIn(world: World, options: FetchSessionOptions): FetchSession {
  return new FetchSession({ retries: 1, ...options, [NETWORK]: world } as FetchSessionOptions);
}

function redirectTo(site: Site, target: string): string {
  return `${site.url}/redirect/to?location=${encodeURIComponent(target)}`;
}

function at(host: string, site: Site): string {
  return `http://${host}:${new URL(site.url).port}`;
}

for (const impersonate of ["chrome", false] as const) {
  const how = impersonate === false ? "native" : "impersonating";

  Deno.test(`FetchSession looks a redirect's name up once and connects to what it checked (${how})`, async () => {
    await using site = await startSite();
    const world = new World({ "shop.test": [[PUBLIC], ["127.0.0.1"]] });
    await using session = sessionIn(world, { impersonate });
    const page = await session.get(redirectTo(site, `${at("shop.test", site)}/echo`));
    assert.equal(page.status, 200);
    assert.equal(page.url, `${at("shop.test", site)}/echo`);
    assert.deepEqual(world.lookups, ["shop.test"]);
    assert.deepEqual(world.connections, [PUBLIC]);
  });

  Deno.test(`FetchSession refuses a name that becomes private the second time (${how})`, async () => {
    await using site = await startSite();
    await using other = await startSite();
    const world = new World({ "rebind.test": [[PUBLIC], ["127.0.0.1"]] });
    await using session = sessionIn(world, { impersonate });
    const target = redirectTo(other, "").replace(other.url, at("rebind.test", other)) +
      encodeURIComponent(`${at("rebind.test", site)}/echo`);
    await assert.rejects(
      session.get(redirectTo(site, target)),
      (error: unknown) =>
        error instanceof UnsafeRedirectError && /127\.0\.0\.1/.test(error.message),
    );
    assert.equal(site.requestsTo("/echo").length, 0);
    assert.deepEqual(world.lookups, ["rebind.test", "rebind.test"]);
    assert.deepEqual(world.connections, [PUBLIC]);
  });

  Deno.test(`FetchSession with allowPrivate: false guards the first URL and its own host (${how})`, async () => {
    await using site = await startSite();
    await using other = await startSite();
    const world = new World({
      "rebind.test": [[PUBLIC], ["10.0.0.1"]],
      "intranet.test": [["10.0.0.1"]],
      "mixed.test": [[PUBLIC, "192.168.1.1"]],
    });
    await using session = sessionIn(world, { impersonate, allowPrivate: false });
    const moved = `${at("rebind.test", other)}/redirect/to?location=${
      encodeURIComponent(`${at("rebind.test", site)}/echo`)
    }`;
    await assert.rejects(session.get(moved), UnsafeRedirectError);
    for (const host of ["127.0.0.1", "localhost", "intranet.test", "mixed.test"]) {
      await assert.rejects(session.get(`${at(host, site)}/echo`), PrivateAddressError, host);
    }
    assert.equal(site.requests.length, 0);
    assert.deepEqual(world.connections, [PUBLIC]);
  });

  Deno.test(`FetchSession follows redirects to private names with followRedirects: true (${how})`, async () => {
    await using site = await startSite();
    const world = new World({});
    await using session = sessionIn(world, { impersonate, followRedirects: true });
    const page = await session.get(redirectTo(site, `${at("localhost", site)}/echo`));
    assert.equal(page.status, 200);
    assert.deepEqual(world.lookups, []);
  });
}

Deno.test("FetchSession has the browser's fingerprint behind the guard, too", async () => {
  await using site = await startTlsSite();
  const world = new World({ "shop.test": [[PUBLIC]] });
  await using session = sessionIn(world, { allowPrivate: false, verify: false });
  await session.get(`https://shop.test:${new URL(site.url).port}/echo`);
  const [request] = site.take();
  assert.equal(request?.ja4, "t13d1516h2_8daaf6152771_d8a2da3f94cd");
  assert.equal(request?.protocol, "HTTP/2");
  assert.equal(request?.connection.clientHello?.serverName, "shop.test");
});

Deno.test("AddressGuard's tunnel serves nobody who does not know its secret", async () => {
  const world = new World({ "shop.test": [[PUBLIC]] });
  const guard = new AddressGuard(world);
  const url = new URL(await guard.tunnelUrl());
  const answers: number[][] = [];
  for (const secret of ["", "guess", "x".repeat(decodeURIComponent(url.password).length)]) {
    const socket = connect(Number(url.port), "127.0.0.1");
    const bytes = new TextEncoder().encode(secret);
    socket.write(Uint8Array.of(5, 1, 2, 1, 1, 120, bytes.length, ...bytes));
    const received: number[] = [];
    socket.on("data", (chunk) => received.push(...chunk));
    await new Promise((resolve) => socket.once("close", resolve));
    answers.push(received);
  }
  await guard.close();
  await guard.close();
  assert.deepEqual(answers, Array(3).fill([5, 2, 1, 1]));
  assert.deepEqual(world.connections, []);
});

Deno.test("AddressGuard.resolve() refuses a name with one private address among public ones", async () => {
  const guard = new AddressGuard(new World({ "mixed.test": [[PUBLIC, "fe80::1"], [PUBLIC]] }));
  await assert.rejects(guard.resolve("mixed.test"), PrivateAddress);
  assert.equal(guard.refusalOf("mixed.test"), "fe80::1");
  assert.deepEqual(await guard.resolve("mixed.test"), [PUBLIC]);
  assert.equal(guard.refusalOf("mixed.test"), undefined);
});
