import { setTimeout as sleep } from "node:timers/promises";
import type { AwsView } from "../../lab/aws/aws-view";

const PAUSE = 50; // milliseconds

/** An application that reads the current key all the time, from its making on. */
export class KeyReader {
  /** What it got, in order, without repetitions; the name of an error where it got no key. */
  public readonly seen: (string | undefined)[] = [];
  public reads = 0;
  private stopped = false;
  private readonly ended: Promise<void>;

  constructor(
    private readonly aws: AwsView,
    private readonly secretId: string,
  ) {
    this.ended = this.poll();
  }

  public async stop(): Promise<void> {
    this.stopped = true;
    await this.ended;
  }

  private async poll(): Promise<void> {
    while (!this.stopped) {
      const value = await this.aws.secretValue(this.secretId).catch((error) => String(error.name));
      this.reads++;
      if (this.seen.length === 0 || value !== this.seen.at(-1)) {
        this.seen.push(value);
      }
      await sleep(PAUSE);
    }
  }
}
