/** One form that a key could be written down in. */
export interface Trace {
  readonly encoding: string;
  readonly bytes: Buffer;
}

/**
 * Every form in which a copy of the key is looked for: as it is or escaped, and each of these encoded. Every form is made of the key's
 * two halves, so that a copy with one line break in it, as terminals make, is found too.
 */
export function tracesOf(key: string): Trace[] {
  const middle = Math.floor(key.length / 2);
  const encodings = new Map<string, string>();

  for (const half of [key.slice(0, middle), key.slice(middle)]) {
    for (const [escaping, escaped] of escapesOf(half)) {
      for (const [encoding, encoded] of encodingsOf(escaped)) {
        const name = [escaping, encoding].filter(Boolean).join(", ") || "raw";
        encodings.set(encoded, encodings.get(encoded) ?? name);
      }
    }
  }

  return [...encodings].map(([encoded, encoding]) => ({ encoding, bytes: Buffer.from(encoded) }));
}

function escapesOf(text: string): [name: string, form: string][] {
  const json = JSON.stringify(text).slice(1, -1);
  return [
    ["", text],
    ["JSON-escaped", json],
    ["JSON-escaped", goJson(json)],
    ["JSON-escaped twice", JSON.stringify(json).slice(1, -1)],
    ["HCL-escaped", json.replaceAll("${", "$${").replaceAll("%{", "%%{")],
  ];
}

function encodingsOf(text: string): [name: string, form: string][] {
  const hex = Buffer.from(text).toString("hex");
  const base64 = [0, 1, 2].map((offset) => base64At(text, offset));
  const percent = hex.replaceAll(/../g, "%$&");

  return [
    ["", text],
    ...base64.map((form): [string, string] => ["base64", form]),
    ...base64.map((form): [string, string] => ["base64url", form.replaceAll("+", "-").replaceAll("/", "_")]),
    ["hex", hex],
    ["hex", hex.toUpperCase()],
    ["URL-encoded", encodeURIComponent(text)],
    ["URL-encoded", new URLSearchParams({ "": text }).toString().slice(1)],
    ["URL-encoded", percent],
    ["URL-encoded", percent.toUpperCase()],
  ];
}

/** What stays the same of a text's base64 form, when `offset` (modulo 3) unknown bytes stand before it and others behind. */
function base64At(text: string, offset: number): string {
  const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(text)]);
  return bytes.toString("base64").slice(Math.ceil((offset * 8) / 6), Math.floor((bytes.length * 8) / 6));
}

/** Go, which Terraform is written in, escapes these three in JSON. */
function goJson(json: string): string {
  return json.replaceAll("<", "\\u003c").replaceAll(">", "\\u003e").replaceAll("&", "\\u0026");
}
