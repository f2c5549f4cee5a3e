import { ERROR_LINE } from "../lab/terraform/terraform-says";

/** What keeps Terraform from reading a state, by its words, and what to do. The words of `terraform state pull` 1.11.4, and of its AWS SDK. */
const CAUSES: readonly { readonly says: RegExp; readonly todo: string }[] = [
  {
    says: /No valid credential sources|failed to get shared config profile|failed to refresh cached credentials/,
    todo: "There are no AWS credentials: log in, or set AWS_PROFILE, or AWS_ACCESS_KEY_ID and the like.",
  },
  { says: /ExpiredToken|RequestExpired|token .*has expired/, todo: "The AWS credentials have expired. Get new ones, and run this again." },
  {
    says: /InvalidClientTokenId|InvalidAccessKeyId|SignatureDoesNotMatch/,
    todo: "AWS does not accept the credentials: they are wrong, deleted or of another partition.",
  },
  { says: /AccessDenied|StatusCode: 403/, todo: "These credentials may not read it. docs/ops.md says which roles may." },
  { says: /bucket "[^"]*" does not exist|NoSuchBucket/, todo: "The bucket is in no account, or was deleted: docs/setup.md makes it." },
  {
    says: /connection refused|no such host|proxyconnect|i\/o timeout|context deadline exceeded/,
    todo: "AWS can't be reached: check the network, the region, and HTTPS_PROXY where only a proxy leads there.",
  },
];

/**
 * Why a state can't be read, in one line.
 *
 * @param printed what Terraform has printed, without colours
 * @param program Terraform's or OpenTofu's
 * @param folder where it ran
 */
export function stateProblem(printed: string, program: string, folder: string): string {
  const [, reason = `${program} state pull failed`] = printed.match(ERROR_LINE) ?? [];
  const said = printed.replaceAll(/\s*\n[│ ]*/g, " ");
  const cause = CAUSES.find(({ says }) => says.test(said));
  return `${reason.replace(/\.$/, "")}. ${cause ? cause.todo : `Try ${program} init && ${program} state pull in ${folder}.`}`;
}
