import type { ServerResponse } from "node:http";
import type { AwsCall } from "./aws-call";

/** What AWS can have against a request that is right. */
export type Fault = "denied" | "expired" | "failing" | "throttled";

interface ErrorAnswer {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

const DENIED = "User is not authorized to perform this action because no identity-based policy allows it";
const EXPIRED = "The security token included in the request is expired";
const FAILED = "The request processing has failed because of an unknown error, exception or failure.";

/**
 * By service, as each has words of its own; "query" is for those with the protocol of IAM and STS.
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/CommonErrors.html
 * https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */
const ANSWERS: Readonly<Record<Fault, Readonly<Record<"s3" | "secretsmanager" | "query", ErrorAnswer>>>> = {
  denied: {
    s3: { status: 403, code: "AccessDenied", message: "Access Denied" },
    secretsmanager: { status: 400, code: "AccessDeniedException", message: DENIED },
    query: { status: 403, code: "AccessDenied", message: DENIED },
  },
  expired: {
    s3: { status: 400, code: "ExpiredToken", message: "The provided token has expired." },
    secretsmanager: { status: 400, code: "ExpiredTokenException", message: EXPIRED },
    query: { status: 403, code: "ExpiredToken", message: EXPIRED },
  },
  failing: {
    s3: { status: 500, code: "InternalError", message: "We encountered an internal error. Please try again." },
    secretsmanager: { status: 500, code: "InternalFailure", message: FAILED },
    query: { status: 500, code: "InternalFailure", message: FAILED },
  },
  throttled: {
    s3: { status: 503, code: "SlowDown", message: "Please reduce your request rate." },
    secretsmanager: { status: 400, code: "ThrottlingException", message: "Rate exceeded" },
    query: { status: 400, code: "Throttling", message: "Rate exceeded" },
  },
};

/** Answers a request with an error, in the protocol of its service. */
export function answerWith(fault: Fault, { action }: AwsCall, response: ServerResponse): "handled" {
  const [service = ""] = action.split(":");
  const { s3, secretsmanager, query } = ANSWERS[fault];
  if (service === "secretsmanager") {
    const { status, code, message } = secretsmanager;
    response.writeHead(status, { "content-type": "application/x-amz-json-1.1" }).end(JSON.stringify({ __type: code, message }));
    return "handled";
  }

  const { status, code, message } = service === "s3" ? s3 : query;
  const error = `<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  response.writeHead(status, { "content-type": "text/xml" }).end(service === "s3" ? error : `<ErrorResponse>${error}</ErrorResponse>`);
  return "handled";
}
