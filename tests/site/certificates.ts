import { generate } from "selfsigned";

/** A certificate authority that lives as long as a test, and two certificates from it. */
export interface Certificates {
  /** The authority's certificate, for clients to trust. */
  readonly caPem: string;
  /** The server's certificate, for `localhost` and 127.0.0.1. */
  readonly certPem: string;
  /** The server's private key. */
  readonly keyPem: string;
  /** A certificate for a client called "Ada", and its private key. */
  readonly client: { readonly cert: string; readonly key: string };
}

const ALGORITHM = { keyType: "ec", curve: "P-256", algorithm: "sha256" } as const;

/** Makes a throw-away authority, a server certificate and a client's (X.509 v3, as Deno's `caCerts` demands). */
export async function makeCertificates(): Promise<Certificates> {
  // Two authorities of one name could not be trusted side by side.
  const name = `Orbweaver test authority ${crypto.randomUUID().slice(0, 8)}`;
  const authority = await generate([{ name: "commonName", value: name }], {
    ...ALGORITHM,
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      { name: "keyUsage", keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const server = await generate([{ name: "commonName", value: "localhost" }], {
    ...ALGORITHM,
    ca: { key: authority.private, cert: authority.cert },
    extensions: [
      { name: "basicConstraints", cA: false, critical: true },
      { name: "keyUsage", digitalSignature: true, critical: true },
      { name: "extKeyUsage", serverAuth: true },
      {
        name: "subjectAltName",
        altNames: [{ type: 2, value: "localhost" }, { type: 7, ip: "127.0.0.1" }],
      },
    ],
  });
  const client = await generate([{ name: "commonName", value: "Ada" }], {
    ...ALGORITHM,
    ca: { key: authority.private, cert: authority.cert },
    extensions: [
      { name: "basicConstraints", cA: false, critical: true },
      { name: "keyUsage", digitalSignature: true, critical: true },
      { name: "extKeyUsage", clientAuth: true },
    ],
  });
  return {
    caPem: authority.cert,
    certPem: server.cert,
    keyPem: server.private,
    client: { cert: client.cert, key: client.private },
  };
}
