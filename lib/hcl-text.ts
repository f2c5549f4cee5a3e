/**
 * A text for an expression such as `Fn.jsonencode({ … })`: cdktf escapes line breaks and `${` there, and nothing else that HCL reads otherwise.
 * https://developer.hashicorp.com/terraform/language/expressions/strings#escape-sequences
 */
export function hclText(text: string): string {
  return text.replaceAll(/["\\]/g, "\\$&").replaceAll("\r", "\\r").replaceAll("%{", "%%{");
}

/** The same for the values of an object. */
export function hclTexts(texts: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, hclText(text)]));
}
