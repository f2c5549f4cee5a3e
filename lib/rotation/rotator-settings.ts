/** The variable of the function's environment that holds its settings: none of them is a secret. */
export const SETTINGS_VARIABLE = "ROTATOR_SETTINGS";

/** The providers whose keys the rotator makes. */
export type RotatedProvider = "openai" | "openrouter";

/** What a key is made with. It is no secret: the function's environment holds it. */
export interface RotatedKey {
  readonly provider: RotatedProvider;
  /** Where the provider makes the key, and what the key may do. */
  readonly made: Readonly<Record<string, string | number | readonly string[]>>;
  /** The days from which on the provider takes the key no longer. */
  readonly expiresInDays?: number;
  /** What stands in the secret beside the key; without it, the secret holds the key alone. */
  readonly body?: Readonly<Record<string, string>>;
  /** The name of the key's field beside them; without it, `apiKey`. */
  readonly keyName?: string;
}

/** What the function knows: no secret that is not here is rotated. */
export interface RotatorSettings {
  /** The ARN of each admin key's secret. */
  readonly adminKeys: Readonly<Partial<Record<RotatedProvider, string>>>;
  /** By the names of their secrets. */
  readonly keys: Readonly<Record<string, RotatedKey>>;
}
