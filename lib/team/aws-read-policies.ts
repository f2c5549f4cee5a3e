/**
 * AWS's own policies that allow reading every secret: ai-key access lists who has them. Of all that AWS has, others allow it for secrets with a
 * tag of their service alone: https://github.com/zoph-io/MAMIP, of 7 March 2026.
 */
export const AWS_READ_POLICIES = [
  "AdministratorAccess",
  "AWSSecretsManagerClientReadOnlyAccess",
  "PowerUserAccess",
  "SecretsManagerReadWrite",
];
