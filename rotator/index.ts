import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SURROUNDINGS } from "./ask";
import { type RotationEvent, rotate } from "./rotation";
import { settingsIn } from "./settings";

const secrets = new SecretsManagerClient({});

/** What Lambda calls. What it throws is an error of the rotation: Secrets Manager repeats it, and the alarm counts it. */
export async function handler(event: RotationEvent): Promise<void> {
  try {
    console.log(await rotate(secrets, settingsIn(process.env), SURROUNDINGS, event));
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error("unknown error");
    const failure = new Error(message); // without the stack and the causes, which no administrator needs
    failure.name = name;
    failure.stack = `${name}: ${message}`;
    throw failure;
  }
}
