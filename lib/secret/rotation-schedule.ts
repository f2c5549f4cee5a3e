import type { SecretsmanagerSecretRotationRotationRules } from "@cdktf/provider-aws/lib/secretsmanager-secret-rotation";
import { Token } from "cdktf";
import { checkProp } from "../checks";
import type { PropsOf } from "../known-props";

/** When a key is replaced. Without `everyDays` and `schedule`, only by hand. */
export interface RotationSchedule {
  /**
   * The days from one rotation to the next: 1 to 1,000.
   * @default none
   */
  readonly everyDays?: number | undefined;

  /**
   * A `rate(…)` in hours or days, such as `rate(6 hours)`, or a `cron(…)`, in UTC. The shortest interval is 4 hours.
   * https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_schedule.html
   * @default none
   */
  readonly schedule?: string | undefined;

  /**
   * The hours after the scheduled time in which AWS rotates, such as `3h`.
   * @default an hour, or of a schedule in days the rest of the day
   */
  readonly window?: string | undefined;

  /**
   * The deploy that sets or changes the schedule replaces the key too.
   * @default false for a function of yours, true for a provider's rotation, whose first key comes so
   */
  readonly rotateImmediately?: boolean | undefined;
}

export const ROTATION_SCHEDULE: PropsOf<RotationSchedule> = {
  everyDays: "number",
  schedule: "text",
  window: "text",
  rotateImmediately: "boolean",
};

/** Days: AWS's longest. The AWS provider takes no rotation without a schedule, so this stands for none. */
const BY_HAND = 1_000;

/**
 * @param prop the rotation, as an error names it
 * @throws Error for a schedule that AWS refuses
 */
export function rotationRules(prop: string, { everyDays, schedule, window }: RotationSchedule): SecretsmanagerSecretRotationRotationRules {
  checkProp(
    `${prop}.everyDays`,
    everyDays === undefined || Token.isUnresolved(everyDays) || (Number.isInteger(everyDays) && everyDays >= 1 && everyDays <= BY_HAND),
    `be a whole number of days from 1 to ${BY_HAND}`,
    everyDays,
  );
  checkProp(`${prop}.schedule`, schedule === undefined || everyDays === undefined, "not come with everyDays", schedule);
  checkProp(
    `${prop}.schedule`,
    schedule === undefined || Token.isUnresolved(schedule) || /^cron\((\S+ ){5}\S+\)$/.test(schedule) || (hoursOf(schedule) ?? 0) >= 4,
    "be rate(… hours) or rate(… days) of 4 hours or more, or a cron(…) of six fields",
    schedule,
  );
  checkProp(
    `${prop}.window`,
    window === undefined || Token.isUnresolved(window) || /^([1-9]|1\d|2[0-4])h$/.test(window),
    "be hours such as 3h, 24h at most",
    window,
  );
  const when = schedule === undefined ? { automaticallyAfterDays: everyDays ?? BY_HAND } : { scheduleExpression: schedule };
  return window === undefined ? when : { ...when, duration: window };
}

/** The days from one rotation to the next; undefined where a cron expression, or only a deploy, says it. */
export function intervalOf({ everyDays, schedule }: RotationSchedule): number | undefined {
  if (schedule === undefined) {
    return Token.isUnresolved(everyDays) ? undefined : (everyDays ?? BY_HAND);
  }
  const hours = hoursOf(schedule);
  return hours === undefined ? undefined : hours / 24;
}

/** The hours of a rate(…); undefined for anything else. */
function hoursOf(schedule: string): number | undefined {
  const [, count, unit] = schedule.match(/^rate\(([1-9]\d{0,3}) (hour|day)s?\)$/) ?? [];
  return count === undefined ? undefined : Number(count) * (unit === "day" ? 24 : 1);
}
