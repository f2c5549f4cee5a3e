import { isSkipped, shared } from "./global-setup";

// biome-ignore lint/style/noDefaultExport: jest asks for one
export default async function tearDown(): Promise<void> {
  await shared.session?.close();
  if (isSkipped()) {
    console.error("\nAI_KEY_E2E=skip: nothing was tested end to end with Terraform and a local AWS.");
  }
}
