import { type RotatorSettings, SETTINGS_VARIABLE } from "../lib/rotation/rotator-settings";

/** @throws Error when the function was deployed without them */
export function settingsIn(environment: Readonly<Record<string, string | undefined>>): RotatorSettings {
  const text = environment[SETTINGS_VARIABLE];
  if (!text) {
    throw new Error(`The function's environment has no ${SETTINGS_VARIABLE}: deploy the stack of the rotator again.`);
  }
  return JSON.parse(text);
}
