import { parse } from "@cdktf/hcl2json";
import { differences } from "./differences";

/**
 * Checks that a stack's HCL says the same as its JSON.
 *
 * @throws Error for something that cdktf can't write as HCL and that is not put right here
 */
export async function checkComplete(stack: string, hcl: string, config: unknown): Promise<void> {
  const refuse = (what: string) =>
    new Error(`cdktf can't write ${stack} as HCL: ${what}. In texts, do without line breaks, backslashes, and quotes beside a reference.`);

  const found = await parse("main.tf", hcl).catch((error: unknown) => {
    throw refuse(error instanceof Error ? error.message : String(error));
  });
  const [first] = differences(config, found);
  if (first !== undefined) {
    throw refuse(`${first} is not the same`);
  }
}
