import { Token } from "cdktf";
import { checkPrincipals } from "../../../lib/principals";

const ROLE = "arn:aws:iam::111122223333:role/app";

test.each([
  ROLE,
  "arn:aws:iam::111122223333:user/team/alice",
  "arn:aws-us-gov:iam::111122223333:role/app",
  "arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/eu-central-1/AWSReservedSSO_Admin_0123456789abcdef",
  Token.asString({ known: "at deploy" }),
])("%s can read", (arn) => {
  expect(() => checkPrincipals("X.readers", [arn])).not.toThrow();
});

test.each([
  "*",
  "arn:aws:iam::111122223333:role/*",
  "arn:aws:iam::111122223333:role/ap?",
  "arn:aws:iam::111122223333:role/${aws:username}",
  "arn:aws:iam::*:role/app",
  "arn:aws:iam::111122223333:root",
  "arn:aws:iam::1111:role/app",
  "arn:aws:sts::111122223333:assumed-role/app/session",
  "arn:aws:iam::111122223333:group/developers",
  "111122223333",
  "my-app",
  "",
])("fails for %j", (arn) => {
  expect(() => checkPrincipals("X.readers", [arn])).toThrow("X.readers must hold ARNs of single roles and users");
});

test("fails for a principal that is named twice, in one list or in two", () => {
  expect(() => checkPrincipals("X.readers", [ROLE, ROLE])).toThrow(`X.readers must name each principal once; got "${ROLE}"`);
  expect(() => checkPrincipals("X.breakGlass", [ROLE], [ROLE])).toThrow("X.breakGlass must name each principal once");
});

test("fails for a list that is known at deploy only", () => {
  expect(() => checkPrincipals("X.readers", Token.asList({ known: "at deploy" }))).toThrow(
    "X.readers must be a list in the program itself",
  );
});
