import type { AwsView } from "../../lab/aws/aws-view";

/** An application that reads the current key. Asked before every request that could change it, it sees whatever others could see. */
export class KeyReader {
  /** What it got, in order, without repetitions; the name of an error where it got no key. */
  public readonly seen: (string | undefined)[] = [];
  public reads = 0;

  constructor(
    private readonly aws: AwsView,
    private readonly secretId: string,
  ) {}

  public async read(): Promise<void> {
    const value = await this.aws.secretValue(this.secretId).catch((error) => String(error.name));
    this.reads++;
    if (this.seen.length === 0 || value !== this.seen.at(-1)) {
      this.seen.push(value);
    }
  }
}
