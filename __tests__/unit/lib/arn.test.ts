import { accountOf, accountRootOf, secretNameOf, withoutSuffix } from "../../../lib/arn";

const ROLE = "arn:aws-us-gov:iam::111122223333:role/team/app";
const SECRET = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:ai/production/api-key-a1B2c3";

test("the account of an ARN, and what stands for it in a principal", () => {
  expect(accountOf(ROLE)).toBe("111122223333");
  expect(accountRootOf(ROLE)).toBe("arn:aws-us-gov:iam::111122223333:root");
});

test("a secret's name is its ARN's end without what AWS has added", () => {
  expect(secretNameOf(SECRET)).toBe("ai/production/api-key");
  expect(withoutSuffix(SECRET)).toBe("arn:aws:secretsmanager:eu-central-1:111122223333:secret:ai/production/api-key");
});
