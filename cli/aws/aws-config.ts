/** Milliseconds. Without them a command waits for ever where a firewall drops packets. */
const requestHandler = { connectionTimeout: 5_000, requestTimeout: 20_000, throwOnRequestTimeout: true };

/**
 * For the clients of the AWS SDK, which take the rest from the environment and the AWS configuration.
 *
 * @param secret a name or an ARN: an ARN says the region
 */
export function awsConfig(secret: string) {
  const region = secret.startsWith("arn:") ? secret.split(":")[3] : undefined;
  return { region: region || process.env.AWS_REGION || process.env.AWS_DEFAULT_REGION || undefined, requestHandler };
}
