/** Where a fingerprint is kept in the set of what was seen. */
export interface SeenPlace {
  /** One of 16 regions. */
  readonly region: string;
  /** A 64-bit integer, as a decimal string. */
  readonly value: string;
}

/**
 * Takes the 68 bits of a fingerprint that are kept: two different requests of a billion are mistaken for
 * one with a probability of 1 in 600 (n² / 2^69).
 *
 * @param fingerprint 32 hexadecimal digits.
 */
export function seenPlace(fingerprint: string): SeenPlace {
  return {
    region: fingerprint.slice(31),
    value: BigInt.asIntN(64, BigInt(`0x${fingerprint.slice(0, 16)}`)).toString(),
  };
}
