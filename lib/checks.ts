import { Token, Tokenization } from "cdktf";
import { shown } from "./key/may-be-key";
import { LIMITS } from "./limits";
import { refuse } from "./refuse";

/**
 * Throws one clear error for a prop that breaks a rule: what, the rule, what was got.
 *
 * @param prop the construct's path and the prop, as `propOf` writes them
 * @param rule what the value has to be, as the end of "must …"
 * @throws Error when `valid` is false
 */
export function checkProp(prop: string, valid: boolean, rule: string, got: unknown): void {
  if (!valid) {
    refuse(`${prop} must ${rule}; got ${shown(got)}`);
  }
}

/**
 * Throws for the first value that is in a list twice.
 *
 * @param rule as above
 */
export function checkUnique(prop: string, values: readonly string[], rule: string): void {
  for (const [index, value] of values.entries()) {
    checkProp(prop, values.indexOf(value) === index, rule, value);
  }
}

/**
 * Throws for a list that only a deploy knows: each of its values has to be looked at.
 *
 * @param values what the list is of
 */
export function checkIsList(prop: string, list: readonly string[], values: string): void {
  const isListToken = Tokenization.reverseList([...list]) !== undefined;
  const rule = `be a list in the program itself, whose ${values} may each be known at deploy`;
  checkProp(prop, !isListToken, rule, "a list that is known at deploy");
}

/**
 * Checks an ARN of one kind of resource.
 *
 * @param example an ARN as it should be
 * @throws Error for any other text; a token passes
 */
export function checkArn(prop: string, arn: string, pattern: RegExp, example: string): void {
  checkProp(prop, Token.isUnresolved(arn) || pattern.test(arn), `be an ARN such as ${example}`, arn);
}

/** @throws Error for anything but a KMS key's own ARN: IAM policies can't name a key by its alias */
export function checkKmsKeyArn(prop: string, arn: string): void {
  const pattern = /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/;
  checkArn(prop, arn, pattern, "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab");
}

/** @throws Error for anything but the ARN of an SNS topic */
export function checkTopicArn(prop: string, arn: string): void {
  checkArn(prop, arn, /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}$/, "arn:aws:sns:eu-central-1:111122223333:security");
}

/**
 * @throws Error for what can't be the name of an AWS region, and for those that are isolated: services have other names there, which the
 * conditions of KMS keys would have to say. https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html
 */
export function checkRegion(prop: string, region: string): void {
  checkProp(prop, !/^[a-z]{2}-iso/.test(region), "be in a partition that is not isolated", region);
  checkProp(prop, Token.isUnresolved(region) || /^[a-z]{2,4}(-[a-z]+)+-\d$/.test(region), "be an AWS region such as eu-central-1", region);
}

/** The characters of a secret's name. */
export const SECRET_NAME = /^[A-Za-z0-9/_+=.@-]+$/;

/**
 * Checks a secret's name by the rules of https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html.
 *
 * @throws Error for a name that AWS refuses, or that it warns against because its end looks like the one AWS adds to ARNs
 */
export function checkSecretName(prop: string, name: string): void {
  if (Token.isUnresolved(name)) {
    return;
  }

  checkProp(prop, typeof name === "string", "be set", name); // for programs without type checks
  checkProp(prop, name.length >= 1 && name.length <= LIMITS.secretName.most, `have 1 to ${LIMITS.secretName.most} characters`, name);
  checkProp(prop, SECRET_NAME.test(name), "consist of letters, digits and /_+=.@-", name);
  checkProp(prop, !/-[A-Za-z0-9]{6}$/.test(name), "not end with a hyphen and six characters, which AWS adds to secret ARNs itself", name);
}

