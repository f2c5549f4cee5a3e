export { EphemeralVariable, type EphemeralVariableConfig } from "../ephemeral-variable";
export type { KeyForm } from "../key/validations";
export type { SecretBody } from "../secret/body";
export { GoogleAiKeySecret, type GoogleAiKeySecretProps } from "./google-ai-key-secret";
export { type GoogleAiKeyProps, GoogleAiKeyStack, type GoogleAiKeyStackProps } from "./google-ai-key-stack";
export type { GoogleSecretOptions, Reminder } from "./options";
export type { GoogleReader, MadeServiceAccount } from "./reader";
export { GoogleProvider, type GoogleProviderConfig } from "./resources";
