import type { LiveSecret } from "../../../../cli/verify/live-secret";
import { expiryChecks, rotationChecks } from "../../../../cli/verify/rotation-checks";
import { DECLARED_SECRET } from "../../../support/declared-secret";

const NOW = Date.parse("2027-01-15T12:00:00Z");
const rotated = { ...DECLARED_SECRET, rotates: true };

const live = (secret: Partial<LiveSecret["secret"]>, created = new Date(NOW)): LiveSecret => ({
  secret: {
    $metadata: {},
    ARN: DECLARED_SECRET.arn,
    RotationEnabled: true,
    RotationLambdaARN: "arn:aws:lambda:r:1:function:rotate",
    ...secret,
  },
  policy: undefined,
  keyState: undefined,
  current: { id: "current", created },
});
const lines = (secret: Partial<LiveSecret["secret"]>) =>
  rotationChecks(rotated, live(secret), NOW).map(({ name, holds, text }) => [name, holds, text]);

test("a rotation that works says when it was, and when the next one is", () => {
  const [, last, next] = lines({
    VersionIdsToStages: { current: ["AWSCURRENT", "AWSPENDING"] },
    LastRotatedDate: new Date("2027-01-01T03:00:00Z"),
    NextRotationDate: new Date("2027-01-31T23:59:59Z"),
  });
  expect(last).toEqual(["Last rotation", true, "worked, on 2027-01-01T03:00:00.000Z"]);
  expect(next).toEqual(["Next rotation", true, "by 2027-01-31"]);
});

test("one that has not ended says where to look, and how to begin another one", () => {
  const [, last] = lines({ VersionIdsToStages: { current: ["AWSCURRENT"], new: ["AWSPENDING"] } });
  expect(last).toEqual([
    "Last rotation",
    false,
    `has not ended, and none has ended before. AWS repeats it for some time; the function's log says what is wrong: aws logs tail /aws/lambda/rotate --since 1d. To begin another one: aws secretsmanager update-secret-version-stage --secret-id ${DECLARED_SECRET.arn} --version-stage AWSPENDING --remove-from-version-id new, then ai-key rotate`,
  ]);
});

test("one that is overdue is seen, and one that has no date is not", () => {
  expect(lines({ NextRotationDate: new Date("2027-01-14T00:00:00Z") })[2]).toEqual(["Next rotation", false, "was due on 2027-01-14"]);
  expect(lines({ NextRotationDate: new Date("2027-01-15T00:00:00Z") })[2]).toEqual(["Next rotation", true, "by 2027-01-15"]);
  expect(lines({})[2]).toEqual(["Next rotation", undefined, "AWS has no date for it"]);
});

test.each([
  ["2027-01-30", true, "on 2027-01-30, in 15 days"],
  ["2027-01-29", false, "on 2027-01-29, in 14 days: make a new key at the provider, deploy it, and set expiresOn to its day"],
  ["2027-01-10", false, "on 2027-01-10: make a new key at the provider, deploy it, and set expiresOn to its day"],
])("a key with expiresOn fails in its last 14 days: %s", (day, holds, text) => {
  expect(expiryChecks(live({ Tags: [{ Key: "ExpiresOn", Value: day }] }), NOW)).toEqual([{ name: "Key's end", holds, text }]);
});

test("a key that a rotation has made fails when it should have been replaced long ago", () => {
  const made = (daysAgo: number) =>
    expiryChecks(live({ Tags: [{ Key: "ExpiresInDays", Value: "40" }] }, new Date(NOW - daysAgo * 86_400_000)), NOW);
  expect(made(20)).toEqual([{ name: "Key's end", holds: true, text: "on 2027-02-04, in 20 days" }]);
  expect(made(31)).toEqual([{ name: "Key's end", holds: false, text: "on 2027-01-24, in 9 days: the rotation is late: see above" }]);
});

test("nothing is said of a key whose end nobody has told", () => {
  expect(expiryChecks(live({}), NOW)).toEqual([]);
});
