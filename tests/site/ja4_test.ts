import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { NotAClientHello, readClientHello } from "./client_hello.ts";
import { ja4 } from "./ja4.ts";

/** The first bytes of a connection from wreq-js 2.3.1 as `chrome_131` to `localhost`. */
const CHROME_131 = Buffer.from(
  [
    "FgMBBvIBAAbuAwNTnUzy5oXgIrxhZQruvwdBry/KxQ7Lm/+WNYkCuSvIbyDHBFPqZmQaC0E/K8LZOoajUWRa1vhdUcej",
    "fhCeFvV3kAAgGhoTARMCEwPAK8AvwCzAMMypzKjAE8AUAJwAnQAvADUBAAaFysoAAAANABIAEAQDCAQEAQUDCAUFAQgG",
    "BgEAIwAAABsAAwIAAgAKAAwAClpaEewAHQAXABgAEgAAABAADgAMAmgyCGh0dHAvMS4x/wEAAQAALQACAQEAAAAOAAwA",
    "AAlsb2NhbGhvc3QACwACAQAABQAFAQAAAABEaQAFAAMCaDIAKwAHBvr6AwQDAwAzBO8E7VpaAAEAEewEwJTokIymDS5M",
    "gDhBT14lenEhd8iwR8HQnzpwaDaiYY/BVfsLxJzQr2VGsF8ZzRppgaRzdv6kGmhkntiFr6uyqwqqn6CzQjVsiWULr8OI",
    "cx37ZuDZcg1gM68CjNQWjQlzprEQemKZXVliX8DWNxUpt+lrtAEJCqsIVdk8kzDKdIHROdGBbsmlBWcWySSiwJvrYUUL",
    "NisRY8QFAO7Buajix1E0BTf2DcQBuz2bqQPWAIKWrLymv+XKPB+bUQRMyfXIHIbnFfklyaf8wW54dTfjDL20jcbzzovA",
    "Tj9SCl35rYTqYLijmU67dwAGuj3UOlGwDXLbE+woc0SndkQnRzc1rNYJrox0LFA3nRkzw/UMVZXaj8pwisvSt6bsltzz",
    "ObnRJjc7lZBZxARpr9J7oKqrMuW0MPnplmKHV7bxcJJgMuKDlGsjCoZhTy0HDvB4QzWJozZmJ215dBkHgoMamMorLt9x",
    "wGv4f844MbgWdrVnM2IEy+qWgH7bPufmLWSyzGfCZqkqy4SinOThVR0aDw/KkcIHaPWMuUPYvPPxC9wTzZxAwSJcUjWr",
    "gBMkjggGIMq8yn/DfZXQXBO1tWpce/XcJG6YAj1Rlya8GOIQHgh2DIhQTLKIqxSyESfzInPoDvlSvSmlWaEWdi1Wk5AR",
    "ilzGGc5GfLEQUlxwnwgiozHQTuxTd8eKopEXFpwQEhmqI1EhSEMwKywsl9lVBY/koXBodYLTCntSZDkXEzXbUs/lrUFQ",
    "HwfRTtG2gjkyF75sdMaFkZUaRYNqdbBWdhtwp1aYzVDJpm3yNShEpVazkqgMf7mEHPcmAte8DL0bnvkkipwTiTgLxQBW",
    "HzYnHncHlxyXz/U7DXG5WsBkWomHLzBwNaurqs4lwzNBJhOQxaUFp7VRZgjIw2wyMmiZdmHxU8RHxwzYO4IXj+nwT4M0",
    "lzM1TJK3mmzMagEEoT94SjYZbkpRO+HInTaLzeXgRdBDeYJBWrRYhkCxX4Kgx6vlZjiEks+7WEyVuTuEV+yMgBlzLev4",
    "wJJbP5HRIu7oRiv1XbcmryHSvKUqPr1zCkWMCh/xZ4jBk37QHwEkB+aHlgoVJatLzx8cHzNzUZLxP2BVkjeZsbHpj7AL",
    "y+ooPxyyxhzFHpz5YWL8IwWgyaK2msCrRX/Ja74lJqQXRvDqpLlLhhU6SJfKZKoro3xgnJSZsnYkvtLlAS9RVjPXF6Or",
    "W5BnQbVSn21ot0icqMFZwz/6R/TkIHoBdjEKNkVQH60MyHA5JXxbsLvjPnoDm1H0e7djsBubchwQWqhzPq+aDxOlyPoQ",
    "gEyigqXjFrEAJLEpc+c7s6CWsKwqXFWMPHD5iEUQkaOUlAFKY73DaBhhQyKkToy5aqHDxus0Nca3VvX7nmkSmxw8QVdK",
    "V7cKoe8TfJhHWau0VpdIKE8HGyuDvdAURjzlZaS4sEAjTy0FHGQZPrfxfsp2eWfUt7PwSNG4MeFLSYN3m8UYKX0qaHVL",
    "z3JqdQOSoseVd/BlbIhiEgNrddvbkxmJwUcAWhx6AsjKlIZYFYoTu/9Wk/XTsKsz952eWfo6O8TNrjEXPeJ05sl0lFT2",
    "Egg8SOfSvA5QlOAk0F9SVhJIGF/eBgLfsXkvtluGbnct7lcAHQAgWJfh5KiVKQu8kiPhx8vHu9m5zuMSrDvwGaVSLjNI",
    "H3D+DQD6AAABAAElACB36jF7XdTwnOQMh0QWVEUzpgOR0eZP7M4vMhEqagRKewDQ38S5bGEtyBoS2SKoQYqJ5DSNs24F",
    "Pt8vd0ofWKYHE0NQcuLDonMq12tiCReZ0wz39mv0ikpJzxKtdIk5eIwqcwD9sVKGf4fL9D+vfInsmXIsdo64xRcX1n06",
    "O6CQXcBOhN2GfgEWjVrcEBacC8K+fsiZTGsnps6PisQ6f3MGrmbDBe3LbaTJfS8/suFnqX+CnnGaYdno9zM4MNiWv83R",
    "2vO0O+aa7HNcKYIFB5HKB0EDcRbZzlNhSE34dRYOJyUkey48wriK6zV1bjW2G+IqZQAXAAC6ugABAA==",
  ].join(""),
  "base64",
);

