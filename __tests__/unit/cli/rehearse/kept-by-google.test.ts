import { keptByGoogle } from "../../../../cli/rehearse/kept-by-google";
import { SynthesizedStack } from "../../../../lab/terraform/synthesized-stack";

const aws = new SynthesizedStack("ai-secret", { resource: { aws_secretsmanager_secret: { key: {} } } });
const google = new SynthesizedStack("google-ai-secret", { resource: { google_secret_manager_secret: { key: {} } } });

test("of a program with both, the report says loudly which stack it did not show, and how to have it shown", () => {
  expect(keptByGoogle([aws, google], "ai-secret")).toEqual([
    expect.stringMatching(
      /^google-ai-secret, which keeps its key in Google Secret Manager: that a key .*\. npm run test:e2e -- google shows it/,
    ),
  ]);
  expect(keptByGoogle([aws], "ai-secret")).toEqual([]);
});

test("fails for a stack that it can't show", () => {
  expect(() => keptByGoogle([aws, google], "google-ai-secret")).toThrow("google-ai-secret keeps its key in Google Secret Manager");
});
