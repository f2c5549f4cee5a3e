/** Where a command's answer could not be had, by what errors are called in the AWS SDK or in Node. */
const EXPLANATIONS: readonly { readonly names: RegExp; readonly explain: (message: string) => string }[] = [
  {
    names: /^(ExpiredToken(Exception)?|RequestExpired)$/,
    explain: () => "The AWS credentials have expired. Get new ones, and run this again.",
  },
  {
    names: /^(InvalidClientTokenId|UnrecognizedClientException|InvalidSignatureException|SignatureDoesNotMatch|IncompleteSignature)$/,
    explain: () => "AWS does not accept the credentials: they are wrong, deleted or of another partition.",
  },
  { names: /^AccessDenied(Exception)?$/, explain: (message) => `AWS denies it: ${message}` },
  {
    names: /^(Throttling(Exception)?|ThrottledException|TooManyRequestsException|RequestLimitExceeded|SlowDown)$/,
    explain: () => "AWS throttles the account's requests. Wait a minute, and run this again.",
  },
  {
    names: /^(InternalFailure|InternalServiceError|InternalServerError|ServiceFailure(Exception)?|ServiceUnavailable(Exception)?)$/,
    explain: () => "AWS has failed to answer. Run this again; https://health.aws.amazon.com/health/status says whether it is ill.",
  },
  {
    names: /^(CredentialsProviderError|TokenProviderError)$/,
    explain: (message) => `There are no AWS credentials (${message}). Log in, or set AWS_PROFILE, or AWS_ACCESS_KEY_ID and the like.`,
  },
  { names: /^(ECONNREFUSED|ECONNRESET|EPIPE|EHOSTUNREACH|ENETUNREACH)$/, explain: () => unreachable("the connection was refused or cut") },
  {
    names: /^(ENOTFOUND|EAI_AGAIN)$/,
    explain: () => unreachable("its name is not known: check the region, and HTTPS_PROXY where only a proxy leads to AWS"),
  },
  { names: /^(TimeoutError|ETIMEDOUT)$/, explain: () => unreachable("it did not answer in time") },
  { names: /CERT|SIGNATURE$/, explain: (message) => unreachable(`its certificate is not trusted (${message}); see NODE_EXTRA_CA_CERTS`) },
];

/** One line on why AWS could not be asked, never a stack. */
export function describeAwsError(error: unknown): string {
  const message = (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "";
  if (message === "Region is missing") {
    return "No AWS region is set. Set AWS_REGION, or give the secret's whole ARN.";
  }
  const names = namesOf(error);
  const known = EXPLANATIONS.find((explanation) => names.some((name) => explanation.names.test(name)));
  return known ? known.explain(message) : message || names.join(" ");
}

/** Whether AWS has denied an action, which for reading a key may be as it should be. */
export function isDenied(error: unknown): boolean {
  return namesOf(error).some((name) => /^AccessDenied(Exception)?$/.test(name));
}

/** Undefined where AWS denies what is asked. */
export async function unlessDenied<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (isDenied(error)) {
      return undefined;
    }
    throw error;
  }
}

/** Node has the reason in `code`: a host with several addresses fails with an AggregateError without a message. */
function namesOf(error: unknown): string[] {
  if (!(error instanceof Error)) {
    return [];
  }
  return "code" in error && typeof error.code === "string" ? [error.code, error.name] : [error.name];
}

function unreachable(reason: string): string {
  const endpoint = process.env.AWS_ENDPOINT_URL;
  return `${endpoint ? `AWS_ENDPOINT_URL (${endpoint})` : "AWS"} can't be reached: ${reason}.`;
}
