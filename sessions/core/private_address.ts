import { BlockList, isIP } from "node:net";

const NOT_PUBLIC = new BlockList();

// IANA's special-purpose registries (RFC 6890): everything that is not globally reachable.
for (
  const [network, prefix] of [
    ["0.0.0.0", 8],
    ["10.0.0.0", 8],
    ["100.64.0.0", 10], // shared address space; 100.100.100.200 is Alibaba's metadata server
    ["127.0.0.0", 8],
    ["169.254.0.0", 16], // link-local; 169.254.169.254 is most clouds' metadata server
    ["172.16.0.0", 12],
    ["192.0.0.0", 24],
    ["192.0.2.0", 24],
    ["192.168.0.0", 16],
    ["198.18.0.0", 15],
    ["198.51.100.0", 24],
    ["203.0.113.0", 24],
    ["224.0.0.0", 4],
    ["240.0.0.0", 4],
    ["168.63.129.16", 32], // Azure's metadata server has a public address
  ] as const
) NOT_PUBLIC.addSubnet(network, prefix, "ipv4");

for (
  const [network, prefix] of [
    ["::", 96], // unspecified, loopback, and the deprecated IPv4-compatible ones
    ["64:ff9b:1::", 48],
    ["100::", 64],
    ["2001::", 23], // Teredo among others, which hides an IPv4 address
    ["2001:db8::", 32],
    ["fc00::", 7],
    ["fe80::", 10],
    ["fec0::", 10],
    ["ff00::", 8],
  ] as const
) NOT_PUBLIC.addSubnet(network, prefix, "ipv6");

/**
 * Whether an address is private, loopback, link-local, multicast, reserved, or a cloud's metadata
 * server. IPv6 addresses that carry an IPv4 address are judged by that.
 *
 * @param address An IPv4 or IPv6 address, without brackets.
 */
export function isPrivateAddress(address: string): boolean {
  if (isIP(address) !== 6) return NOT_PUBLIC.check(address, "ipv4");
  const embedded = embeddedIpv4(address);
  if (embedded !== undefined) return NOT_PUBLIC.check(embedded, "ipv4");
  return NOT_PUBLIC.check(address, "ipv6");
}

/**
 * The address that a host stands for by itself, without asking a name server.
 *
 * @param hostname A host as `URL.hostname` gives it, which has turned decimal, octal and hexadecimal
 * spellings of IPv4 addresses into the usual one.
 * @returns The address; `undefined` for a name.
 */
export function literalAddress(hostname: string): string | undefined {
  const host = hostname.replace(/^\[|\]$|\.$/g, "");
  if (isIP(host) !== 0) return host;
  // RFC 6761 §6.3: always this machine, whatever a name server says.
  return host === "localhost" || host.endsWith(".localhost") ? "127.0.0.1" : undefined;
}

/** The IPv4 address in a mapped (::ffff:0:0/96), NAT64 (64:ff9b::/96) or 6to4 (2002::/16) address. */
function embeddedIpv4(address: string): string | undefined {
  const groups = ipv6Groups(address);
  const [first = 0, second = 0, third = 0] = groups;
  if (first === 0x2002) return ipv4(second, third);
  const zeros = groups.slice(2, 5).every((group) => group === 0);
  const mapped = first === 0 && second === 0 && zeros && groups[5] === 0xffff;
  const nat64 = first === 0x64 && second === 0xff9b && zeros && groups[5] === 0;
  return mapped || nat64 ? ipv4(groups[6] ?? 0, groups[7] ?? 0) : undefined;
}

function ipv4(high: number, low: number): string {
  return [high >> 8, high & 255, low >> 8, low & 255].join(".");
}

/** The eight groups of an IPv6 address. */
function ipv6Groups(address: string): number[] {
  // The URL parser writes every form as hexadecimal groups with one "::" (also a dotted tail).
  const bare = address.replace(/%.*$/, "");
  const text = new URL(`http://[${bare}]/`).hostname.slice(1, -1);
  const [head = "", tail] = text.split("::");
  const before = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? 0 : 8 - before.length - after.length;
  return [...before, ...Array<string>(zeros).fill("0"), ...after].map((group) =>
    Number.parseInt(group, 16)
  );
}
