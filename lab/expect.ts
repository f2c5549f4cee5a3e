import { isDeepStrictEqual } from "node:util";
import type { Wording } from "./terraform/terraform-says";

/**
 * A check of the rehearsal.
 *
 * @throws Error with what was expected and what was found; never pass it a key
 */
export function expectEqual(what: string, found: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(found, expected)) {
    throw new Error(`${what}\n  expected: ${JSON.stringify(expected)}\n  found:    ${JSON.stringify(found)}`);
  }
}

/** @throws Error when a command's output lacks a text, or every wording of it, with the end of the output */
export function expectOutput(what: string, output: string, expected: string | readonly Wording[]): void {
  const texts = typeof expected === "string" ? [expected] : expected.map(({ text }) => text);
  if (!texts.some((text) => unwrapped(output).includes(text))) {
    throw new Error(
      `${what}\n  expected: ${texts.map((text) => `"${text}"`).join(" or ")} in the output\n  found:    ${output.trim().split("\n").slice(-15).join("\n            ")}`,
    );
  }
}

/**
 * An output without the frames and the line breaks that Terraform and cdktf put into long messages. cdktf begins each piece that it gets with
 * the stack's name, wherever it was cut.
 */
export function unwrapped(output: string): string {
  return output.replaceAll(/\s*\n(?:[\w-]+ +(?=[│╷╵]))?[\s│╷╵]*/g, " ");
}