/** @throws Error for a name that S3 refuses: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
export function checkBucketName(prop: string, name: string): void {
  const valid =
    /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/.test(name) && !/^(xn--|sthree-|amzn-s3-demo-)|(-s3alias|--ol-s3|--x-s3|--table-s3)$/.test(name);
  checkProp(prop, valid, "be 3 to 63 lower-case letters, digits and hyphens, without the prefixes and suffixes that S3 reserves", name);
}

/** What IAM and Systems Manager take, the strictest: https://docs.aws.amazon.com/IAM/latest/APIReference/API_Tag.html */
const TAG_TEXT = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/**
 * Checks tags by the rules of https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html, and refuses
 * empty ones, which say nothing and are usually a variable that was not set. IAM takes keys that differ by case alone for one:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html
 *
 * @throws Error naming the tag
 */
export function checkTags(prop: string, tags: Readonly<Record<string, string>>): void {
  const { most } = LIMITS.tags;
  checkProp(prop, Object.keys(tags).length <= most, `be ${most} at most, with those that each resource gets`, Object.keys(tags).length);
  const keys = Object.keys(tags);
  for (const [index, key] of keys.entries()) {
    const same = keys.findIndex((other) => other.toLowerCase() === key.toLowerCase());
    checkProp(prop, same === index, `have keys that differ by more than their case, as IAM has one of ${keys[same]}`, key);
  }
  for (const [key, value] of Object.entries(tags)) {
    checkProp(prop, key.trim() !== "" && key.length <= LIMITS.tagKey.most, `have keys of 1 to ${LIMITS.tagKey.most} characters`, key);
    checkProp(prop, !/^aws:/i.test(key), "have no key that begins with aws:, which AWS reserves", key);
    checkProp(prop, TAG_TEXT.test(key), "have keys of letters, digits, spaces and _.:/=+-@", key);
    checkTagValue(`${prop}.${key}`, value);
  }
}

/** @throws Error for an empty value, one that is too long, and other characters than AWS takes; a token passes */
export function checkTagValue(prop: string, value: string): void {
  const { most } = LIMITS.tagValue;
  checkProp(prop, typeof value === "string", "be a text", value); // for programs without type checks
  checkProp(prop, Token.isUnresolved(value) || (value.trim() !== "" && value.length <= most), `have 1 to ${most} characters`, value);
  checkProp(prop, value.includes("${") || TAG_TEXT.test(value), "consist of letters, digits, spaces and _.:/=+-@", value);
}

/** Without wildcards and policy variables, which ARN conditions would expand. */
const PRINCIPAL_ARN = /^arn:aws[a-z-]*:iam::\d{12}:(role|user)\/([\w+=,.@-]+\/)*[\w+=,.@-]{1,64}$/;

/**
 * The role of a permission set, whose last 16 characters are other ones whenever IAM Identity Center makes it anew. As many question marks
 * stand for no other permission set's: nobody else can make a role with this path.
 * https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html
 */
export const PERMISSION_SET_ROLE =
  /^arn:aws[a-z-]*:iam::\d{12}:role\/aws-reserved\/sso\.amazonaws\.com\/([a-z0-9-]+\/)?AWSReservedSSO_[\w+=,.@-]{1,32}_\?{16}$/;

/**
 * Checks the ARNs of roles and users, in the form that `aws:PrincipalArn` has them: with the path, and without a session.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalarn
 *
 * @param known ARNs that are on another list already
 * @param pattern of ARNs with wildcards that are exact enough
 * @throws Error for a wildcard, an account root, a session, a malformed ARN or a duplicate; a token passes
 */
export function checkPrincipals(prop: string, arns: readonly string[], known: readonly string[] = [], pattern?: RegExp): void {
  checkIsList(prop, arns, "ARNs");
  for (const arn of arns) {
    checkProp(
      prop,
      Token.isUnresolved(arn) || PRINCIPAL_ARN.test(arn) || pattern?.test(arn) === true,
      "hold ARNs of single roles and users, such as arn:aws:iam::111122223333:role/my-app: with the path, no wildcard, no account, no session",
      arn,
    );
  }
  checkUnique(prop, [...known, ...arns], "name each principal once");
}
