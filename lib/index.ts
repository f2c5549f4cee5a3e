export { AiKeySecret, type AiKeySecretProps } from "./ai-key-secret";
export { type AiKeyProps, AiKeyStack, type AiKeyStackProps } from "./ai-key-stack";
export { EphemeralVariable, type EphemeralVariableConfig } from "./ephemeral-variable";
export { KEY_FORMATS, type KeyFormat } from "./key-formats";
export type { Reader } from "./reader";
export type { Replica } from "./replica";
export type { RotationProps } from "./rotation";
export type { SecretBody } from "./secret-body";
export type { SecretOptions } from "./secret-options";
