/** By these AWS refuses what is wrong with a call that it allows: a table's calls are wrong where they would else destroy something. */
const WRONG = ["InvalidParameterException", "MalformedPolicyDocumentException", "PreconditionFailed"];

/** What a call shows, in the words of the tables: yes: allowed; -: nothing allows it; NO: denied. */
export async function asked(call: Promise<unknown>): Promise<"yes" | "-" | "NO"> {
  try {
    await call;
    return "yes";
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    if (/^AccessDenied(Exception)?$/.test(name)) {
      return message.includes("with an explicit deny") ? "NO" : "-";
    }
    if (WRONG.includes(name)) {
      return "yes";
    }
    throw error;
  }
}