const numbers = (list: string) => list.split(",").map((hex) => parseInt(hex, 16));

Deno.test("ja4() gives the value published for Chrome 131 for its recorded ClientHello", () => {
  const hello = readClientHello(CHROME_131)!;
  assert.equal(hello.serverName, "localhost");
  assert.deepEqual(hello.alpn, ["h2", "http/1.1"]);
  assert.equal(ja4(hello), "t13d1516h2_8daaf6152771_02713d6af862");
});

Deno.test("ja4() gives the value of the example in FoxIO's specification", () => {
  const hello = {
    legacyVersion: 0x0303,
    ciphers: numbers(
      "1a1a,1301,1302,1303,c02b,c02f,c02c,c030,cca9,cca8,c013,c014,009c,009d,002f,0035",
    ),
    extensions: numbers(
      "2a2a,001b,0000,0033,0010,4469,0017,002d,000d,0005,0023,0012,002b,ff01,000b,000a,0015,3a3a",
    ),
    serverName: "example.com",
    alpn: ["h2", "http/1.1"],
    supportedVersions: numbers("4a4a,0304,0303"),
    signatureAlgorithms: numbers("0403,0804,0401,0503,0805,0501,0806,0601"),
  };
  assert.equal(ja4(hello), "t13d1516h2_8daaf6152771_e5627efa2ab1");
});

Deno.test("ja4() marks what a poor client lacks", () => {
  const hello = {
    legacyVersion: 0x0301,
    ciphers: [],
    extensions: [],
    alpn: [],
    supportedVersions: [],
    signatureAlgorithms: [],
  };
  assert.equal(ja4(hello), "t10i000000_000000000000_000000000000");
});

Deno.test("readClientHello() waits for the whole of it, wherever it is cut", () => {
  const whole = readClientHello(CHROME_131);
  for (let length = 0; length < CHROME_131.length; length++) {
    assert.equal(readClientHello(CHROME_131.subarray(0, length)), undefined);
  }
  assert.deepEqual(readClientHello(splitRecord(CHROME_131, 100)), whole);
});

Deno.test("readClientHello() refuses what is none", () => {
  const lying = Buffer.from(CHROME_131);
  lying[5] = 2; // ServerHello
  for (const bytes of [Buffer.from("GET / HTTP/1.1\r\n"), lying]) {
    assert.throws(() => readClientHello(bytes), NotAClientHello);
  }
});

/** The same handshake message in two records instead of one. */
function splitRecord(record: Uint8Array, at: number): Uint8Array {
  const body = record.subarray(5);
  const header = (length: number) => [22, 3, 1, length >> 8, length & 0xff];
  return Uint8Array.from([
    ...header(at),
    ...body.subarray(0, at),
    ...header(body.length - at),
    ...body.subarray(at),
  ]);
}
