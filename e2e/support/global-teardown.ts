import { shared } from "./global-setup";

// biome-ignore lint/style/noDefaultExport: jest asks for one
export default async function tearDown(): Promise<void> {
  await shared.session?.close();
}
