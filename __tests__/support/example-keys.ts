import { randomKey } from "../../lab/random-key";
import { KEY_FORMATS } from "../../lib/key/formats";
import { matchingText } from "./matching-text";
import { SCANNER_RULES } from "./scanner-rules";

/** Forms that a provider still accepts, or has issued for some users only, and that no scanner's rule has. */
const OLDER: Readonly<Record<string, readonly string[]>> = {
  openai: ["sk-my-bot-[A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20}"],
  together: ["[0-9a-f]{64}"],
  voyage: ["al-[A-Za-z0-9_-]{43}"],
};

/** Keys of every provider in every form that is known, new at each run: issued by nobody. */
export const EXAMPLE_KEYS: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  KEY_FORMATS.map(({ provider }) => [
    provider,
    [
      randomKey(provider),
      ...SCANNER_RULES.filter((rule) => rule.provider === provider).map(({ pattern }) => matchingText(pattern)),
      ...(OLDER[provider] ?? []).map(matchingText),
    ],
  ]),
);
