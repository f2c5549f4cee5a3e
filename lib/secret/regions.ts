import { Token } from "cdktf";
import type { IConstruct } from "constructs";
import { regionOf } from "../arn";
import { providerOf } from "../aws-provider";
import { checkProp } from "../checks";
import { propOf } from "../prop-of";
import type { SecretOptions } from "./options";

/** What belongs to one secret, where it is known: by ARNs, mostly. */
export interface InRegion extends Pick<SecretOptions, "replicas" | "encryptionKey" | "alarmTopicArn" | "rotation"> {
  readonly adoptSecretArn?: string | undefined;
  readonly adoptEncryptionKeyArn?: string | undefined;
}

/** A replica is in another region than the secret. Everything that works on the secret itself is in the secret's region. */
export function checkRegions(secret: IConstruct, options: InRegion): void {
  const ownRegion = declaredRegion(secret);
  if (ownRegion === undefined) {
    return; // then a deploy looks
  }
  const { replicas = [], encryptionKey, alarmTopicArn, adoptSecretArn, adoptEncryptionKeyArn, rotation } = options;
  for (const { region } of replicas) {
    checkProp(propOf(secret, "replicas.region"), region !== ownRegion, "be another region than the secret's own", region);
  }
  const ofOwnRegion = {
    encryptionKey,
    alarmTopicArn,
    adoptSecretArn,
    adoptEncryptionKeyArn,
    "rotation.function.lambdaArn": rotation?.function?.lambdaArn,
  };
  for (const [prop, arn = ""] of Object.entries(ofOwnRegion)) {
    const known = !Token.isUnresolved(arn) && arn.startsWith("arn:");
    checkProp(propOf(secret, prop), !known || regionOf(arn) === ownRegion, `be of the secret's own region, ${ownRegion}`, arn);
  }
}

/** The region that the program says of the AWS provider. */
function declaredRegion(scope: IConstruct): string | undefined {
  const region = providerOf(scope)?.toTerraform().provider.aws[0].region;
  return Token.isUnresolved(region) ? undefined : region;
}
