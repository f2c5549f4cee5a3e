/**
 * Where two configurations of Terraform say something else, as paths such as `variable.ai_api_key.nullable`. What means the same to
 * Terraform is no difference: an expression with or without `"${}"`, the white space in it, a single block with or without a list, a
 * number as a string; nor are cdktf's notes, `//`.
 */
export function differences(expected: unknown, found: unknown, path: readonly string[] = []): string[] {
  const left = simplified(expected);
  const right = simplified(found);
  if (isRecord(left) && isRecord(right)) {
    const names = new Set([...Object.keys(left), ...Object.keys(right)]);
    names.delete("//");
    return [...names].flatMap((name) => differences(left[name], right[name], [...path, name]));
  }
  return left === right ? [] : [path.join(".")];
}

function simplified(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.length === 1 && isRecord(value[0]) ? value[0] : { ...value };
  }
  if (typeof value === "string") {
    return value.includes("${") ? value.replace(/^\$\{(.*)\}$/s, "$1").replaceAll(/\s/g, "") : value.replaceAll("%%{", "%{");
  }
  return typeof value === "number" || typeof value === "boolean" ? String(value) : value;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
