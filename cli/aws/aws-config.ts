import { defaultProvider } from "@aws-sdk/credential-provider-node";
import { proxyAgents } from "../proxy/proxy-agents";

/** Milliseconds. Without them a command waits for ever where a firewall drops packets. */
const TIMEOUTS = { connectionTimeout: 5_000, requestTimeout: 20_000, throwOnRequestTimeout: true };

/**
 * For the clients of the AWS SDK, which take the rest from the environment and the AWS configuration.
 *
 * @param secret a name or an ARN: an ARN says the region
 * @param stackRegion of the stack that declares the secret by this name
 */
export function awsConfig(secret: string, stackRegion?: string) {
  const region = secret.startsWith("arn:") ? secret.split(":")[3] : stackRegion;
  return {
    region: region || process.env.AWS_REGION || process.env.AWS_DEFAULT_REGION || undefined,
    requestHandler: { ...TIMEOUTS, ...proxyAgents() },
    // Of its own accord, the SDK asks IAM Identity Center directly.
    credentials: defaultProvider({ clientConfig: { requestHandler: { ...TIMEOUTS, ...proxyAgents() } } }),
  };
}
