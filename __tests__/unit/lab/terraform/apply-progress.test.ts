import { ApplyProgress } from "../../../../lab/terraform/apply-progress";

const resource = (addr: string) => ({ addr, resource_type: addr.split(".")[0] });
const planned = (addr: string) => ({ type: "planned_change", change: { resource: resource(addr), action: "create" } });
const complete = (addr: string, id_value: string) => ({
  type: "apply_complete",
  hook: { resource: resource(addr), action: "create", id_key: "id", id_value, elapsed_seconds: 1 },
});

/** Messages in the form of Terraform 1.11.4, of a deploy with AWS provider 5.100.0, without the members that nobody reads. */
const PLAN = [
  { type: "version", terraform: "1.11.4", ui: "1.2" },
  planned("aws_s3_bucket.states_bucket_A3E9FD14"),
  planned("aws_s3_bucket_lifecycle_configuration.states_expiry_C96BCA9E"),
  { type: "change_summary", changes: { add: 2, change: 0, import: 0, remove: 0, operation: "plan" } },
];
const BUCKET = complete("aws_s3_bucket.states_bucket_A3E9FD14", "acme-terraform-states");
const ERROR = {
  "@level": "error",
  type: "diagnostic",
  diagnostic: { severity: "error", summary: "creating S3 Bucket (acme): no such host", detail: "" },
};

const RULE = "aws_s3_bucket_lifecycle_configuration";
const lines = (messages: readonly object[]) => messages.map((message) => `${JSON.stringify(message)}\n`).join("");

test("all is made but what is waited for: not before the plan is known, nor before the rest is made", () => {
  const progress = new ApplyProgress();
  expect(progress.isMadeExcept(RULE)).toBe(false);
  progress.read(lines(PLAN.slice(0, 1)));
  expect(progress.isMadeExcept(RULE)).toBe(false);
  progress.read(lines(PLAN.slice(1)));
  expect(progress.isMadeExcept(RULE)).toBe(false);
  progress.read(lines([BUCKET]));
  expect(progress.isMadeExcept(RULE)).toBe(true);
  expect(progress.isMadeExcept("another")).toBe(false);
});

test("ids are known by type and by the beginning of a name", () => {
  const progress = new ApplyProgress();
  progress.read(lines([...PLAN, BUCKET]));

  expect(progress.idOf("aws_s3_bucket", "states_bucket_")).toBe("acme-terraform-states");
  expect(progress.idOf("aws_s3_bucket", "other_")).toBeUndefined();
});

test("what comes in pieces, and what is no message, is read all the same", () => {
  const progress = new ApplyProgress();
  const text = `\nWarning: Unable to open CLI configuration file\n${lines([...PLAN, BUCKET])}`;
  for (const piece of text.match(/[\s\S]{1,7}/g) ?? []) {
    progress.read(piece);
  }
  expect(progress.isMadeExcept(RULE)).toBe(true);
});

test("errors are told as Terraform words them, warnings are not", () => {
  const progress = new ApplyProgress();
  const warning = { type: "diagnostic", diagnostic: { severity: "warning", summary: "Deprecated", detail: "" } };
  progress.read(lines([...PLAN, warning, ERROR]));

  expect(progress.errors).toEqual(["creating S3 Bucket (acme): no such host"]);
  expect(progress.isMadeExcept(RULE)).toBe(false);
});
