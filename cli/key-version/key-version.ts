import { scryptSync } from "node:crypto";

/** Bytes. 48 bits and one stay below the 2^53 that Terraform's numbers have in a state. */
const SIZE = 6;

/** 0.1 s and 16 MiB (bench/RESULTS.md), for the deploy once and for whoever guesses each time. Another cost is another number for everyone. */
const COST = { N: 2 ** 14, r: 8, p: 3 };

/**
 * A number from 1 to 2^48 that changes when the key changes: one changed key in 2^48 goes unnoticed.
 *
 * @param secretName the salt: the same key has another number in another secret
 */
export function keyVersion(key: string, secretName: string): number {
  return scryptSync(key, secretName, SIZE, COST).readUIntBE(0, SIZE) + 1; // Terraform refuses 0
}
