import { gzipSync } from "node:zlib";
import { zipSync } from "fflate";

/**
 * Documents that each hold a copy of a key, as careless programs would write it: what a scanner has to find before its silence means
 * anything. They are encoded as whole documents, by other means than the scanner's own.
 */
export function plantedCopies(key: string): Record<string, Buffer> {
  const document = (padding: string) => `${padding}{"secret_string":${JSON.stringify(key)}} `;
  const base64 = (padding: string, encoding: "base64" | "base64url") => Buffer.from(Buffer.from(document(padding)).toString(encoding));
  const hex = Buffer.from(document("")).toString("hex");
  const middle = Math.floor(key.length / 2);

  return {
    raw: Buffer.from(`token=${key}\n`),
    "in a long line, wrapped by a terminal": Buffer.from(`${key.slice(0, middle + 3)}\n${key.slice(middle + 3)}`),
    JSON: Buffer.from(document("")),
    "JSON in JSON": Buffer.from(JSON.stringify({ body: document("") })),
    "base64, first alignment": base64("", "base64"),
    "base64, second alignment": base64("-", "base64"),
    "base64, third alignment": base64("--", "base64"),
    "base64url, first alignment": base64("", "base64url"),
    "base64url, second alignment": base64("-", "base64url"),
    "base64url, third alignment": base64("--", "base64url"),
    hex: Buffer.from(hex),
    "upper-case hex": Buffer.from(hex.toUpperCase()),
    "URL-encoded": Buffer.from(new URLSearchParams({ key }).toString()),
    "URL-encoded, every byte": Buffer.from(hex.replaceAll(/../g, "%$&")),
    HCL: Buffer.from(`key = ${JSON.stringify(key).replaceAll("${", "$${").replaceAll("%{", "%%{")}\n`),
    "a zip archive": Buffer.from(zipSync({ tfstate: Buffer.from(document("")) })),
    "a gzip file": gzipSync(document("")),
  };
}
