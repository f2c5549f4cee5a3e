import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import { LambdaPermission } from "@cdktf/provider-aws/lib/lambda-permission";
import { AssetType, Fn, TerraformAsset, TerraformProvider, TerraformStack, Token } from "cdktf";
import { Construct } from "constructs";
import { AiKeySecret } from "../ai-key-secret";
import { refuseTooLong } from "../check-limits";
import { checkProp, checkTopicArn, checkUnique } from "../checks";
import { EphemeralVariable } from "../ephemeral-variable";
import { hclTexts } from "../hcl-text";
import { declareVersion } from "../key/declare-key";
import { adminVariable } from "../key/names";
import { keyValidations } from "../key/rules";
import { checkKnownProps, type PropsOf } from "../known-props";
import { excess, LIMITS } from "../limits";
import { propOf } from "../prop-of";
import { refuseAll } from "../refuse";
import { viaService } from "../region";
import { Rotation } from "../secret/rotation";
import { placeOf, ROTATOR, rotatorRoleName } from "./rotator-names";
import { type RotatedKey, type RotatedProvider, type RotatorSettings, SETTINGS_VARIABLE } from "./rotator-settings";

export interface KeyRotatorProps {
  /** The stacks with the keys, made before. A key that another stack has is not rotated. */
  readonly stacks: readonly TerraformStack[];

  /**
   * The ARN of the SNS topic that gets a message when a rotation fails, and for each unexpected read of an admin key. Its policy has to let
   * `cloudwatch.amazonaws.com` and `events.amazonaws.com` publish.
   * @default none: the alarm is in CloudWatch alone
   */
  readonly alarmTopicArn?: string | undefined;

  /**
   * The days that the function's log is kept, as CloudWatch takes them, such as 30 or 365.
   * @default 90
   */
  readonly logRetentionInDays?: number | undefined;
}

const PROPS: PropsOf<KeyRotatorProps> = { stacks: "list!", alarmTopicArn: "text", logRetentionInDays: "number" };

/** Seconds for one step. */
const TIMEOUT = 60;

/** A key, with the name of its secret. */
interface Rotated extends RotatedKey {
  readonly secretName: string;
  readonly encrypted: boolean;
}

/**
 * The function that makes the keys of those who have a provider's `rotation`, one for an account and a region, with its role, its alarm, and
 * the provider's admin key. It belongs into the administrator's stack, such as `BootstrapStack`: no role of CI or ops has a right to it but to
 * call it, which AWS asks of whoever starts a rotation.
 *
 * @throws Error at synth for a prop that breaks its rule
 *
 * @example
 * new KeyRotator(bootstrap, "rotator", { stacks: [aiSecret], alarmTopicArn });
 */
export class KeyRotator extends Construct {
  /** The function's ARN. */
  public readonly functionArn: string;

  constructor(scope: Construct, id: string, props: KeyRotatorProps) {
    super(scope, id);
    checkKnownProps(propOf(this), props, PROPS);
    checkStacks(this, props.stacks);
    const keys = rotatedKeysOf(props.stacks);
    const providers = [...new Set(keys.map(({ provider }) => provider))];
    checkProp(propOf(this, "stacks"), keys.length > 0, "have a key with rotation: { openai: … } or { openrouter: … }", []);
    const secretNames = keys.map(({ secretName }) => secretName);
    checkUnique(propOf(this, "stacks"), secretNames, "have each secret once");
    if (props.alarmTopicArn !== undefined) {
      checkTopicArn(propOf(this, "alarmTopicArn"), props.alarmTopicArn);
    }
    refuseTooLong(this);

    const place = placeOf(this);
    const { partition, account, region } = place;
    const arn = (service: string, resource: string) => `arn:${partition}:${service}:${region}:${account}:${resource}`;
    const secretArn = ({ secretName }: Rotated) => arn("secretsmanager", `secret:${secretName}-??????`); // AWS adds six characters
    const secretArns = keys.map(secretArn);

    const logs = new CloudwatchLogGroup(this, "logs", {
      name: `/aws/lambda/${ROTATOR}`,
      retentionInDays: props.logRetentionInDays ?? 90,
    });

    const lambda = { actions: ["sts:AssumeRole"], principals: [{ type: "Service", identifiers: ["lambda.amazonaws.com"] }] };
    const role = new IamRole(this, "role", {
      name: rotatorRoleName(place),
      description: "Replaces AI keys: reads and stores those that are being made",
      assumeRolePolicy: new DataAwsIamPolicyDocument(this, "trust", { statement: [lambda] }).json,
    });
    const rights = new DataAwsIamPolicyDocument(this, "rights", {
      statement: [
        {
          sid: "StoreNewKeys",
          actions: ["secretsmanager:DescribeSecret", "secretsmanager:PutSecretValue", "secretsmanager:UpdateSecretVersionStage"],
          resources: secretArns,
        },
        {
          sid: "TestTheNewKeyOnly",
          actions: ["secretsmanager:GetSecretValue"],
          resources: secretArns,
          condition: [{ test: "StringEquals", variable: "secretsmanager:VersionStage", values: ["AWSPENDING"] }],
        },
        ...(keys.some(({ encrypted }) => encrypted)
          ? [
              {
                sid: "EncryptThroughSecretsManager",
                actions: ["kms:Decrypt", "kms:GenerateDataKey"],
                resources: [`arn:${partition}:kms:*:${account}:key/*`], // AWS chooses the ids; a replica's key is in its region
                condition: [
                  {
                    test: "StringLike",
                    variable: "kms:ViaService",
                    values: viaService("secretsmanager", region).map((service) => service.replace(region, "*")),
                  },
                  {
                    test: "ArnLike",
                    variable: "kms:EncryptionContext:SecretARN",
                    values: secretArns.map((one) => one.replace(region, "*")),
                  },
                ],
              },
            ]
          : []),
        { sid: "Log", actions: ["logs:CreateLogStream", "logs:PutLogEvents"], resources: [`${logs.arn}:*`] },
      ],
    });
    const rightsOfRole = new IamRolePolicy(this, "rotate", { role: role.name, name: "rotate", policy: rights.json });

    const adminKeys = providers.map((provider) => [provider, this.adminKey(provider, role, props)] as const);

    const settings: RotatorSettings = {
      adminKeys: Object.fromEntries(adminKeys.map(([provider, { arn }]) => [provider, arn])),
      keys: Object.fromEntries(keys.map(({ secretName, encrypted: _, ...key }) => [secretName, key])),
    };
    this.node.addValidation({ validate: () => refuseAll(tooLong(propOf(this, "stacks"), settings)) });

    const code = new TerraformAsset(this, "code", { path: `${__dirname}/../../rotator/bundle`, type: AssetType.ARCHIVE });
    const rotator = new LambdaFunction(this, "function", {
      functionName: ROTATOR,
      description: "Makes the keys of AI providers, and deletes the old ones",
      role: role.arn,
      runtime: "nodejs22.x",
      handler: "index.handler",
      timeout: TIMEOUT,
      memorySize: 256, // MB
      filename: code.path,
      sourceCodeHash: code.assetHash,
      environment: { variables: { [SETTINGS_VARIABLE]: Fn.jsonencode(inHcl(settings)) } },
      dependsOn: [logs, rightsOfRole],
    });
    this.functionArn = rotator.arn;

    for (const key of keys) {
      new LambdaPermission(this, `permission-${key.secretName}`, {
        action: "lambda:InvokeFunction",
        functionName: rotator.functionName,
        principal: "secretsmanager.amazonaws.com",
        sourceAccount: account,
        sourceArn: secretArn(key),
      });
    }

    new CloudwatchMetricAlarm(this, "alarm", {
      alarmName: `${ROTATOR}-failed`,
      alarmDescription: "A rotation of an AI key has failed, and the current key stays. The function's log says why.",
      namespace: "AWS/Lambda",
      metricName: "Errors",
      dimensions: { FunctionName: rotator.functionName },
      statistic: "Sum",
      period: 300,
      evaluationPeriods: 1,
      threshold: 1,
      comparisonOperator: "GreaterThanOrEqualToThreshold",
      treatMissingData: "notBreaching",
      alarmActions: props.alarmTopicArn === undefined ? undefined : [props.alarmTopicArn],
    });
  }

