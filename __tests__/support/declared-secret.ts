import type { DeclaredSecret } from "../../cli/declared-secret";

/** What a plain stack declares, once it is deployed. */
export const DECLARED_SECRET: DeclaredSecret = {
  name: "ai/production/api-key",
  arn: "arn:aws:secretsmanager:us-east-1:111122223333:secret:ai/production/api-key-a1B2c3",
  keys: [{ variable: "ai_api_key", provider: undefined, field: undefined }],
  provider: undefined,
  keyArn: undefined,
  replicas: [],
  policy: undefined,
  rotates: false,
  version: 3,
  versionId: "deployed",
};
