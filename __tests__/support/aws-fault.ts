import type { ServerResponse } from "node:http";
import type { AwsCall } from "./aws-call";

/** What AWS can have against a request that is right. */
export type Fault = "denied" | "expired" | "failing" | "throttled";

export interface ErrorAnswer {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

const DENIED = "User is not authorized to perform this action because no identity-based policy allows it";
const EXPIRED = "The security token included in the request is expired";
const FAILED = "The request processing has failed because of an unknown error, exception or failure.";

/** How a service speaks; "query" is the protocol of IAM and STS. */
type Protocol = "s3" | "json" | "query";

const JSON_SERVICES = ["secretsmanager", "kms", "events", "ssm", "lambda"];

/**
 * By protocol, as each has words of its own.
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/CommonErrors.html
 * https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */
const ANSWERS: Readonly<Record<Fault, Readonly<Record<Protocol, ErrorAnswer>>>> = {
  denied: {
    s3: { status: 403, code: "AccessDenied", message: "Access Denied" },
    json: { status: 400, code: "AccessDeniedException", message: DENIED },
    query: { status: 403, code: "AccessDenied", message: DENIED },
  },
  expired: {
    s3: { status: 400, code: "ExpiredToken", message: "The provided token has expired." },
    json: { status: 400, code: "ExpiredTokenException", message: EXPIRED },
    query: { status: 403, code: "ExpiredToken", message: EXPIRED },
  },
  failing: {
    s3: { status: 500, code: "InternalError", message: "We encountered an internal error. Please try again." },
    json: { status: 500, code: "InternalFailure", message: FAILED },
    query: { status: 500, code: "InternalFailure", message: FAILED },
  },
  throttled: {
    s3: { status: 503, code: "SlowDown", message: "Please reduce your request rate." },
    json: { status: 400, code: "ThrottlingException", message: "Rate exceeded" },
    query: { status: 400, code: "Throttling", message: "Rate exceeded" },
  },
};

/**
 * Answers a request with an error, in the protocol of its service.
 *
 * @param message in place of the usual one
 */
export function answerWith(fault: Fault, call: AwsCall, response: ServerResponse, message?: string): "handled" {
  const answer = ANSWERS[fault][protocolOf(call)];
  return answerError({ ...answer, message: message ?? answer.message }, call, response);
}

/** Answers with any error, in the protocol of the call's service. */
export function answerError({ status, code, message }: ErrorAnswer, call: AwsCall, response: ServerResponse): "handled" {
  const protocol = protocolOf(call);
  if (protocol === "json") {
    const headers = { "content-type": "application/x-amz-json-1.1", "x-amzn-errortype": code };
    response.writeHead(status, headers).end(JSON.stringify({ __type: code, message }));
    return "handled";
  }

  const error = `<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  response.writeHead(status, { "content-type": "text/xml" }).end(protocol === "s3" ? error : `<ErrorResponse>${error}</ErrorResponse>`);
  return "handled";
}

function protocolOf({ action }: AwsCall): Protocol {
  const [service = ""] = action.split(":");
  if (service === "s3") {
    return "s3";
  }
  return JSON_SERVICES.includes(service) ? "json" : "query";
}
