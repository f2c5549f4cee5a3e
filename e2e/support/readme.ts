import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./project";

/** The README's code blocks in a language, in order. */
export function readmeBlocks(language: string): string[] {
  const readme = readFileSync(join(ROOT, "README.md"), "utf8");
  return [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "gms"))].map(([, code = ""]) => code);
}

/** The only block in a language that has a text in it. */
export function readmeBlock(language: string, text: string): string {
  const [block, ...others] = readmeBlocks(language).filter((code) => code.includes(text));
  if (block === undefined || others.length > 0) {
    throw new Error(`The README must have one ${language} block with ${text}; it has ${block === undefined ? 0 : others.length + 1}`);
  }
  return block;
}
