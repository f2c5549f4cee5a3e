import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./project";

/** A document's code blocks in a language, in order. */
export function blocks(document: string, language: string): string[] {
  const text = readFileSync(join(ROOT, document), "utf8");
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "gms"))].map(([, code = ""]) => code);
}

/** The only block in a language that has a text in it. */
export function block(document: string, language: string, text: string): string {
  const [found, ...others] = blocks(document, language).filter((code) => code.includes(text));
  if (found === undefined || others.length > 0) {
    throw new Error(`${document} must have one ${language} block with ${text}; it has ${found === undefined ? 0 : others.length + 1}`);
  }
  return found;
}
