import { KEY_FORMATS } from "../../lib/key/formats";
import type { KeyKind } from "../../lib/key/rules";
import { KEY_FORMS } from "../../lib/key/validations";

/** All that a variable can hold. */
export const KEY_KINDS: readonly KeyKind[] = [
  {},
  { provider: "somebody" },
  ...KEY_FORMATS.map(({ provider }) => ({ provider })),
  ...KEY_FORMS.map((format) => ({ format })),
];
