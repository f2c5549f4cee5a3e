import type { DataAwsIamPolicyDocumentStatement } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { DataAwsSecretsmanagerSecret } from "@cdktf/provider-aws/lib/data-aws-secretsmanager-secret";
import { type ITerraformDependable, Token } from "cdktf";
import { Construct } from "constructs";
import { secretNameOf } from "../arn";
import { checkArn, checkKmsKeyArn, checkSecretName } from "../checks";
import { checkKnownProps, type PropsOf } from "../known-props";
import { propOf } from "../prop-of";
import { hasAwsKey, SECRET_ARN } from "./adoption";
import { Grants } from "./grants";
import { grantStatements, type SecretAndKeys } from "./read-policy";
import type { Principal, Reader } from "./reader";

/** What an application's stack does with a secret: one that the program makes, or one that is there. */
export interface GrantableSecret {
  /** The secret's ARN, with the six characters that AWS adds. */
  readonly arn: string;
  /** The secret's name in AWS. */
  readonly name: string;
  /** What it takes to read the secret, for a policy of yours that lets its holder read many. Each call gives new statements. */
  readonly readStatements: DataAwsIamPolicyDocumentStatement[];
  /** Lets a role or a user read the secret, by a policy that is attached in its own stack. @returns the attachment, to depend on */
  grantRead(reader: Reader): ITerraformDependable;
  /** Lets a role or a user store new values, and not read them. @returns the attachment, to depend on */
  grantWrite(writer: Principal): ITerraformDependable;
}

/** What is known of a secret besides its name or its ARN. */
export interface KnownSecretOptions {
  /**
   * The ARN of the KMS key that encrypts the secret.
   * @default the key that AWS manages, which readers need no right to
   */
  readonly encryptionKey?: string | undefined;
}

const OPTIONS: PropsOf<KnownSecretOptions> = { encryptionKey: "text" };

/** How a secret is known. */
type Known = { readonly secretArn: string } | { readonly secretName: string };

/** A secret that another stack, program or person has made. Nothing of it changes: where it has `readers`, they are named there. */
export class KnownSecret extends Construct implements GrantableSecret {
  public readonly arn: string;
  public readonly name: string;
  private readonly secret: SecretAndKeys;
  private readonly grants: Grants;

  /** @throws Error for a literal that is no whole ARN or no name */
  constructor(scope: Construct, id: string, known: Known, options: KnownSecretOptions = {}) {
    super(scope, id);
    checkKnownProps(propOf(this), options, OPTIONS);
    const { encryptionKey } = options;
    if (encryptionKey !== undefined) {
      checkKmsKeyArn(propOf(this, "encryptionKey"), encryptionKey);
    }

    if ("secretArn" in known) {
      const { secretArn } = known;
      checkArn(propOf(this, "secretArn"), secretArn, SECRET_ARN, "arn:aws:secretsmanager:eu-central-1:111122223333:secret:my-key-a1B2c3");
      this.arn = secretArn;
      this.name = Token.isUnresolved(secretArn) ? secretArn : secretNameOf(secretArn);
    } else {
      const { secretName } = known;
      checkSecretName(propOf(this, "secretName"), secretName);
      this.name = secretName;
      this.arn = new DataAwsSecretsmanagerSecret(this, "lookup", {
        name: secretName,
        lifecycle: encryptionKey === undefined ? { postcondition: [hasAwsKey(this, secretName)] } : undefined,
      }).arn;
    }

    this.secret = { secretName: this.name, secretArns: [this.arn], keyArns: encryptionKey === undefined ? [] : [encryptionKey] };
    this.grants = new Grants(this, this.secret, undefined);
  }

  public get readStatements(): DataAwsIamPolicyDocumentStatement[] {
    return grantStatements(this.secret);
  }

  public grantRead(reader: Reader): ITerraformDependable {
    return this.grants.read(reader);
  }

  public grantWrite(writer: Principal): ITerraformDependable {
    return this.grants.write(writer);
  }
}
