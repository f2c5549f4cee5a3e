import { scryptSync } from "node:crypto";

/** Bytes. 48 bits and one stay below the 2^53 that Terraform's numbers have in a state. */
const SIZE = 6;

/** 0.1 to 0.2 s and 32 MiB, for the deploy once and for whoever guesses each time. */
const COST = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 };

/**
 * A number from 1 to 2^48 that changes when the key changes: one changed key in 2^48 goes unnoticed.
 *
 * @param secretName the salt: the same key has another number in another secret
 */
export function keyVersion(key: string, secretName: string): number {
  return scryptSync(key, secretName, SIZE, COST).readUIntBE(0, SIZE) + 1; // Terraform refuses 0
}
