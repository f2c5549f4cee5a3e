import type { ServerResponse } from "node:http";
import { answerError } from "./aws-fault";
import type { AwsRequest, Intercept } from "./aws-proxy";

/** The members of requests to Secrets Manager that are about versions. */
interface VersionRequest {
  readonly VersionStages?: readonly string[];
  readonly VersionStage?: string;
  readonly MoveToVersionId?: string;
  readonly RemoveFromVersionId?: string;
  readonly IncludeDeprecated?: boolean;
}

/** The members of answers that are about versions. */
interface VersionAnswer {
  VersionId?: string;
  VersionStages?: string[];
  VersionIdsToStages?: Record<string, string[]>;
  Versions?: { VersionId: string; VersionStages: string[] }[];
}

const MISSING = { status: 400, code: "ResourceNotFoundException", message: "Secrets Manager can't find the specified secret value." };
const WRONG = { status: 400, code: "InvalidParameterException" };

/**
 * The staging labels of one secret's versions as AWS has them, where moto drops labels of one's own when AWSCURRENT moves. A version
 * without a label is gone at once: AWS may delete it at any time.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecretVersionStage.html
 */
export class VersionLabels {
  /** Labels other than AWS's, each with the version that has it. */
  private readonly own = new Map<string, string>();

  /** @param target the local AWS, which keeps the values and AWS's labels */
  constructor(private readonly target: string) {}

  /** For a proxy before the local AWS. */
  public readonly intercept: Intercept = async ([call], response, request) => {
    if (!call?.action.startsWith("secretsmanager:")) {
      return undefined;
    }
    const body: VersionRequest = JSON.parse(request.body);
    switch (call.action) {
      case "secretsmanager:UpdateSecretVersionStage": {
        const refusal = this.move(body);
        return refusal ? answerError({ ...WRONG, message: refusal }, call, response) : send(response, 200, {});
      }
      case "secretsmanager:PutSecretValue": {
        const { status, answer } = await this.ask(request);
        for (const label of body.VersionStages?.filter((name) => !name.startsWith("AWS")) ?? []) {
          this.own.set(label, answer.VersionId ?? "");
        }
        return send(response, status, answer);
      }
      case "secretsmanager:GetSecretValue":
      case "secretsmanager:DescribeSecret":
      case "secretsmanager:ListSecretVersionIds": {
        const { status, answer } = await this.ask(request);
        const known = this.labelled(answer);
        return known ? send(response, status, known) : answerError(MISSING, call, response);
      }
      default:
        return undefined;
    }
  };

  /** @returns what AWS has against it */
  private move({ VersionStage = "", RemoveFromVersionId, MoveToVersionId }: VersionRequest): string | undefined {
    const holder = this.own.get(VersionStage);
    if (VersionStage.startsWith("AWS")) {
      return `${VersionStage} moves by storing a value only, in this test`;
    }
    if (RemoveFromVersionId !== holder) {
      return `The staging label ${VersionStage} is not attached to version ${RemoveFromVersionId}, but to ${holder}`;
    }
    if (MoveToVersionId === undefined) {
      this.own.delete(VersionStage);
    } else {
      this.own.set(VersionStage, MoveToVersionId);
    }
    return undefined;
  }

  /** Undefined for a version that is gone. */
  private labelled(answer: VersionAnswer): VersionAnswer | undefined {
    const labels = (id: string, known: readonly string[]) => [
      ...known.filter((label) => label.startsWith("AWS")),
      ...[...this.own].filter(([, holder]) => holder === id).map(([label]) => label),
    ];
    const { VersionId, VersionStages, VersionIdsToStages, Versions } = answer;
    if (VersionId !== undefined && VersionStages) {
      const all = labels(VersionId, VersionStages);
      return all.length > 0 ? { ...answer, VersionStages: all } : undefined;
    }
    if (VersionIdsToStages) {
      const all = Object.entries(VersionIdsToStages).map(([id, known]): [string, string[]] => [id, labels(id, known)]);
      return { ...answer, VersionIdsToStages: Object.fromEntries(all.filter(([, some]) => some.length > 0)) };
    }
    if (Versions) {
      const all = Versions.map((version) => ({ ...version, VersionStages: labels(version.VersionId, version.VersionStages) }));
      return { ...answer, Versions: all.filter(({ VersionStages: some }) => some.length > 0) };
    }
    return answer;
  }

  private async ask({ method, url, headers, body }: AwsRequest): Promise<{ status: number; answer: VersionAnswer }> {
    const passedOn = Object.entries(headers).filter(([name]) => /^(authorization|content-type|x-amz-.*)$/.test(name));
    const answer = await fetch(new URL(url, this.target), {
      method,
      headers: passedOn.map(([name, value]): [string, string] => [name, String(value)]),
      body,
    });
    return { status: answer.status, answer: Object(await answer.json()) };
  }
}

function send(response: ServerResponse, status: number, answer: object): "handled" {
  response.writeHead(status, { "content-type": "application/x-amz-json-1.1" }).end(JSON.stringify(answer));
  return "handled";
}
