import { ArgumentWatch } from "./argument-watch";
import { type Finding, KeyScanner } from "./key-scanner";
import { plantedCopies } from "./planted-copies";

export interface LeakProofResult {
  /** Copies of a key; none is the proof. */
  readonly findings: readonly Finding[];
  /** What was read, for the report. */
  readonly summary: string;
}

/** Looks for copies of keys in all that the commands of one run leave behind, from its making on. */
export class LeakProof {
  private readonly watch: ArgumentWatch;

  /** @param keys each with the name to report it by */
  constructor(private readonly keys: Readonly<Record<string, string>>) {
    this.watch = new ArgumentWatch(new KeyScanner(keys));
  }

  /**
   * Reads a folder and what the watch on process arguments has seen.
   *
   * @throws Error when the scanner misses a planted copy: then its silence would prove nothing
   */
  public check(folder: string): LeakProofResult {
    const planted = this.findPlantedCopies();
    const scanner = new KeyScanner(this.keys);
    const findings = [...scanner.scanFolder(folder), ...this.watch.findings];

    const { commandLines } = this.watch;
    const summary = [
      `${scanner.files} files`,
      `${(scanner.bytes / 1e6).toFixed(1)} MB`,
      commandLines === undefined ? "process arguments NOT checked, as there is no /proc here" : `${commandLines} command lines`,
      `after finding ${planted} planted copies`,
    ];
    return { findings, summary: summary.join(", ") };
  }

  public stop(): void {
    this.watch.stop();
  }

  private findPlantedCopies(): number {
    const planted = Object.values(this.keys).flatMap((key) => Object.entries(plantedCopies(key)));
    const scanner = new KeyScanner(this.keys);
    const missed = planted.filter(([, data]) => scanner.scan("planted", data).length === 0).map(([form]) => form);
    if (missed.length > 0) {
      throw new Error(`The scanner missed planted copies of a key: ${missed.join(", ")}`);
    }
    return planted.length;
  }
}

/** Findings as lines for people. */
export function describeFindings(findings: readonly Finding[]): string[] {
  return findings.map(({ key, encoding, place }) => `${key} (${encoding}) in ${place}`);
}
