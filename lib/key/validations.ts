import { LIMITS } from "../limits";
import { all, IS_JSON_OBJECT, type KeyTest, longerThan, matches, not } from "./key-test";

/** Characters. No AI provider issues keys this short: one that is shorter was cut off. */
export const MIN_LENGTH = 16;

/** Bytes. */
export const MAX_LENGTH = LIMITS.secretValue.most;

/** Printable ASCII without the space: what an HTTP header can carry, and one byte a character, which makes a length a size. */
const KEY_CHARACTER = "!-~";

/** White space of one byte. */
const SPACE = "\\t-\\r \\x85\\xA0";

const EMPTY = matches("^$");

const JSON_OBJECT = matches(`^[${SPACE}]*[{][${SPACE}]*"`);

const QUOTED = matches(`^["'\`][^\\n]*["'\`]$`);

const PLACEHOLDER = matches(
  [
    "^<[^\\n]*>$", // <YOUR_AI_API_SECRET_KEY>
    "^\\[[^\\n]*\\]$", // [your key]
    "^(change|replace)[-_]?(me|this|with)([-_][a-z0-9]+)*[-_!0-9]*$", // CHANGE_ME, changeme-in-production
    "^(placeholder|dummy|example|todo|tbd|none|null|undefined)([-_][a-z0-9]+)*[-_!0-9]*$",
    "^([a-z0-9]+[-_])*(your|insert|enter)([-_][a-z0-9]+)*[-_](api)?(key|token|secret)([-_][a-z0-9]+)*$", // sk-your-api-key-here
    "^(your|my)[-_]?([a-z]+[-_])*api[-_]?(key|token|secret)([-_]here)?$", // yourapikey, my-openai-api-key
    "^([a-z0-9]+[-_])*x{4,}[x\\._-]*$", // xxxx, sk-xxxxxxxx, xxxx...xxxx
    "[*]{3,}", // masked by a CI log
    "^[$][{(][^\\n]*[)}]$", // ${OPENAI_API_KEY}, ${{ secrets.KEY }}, $(cat key)
    "^[$][a-z_][a-z0-9_]*$", // $OPENAI_API_KEY
    "^[{][{][^\\n]*[}][}]$", // {{ key }}
  ].join("|"),
  { ignoreCase: true },
);

/** The values that the documentation and the scripts have for a plan, which needs one and never compares it: of whatever kind the key is. */
export const PLAN_ONLY = matches("^plan-?only[-_a-z0-9]*$|^not-the-key[-_a-z0-9]*$|planonlyplanonly", { ignoreCase: true });

/** What a key is, where it is no key of an AI provider's in the form that its other keys have. */
export type KeyForm = (typeof KEY_FORMS)[number];

export const KEY_FORMS = ["any", "gateway", "json"] as const;

/** Where a key is kept, as its maker writes it. */
export type KeyStore = (typeof KEY_STORES)[number];

/** Both store as many bytes. https://cloud.google.com/secret-manager/quotas */
export const KEY_STORES = ["AWS Secrets Manager", "Google Secret Manager"] as const;

/** What Terraform refuses as a key. */
export interface KeyRule {
  readonly name: string;
  readonly refuses: KeyTest;
  /** What is wrong and what to do, never the value. */
  readonly message: string;
  /** A plan takes such a key. */
  readonly applyOnly?: boolean;
  /** Terraform warns of such a key, and takes it: a provider changes the form of its keys, and a rotation must not wait for that. */
  readonly warns?: boolean;
}

/** A key that breaks none of the rules below, but for its size. */
export const WELL_FORMED: KeyTest = all(matches(`^[${KEY_CHARACTER}]{${MIN_LENGTH},}$`), not(QUOTED), not(PLACEHOLDER), not(JSON_OBJECT));

/**
 * What Terraform refuses of each key before it touches the store. A bad key breaks as few of the rules as possible, so that the user reads one
 * message.
 *
 * @param variable the variable's name in Terraform
 */
export function generalRules(variable: string, form: KeyForm | undefined, store: KeyStore = "AWS Secrets Manager"): KeyRule[] {
  const source = `TF_VAR_${variable}`;
  const empty: KeyRule = {
    name: "empty",
    refuses: EMPTY,
    message: `${variable} is empty. A CI secret that does not exist arrives as an empty string: create it, check its name, and pass it to this step as ${source}.`,
  };
  const planOnly: KeyRule = {
    name: "plan-only",
    refuses: PLAN_ONLY,
    applyOnly: true,
    message: `${variable} is the value for a plan, which is no key. Put the real key into ${source}.`,
  };

  if (form === "json") {
    return [
      empty,
      {
        name: "object",
        refuses: all(not(EMPTY), not(PLAN_ONLY), not(IS_JSON_OBJECT)),
        message: `${variable} is not a whole JSON object, as format: "json" says. It was cut off or quoted, or is the name of a file: put the file's content into ${source}.`,
      },
      {
        name: "characters",
        refuses: matches("[^\\t\\n\\r -~]"),
        message: `${variable} contains a control character or a character outside ASCII (often an invisible one that was copied along). Take the file as the provider has issued it.`,
      },
      long(variable, store),
      planOnly,
    ];
  }

  const short: KeyRule = {
    name: "short",
    refuses: all(matches(`^[${KEY_CHARACTER}]{1,${MIN_LENGTH - 1}}$`), not(QUOTED), not(PLACEHOLDER), not(JSON_OBJECT)),
    message: `${variable} is shorter than ${MIN_LENGTH} characters, which no API key is. It was probably cut off: copy the whole key again. GitLab takes a $ out of a variable that it expands, with the word after it. For a key that you made up for a gateway, set format: "gateway".`,
  };
  return [
    empty,
    {
      name: "json",
      refuses: JSON_OBJECT,
      message: `${variable} is JSON, not an API key. For a credential that is JSON, such as a service account's of Google, set format: "json".`,
    },
    {
      name: "spaces",
      refuses: all(matches(`^[${SPACE}]|[${SPACE}]$`), not(JSON_OBJECT)),
      message: `${variable} begins or ends with white space or a newline. Store it again without them: in a shell with printf instead of echo.`,
    },
    {
      name: "characters",
      refuses: all(matches(`[^${KEY_CHARACTER}${SPACE}]|[^${SPACE}][${SPACE}]+[^${SPACE}]`), not(JSON_OBJECT)),
      message: `${variable} contains white space, a control character or a character outside ASCII (often an invisible one that was copied along). No API key has those: copy the key again from the provider's page.`,
    },
    {
      name: "quotes",
      refuses: QUOTED,
      message: `${variable} is wrapped in quotes, which would be stored as part of the key. Take the quotes away where ${source} is set.`,
    },
    {
      name: "placeholder",
      refuses: PLACEHOLDER,
      message: `${variable} is a placeholder, a masked value or a variable that was not expanded, not a key. Put the real key into the CI secret that becomes ${source}.`,
    },
    ...(form === "gateway" ? [] : [short]),
    long(variable, store),
    planOnly,
  ];
}

function long(variable: string, store: KeyStore): KeyRule {
  return {
    name: "long",
    refuses: longerThan(MAX_LENGTH),
    message: `${variable} is longer than the ${MAX_LENGTH} bytes that ${store} stores. TF_VAR_${variable} has to hold the key alone, not a file.`,
  };
}
