import { randomBytes } from "node:crypto";
import { randomKey } from "../../lab/random-key";
import { KEY_FORMATS } from "../../lib/key/formats";

/** Letters and digits. */
const random = (length: number) => randomBytes(length).toString("hex").slice(0, length);

/** Forms that a provider still accepts, or has issued for some users only. */
const OLDER: Readonly<Record<string, readonly string[]>> = {
  openai: [
    `sk-${random(20)}T3BlbkFJ${random(20)}`,
    `sk-proj-${random(20)}T3BlbkFJ${random(20)}`,
    `sk-svcacct-${random(58)}T3BlbkFJ${random(58)}`,
    `sk-admin-${random(58)}T3BlbkFJ${random(58)}`,
    `sk-my-bot-${random(20)}T3BlbkFJ${random(20)}`,
  ],
  anthropic: [`sk-ant-admin01-${random(93)}AA`],
  "google-gemini": [`AIzaSy${random(16)}_-${random(15)}`],
  "azure-openai": [random(32), `${random(52)}JQQJ99BK${random(12)}AAAAACOG${random(4)}`],
  "hugging-face": [`api_org_${random(34)}`],
  together: [random(64)],
};

/** Keys of every provider in every form that is known, new at each run: issued by nobody. */
export const EXAMPLE_KEYS: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  KEY_FORMATS.map(({ provider }) => [provider, [randomKey(provider), ...(OLDER[provider] ?? [])]]),
);
