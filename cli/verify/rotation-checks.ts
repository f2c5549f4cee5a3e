import { functionNameOf } from "../../lib/arn";
import { EXPIRES_IN_TAG, EXPIRES_ON_TAG } from "../../lib/secret/expiry";
import type { DeclaredSecret } from "../declared-secret";
import { type Check, check } from "./check";
import type { LiveSecret } from "./live-secret";

const DAY = 86_400_000; // milliseconds

/** A key that nothing replaces is to be replaced by hand in its last days. */
const LAST_DAYS = 14;

/** A rotation may be late by its window, which is a day at most. */
const LATE = DAY;

/** Who replaces the key, whether that worked, and when it is next. A function that nobody declares would replace the key on its day. */
export function rotationChecks({ rotates }: DeclaredSecret, { secret }: LiveSecret, now: number): Check[] {
  const { RotationEnabled: enabled = false, RotationLambdaARN: by = "AWS itself", ARN: arn } = secret;
  if (rotates !== enabled) {
    const text = enabled
      ? `${by} replaces the key, and the stack does not declare it: set rotation, or stop it by aws secretsmanager cancel-rotate-secret --secret-id ${arn}`
      : "switched off, and the stack declares it: deploy again";
    return [check("Rotation", false, text)];
  }
  return rotates ? [check("Rotation", true, `by ${by}`), lastRotation(secret), nextRotation(secret, now)] : [];
}

function lastRotation({
  VersionIdsToStages: versions = {},
  LastRotatedDate: last,
  RotationLambdaARN: by = "",
  ARN: arn,
}: LiveSecret["secret"]) {
  const name = "Last rotation";
  const pending = Object.keys(versions).find((id) => versions[id]?.includes("AWSPENDING") && !versions[id]?.includes("AWSCURRENT"));
  const before = last ? `the one before ended on ${last.toISOString()}` : "none has ended before";
  if (pending) {
    const log = `aws logs tail /aws/lambda/${functionNameOf(by)} --since 1d`;
    const giveUp = `aws secretsmanager update-secret-version-stage --secret-id ${arn} --version-stage AWSPENDING --remove-from-version-id ${pending}`;
    return check(
      name,
      false,
      `has not ended, and ${before}. AWS repeats it for some time; the function's log says what is wrong: ${log}. To begin another one: ${giveUp}, then ai-key rotate`,
    );
  }
  return last ? check(name, true, `worked, on ${last.toISOString()}`) : check(name, undefined, "none so far");
}

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DescribeSecret.html */
function nextRotation({ NextRotationDate: next }: LiveSecret["secret"], now: number): Check {
  const name = "Next rotation";
  if (!next) {
    return check(name, undefined, "AWS has no date for it");
  }
  const day = next.toISOString().slice(0, 10);
  return next.getTime() + LATE < now ? check(name, false, `was due on ${day}`) : check(name, true, `by ${day}`);
}

/** Until when the provider takes the key, as far as the secret's tags say it. */
export function expiryChecks({ secret: { Tags: tags = [] }, current: { created } }: LiveSecret, now: number): Check[] {
  const tag = (key: string) => tags.find(({ Key }) => Key === key)?.Value;
  const day = tag(EXPIRES_ON_TAG);
  const lifetime = Number(tag(EXPIRES_IN_TAG)) * DAY;
  if (day !== undefined) {
    const end = Date.parse(`${day}T00:00:00Z`);
    return [expiryCheck(end, LAST_DAYS * DAY, now, "make a new key at the provider, deploy it, and set expiresOn to its day")];
  }
  if (lifetime > 0 && created) {
    return [expiryCheck(created.getTime() + lifetime, Math.min(LAST_DAYS * DAY, lifetime / 4), now, "the rotation is late: see above")];
  }
  return [];
}

function expiryCheck(end: number, last: number, now: number, remedy: string): Check {
  const day = Number.isFinite(end) ? new Date(end).toISOString().slice(0, 10) : "a day that can't be read";
  const days = Math.ceil((end - now) / DAY);
  if (end - now > last) {
    return check("Key's end", true, `on ${day}, in ${days} days`);
  }
  return check("Key's end", false, `${days > 0 ? `on ${day}, in ${days} days` : `on ${day}`}: ${remedy}`);
}
