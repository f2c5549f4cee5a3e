export { AiKeySecret, type AiKeySecretProps } from "./ai-key-secret";
export { type AiKeyProps, AiKeyStack, type AiKeyStackProps } from "./ai-key-stack";
export { EphemeralVariable, type EphemeralVariableConfig } from "./ephemeral-variable";
export type { Reader } from "./reader";
