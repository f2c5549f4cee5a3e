export { KeyRotator, type KeyRotatorProps } from "./key-rotator";
export type { OpenAiRotation, OpenRouterRotation, ProviderRotations } from "./provider-rotation";
