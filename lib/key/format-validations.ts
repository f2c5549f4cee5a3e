import { KEY_FORMATS, type KeyFormat, NO_APPLICATION_KEY, OTHER_SERVICE } from "./formats";
import { all, matches, not } from "./key-test";
import { type KeyRule, PLAN_ONLY, WELL_FORMED } from "./validations";

const NO_APPLICATION = matches(NO_APPLICATION_KEY);

const OTHER = matches(OTHER_SERVICE);

/**
 * What Terraform refuses as a key of an AI provider, with a message that says what such a key looks like, and whose it seems to be. A message
 * can't be put together from the value, which is never shown: each provider that a key may belong to has a rule of its own.
 *
 * @param variable the variable's name in Terraform
 * @param provider none of `KEY_FORMATS`: a key of any provider
 */
export function formatRules(variable: string, provider: string | undefined): KeyRule[] {
  const any: KeyRule[] = [
    {
      name: "no-application",
      refuses: NO_APPLICATION,
      message: `${variable} is an admin key, a management key or a session of a person (such as sk-admin-, sk-ant-admin01-, sk-ant-oat01-, xai-token-), which can do more than an application may, or ends by itself. Make an API key for the application. If you mean it, set format: "any".`,
    },
    {
      name: "other-service",
      refuses: OTHER,
      message: `${variable} seems to be a key of another service, such as SendGrid, Slack, Stripe, AWS or Azure DevOps, not of an AI provider. Put the right one into TF_VAR_${variable}. If you mean it, set format: "any".`,
    },
  ];

  const own = KEY_FORMATS.find((format) => format.provider === provider);
  if (!own) {
    return any;
  }
  const stranger = not(matches(own.pattern));
  const others = KEY_FORMATS.filter((format) => format !== own && format.telling !== "");
  const telling = others.map(({ name, pattern, telling = pattern }) => ({ name, telling }));
  const elsewhere = matches(telling.map((other) => other.telling).join("|"));

  return [
    ...any,
    ...telling.map((other) => ({
      name: "other-provider",
      refuses: own.telling === "" ? matches(other.telling) : all(stranger, matches(other.telling)),
      message: `${variable} seems to be a key of ${other.name}, not of ${own.name}, whose key ${own.looksLike}. Put the right one into TF_VAR_${variable}. ${remedyFor(own)}`,
    })),
    {
      name: "whole",
      warns: true,
      refuses: all(stranger, not(elsewhere), not(NO_APPLICATION), not(OTHER), not(PLAN_ONLY), WELL_FORMED),
      message: notWhole(variable, own),
    },
  ];
}

/** What only the keys of this provider are told. */
export function notWhole(variable: string, own: KeyFormat): string {
  return `${variable} is not a whole key of ${own.name}, which ${own.looksLike}. If it was cut off, or is somebody else's, copy the whole key again, and deploy it with another number. GitLab takes a $ out of a variable that it expands, with the word after it. ${remedyFor(own)}`;
}

function remedyFor({ name }: KeyFormat): string {
  return `If ${name} has other keys by now, set format: "any".`;
}
