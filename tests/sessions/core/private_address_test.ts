import { isPrivateAddress, literalAddress } from "@orbweaver/session";
import assert from "node:assert/strict";

Deno.test("isPrivateAddress() knows what is not public", () => {
  for (
    const address of [
      "0.0.0.0",
      "10.255.255.255",
      "100.100.100.200",
      "127.0.0.1",
      "127.255.0.1",
      "168.63.129.16",
      "169.254.169.254",
      "172.16.0.1",
      "172.31.255.255",
      "192.168.1.1",
      "198.18.0.1",
      "224.0.0.1",
      "255.255.255.255",
      "::",
      "::1",
      "::127.0.0.1",
      "::ffff:127.0.0.1",
      "::ffff:7f00:1",
      "64:ff9b::a9fe:a9fe",
      "2002:7f00:1::",
      "fc00::1",
      "fd00:ec2::254",
      "fe80::1",
      "ff02::1",
    ]
  ) assert.equal(isPrivateAddress(address), true, address);
});

Deno.test("isPrivateAddress() lets public addresses pass", () => {
  for (
    const address of [
      "1.1.1.1",
      "9.255.255.255",
      "11.0.0.0",
      "100.128.0.1",
      "172.15.255.255",
      "172.32.0.0",
      "192.169.0.1",
      "223.255.255.255",
      "2606:4700:4700::1111",
      "::ffff:1.1.1.1",
      "64:ff9b::101:101",
    ]
  ) assert.equal(isPrivateAddress(address), false, address);
});

Deno.test("literalAddress() sees through every spelling that a URL allows", () => {
  for (
    const url of [
      "http://2130706433/",
      "http://0x7f000001/",
      "http://0177.0.0.1/",
      "http://127.1/",
      "http://localhost/",
      "http://LOCALHOST./",
      "http://a.localhost/",
    ]
  ) assert.equal(literalAddress(new URL(url).hostname), "127.0.0.1", url);
  assert.equal(literalAddress(new URL("http://[::ffff:127.0.0.1]/").hostname), "::ffff:7f00:1");
  for (const name of ["example.com", "localhost.example.com", "127.0.0.1.nip.io"]) {
    assert.equal(literalAddress(name), undefined, name);
  }
});