  /** The secret of a provider's admin key, which the function's role alone may read. */
  private adminKey(provider: RotatedProvider, role: IamRole, { alarmTopicArn }: KeyRotatorProps): AiKeySecret {
    const stack = TerraformStack.of(this);
    const variable = adminVariable(provider);
    const secret = new AiKeySecret(this, `${provider}-admin-key`, {
      apiKey: new EphemeralVariable(stack, variable, {
        description: `The admin key of ${provider}, from TF_VAR_${variable}. Never written to plan or state.`,
        validation: keyValidations(variable, { provider, admin: true }),
      }),
      apiKeyVersion: declareVersion(stack, `${variable}_version`, "Change this number to store the admin key again."),
      name: `ai/rotator/${provider}-admin-key`,
      description: `The admin key of ${provider}, which makes keys`,
      readers: [],
      alarmTopicArn,
    });
    secret.grantRead(role);
    return secret;
  }
}

function rotatedKeysOf(stacks: readonly TerraformStack[]): Rotated[] {
  return stacks
    .flatMap((stack) => stack.node.findAll())
    .filter((element) => element instanceof Rotation)
    .flatMap(({ secretName, encrypted, key }) => (key ? [{ ...key, secretName, encrypted }] : []));
}

/** A function rotates secrets of its own region. */
function checkStacks(scope: Construct, stacks: readonly TerraformStack[]): void {
  const prop = propOf(scope, "stacks");
  const own = regionOfStack(TerraformStack.of(scope));
  for (const stack of stacks) {
    checkProp(prop, TerraformStack.isStack(stack), "hold stacks", stack);
    const region = regionOfStack(stack);
    const same = own === undefined || region === undefined || region === own;
    checkProp(
      prop,
      same,
      `be in the region of the rotator, ${own}: make another KeyRotator in a stack of the other region`,
      `${stack.node.id} in ${region}`,
    );
  }
}

/** As the provider of the stack says it; undefined where AWS's own configuration does. */
function regionOfStack(stack: TerraformStack): string | undefined {
  const regions = stack.node
    .findAll()
    .filter(TerraformProvider.isTerraformProvider)
    .flatMap((provider) => ("region" in provider && typeof provider.region === "string" ? provider.region : []));
  return regions.length === 1 && !Token.isUnresolved(regions[0]) ? regions[0] : undefined;
}

/** As an expression has it: what stands beside a key can be any text. */
function inHcl({ adminKeys, keys }: RotatorSettings): RotatorSettings {
  const escaped = Object.entries(keys).map(([name, key]) => [name, key.body ? { ...key, body: hclTexts(key.body) } : key]);
  return { adminKeys, keys: Object.fromEntries(escaped) };
}

/** Lambda counts names and values: the ARN of an admin key's secret counts as it is at least. */
function tooLong(prop: string, settings: RotatorSettings): string[] {
  const known = { ...settings, adminKeys: {} };
  const problem = excess(LIMITS.functionEnvironment, SETTINGS_VARIABLE.length + JSON.stringify(known).length);
  return problem ? [`${prop} have too many keys for one function. ${problem}`] : [];
}
