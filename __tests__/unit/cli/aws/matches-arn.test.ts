import { matchesArn } from "../../../../cli/aws/matches-arn";

test.each([
  ["arn:aws:iam::111122223333:role/app", "arn:aws:iam::111122223333:role/app", true],
  ["arn:aws:iam::111122223333:role/app", "arn:aws:iam::111122223333:role/app-evil", false],
  ["arn:aws:iam::111122223333:role/*", "arn:aws:iam::111122223333:role/team/app", true],
  ["arn:aws:secretsmanager:*:*:secret:key-??????", "arn:aws:secretsmanager:us-east-1:111122223333:secret:key-a1B2c3", true],
  ["arn:aws:secretsmanager:*:*:secret:key-??????", "arn:aws:secretsmanager:us-east-1:111122223333:secret:key-a1B2c", false],
  ["arn:aws:s3:::a.b", "arn:aws:s3:::aXb", false],
])("%s means %s: %s", (pattern, arn, expected) => {
  expect(matchesArn(pattern, arn)).toBe(expected);
});
