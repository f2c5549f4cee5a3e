import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { gunzipSync } from "node:zlib";
import { unzipSync } from "fflate";
import { type Trace, tracesOf } from "./key-traces";

/** A copy of a key where none may be. It never holds the key. */
export interface Finding {
  /** The file, or the file in an archive. */
  readonly place: string;
  readonly encoding: string;
  /** Which key, by the name it was given. */
  readonly key: string;
}

/** Provider programs: hundreds of MB that come as they are from a registry and are not written by a deploy. */
const PROVIDER_FOLDER = join(".terraform", "providers");

/** Looks for copies of keys, in every form of `tracesOf`, in plain, zipped and gzipped data. */
export class KeyScanner {
  private readonly traces: { key: string; trace: Trace }[];

  /** How many files were read, those in archives included. */
  public files = 0;
  /** How many bytes were read, those in archives included. */
  public bytes = 0;

  /** @param keys each with the name to report it by */
  constructor(keys: Readonly<Record<string, string>>) {
    this.traces = Object.entries(keys).flatMap(([key, value]) => tracesOf(value).map((trace) => ({ key, trace })));
  }

  /** Reads every file below a folder, but follows no links. */
  public scanFolder(folder: string): Finding[] {
    return filesBelow(folder)
      .filter((path) => !path.includes(PROVIDER_FOLDER))
      .flatMap((path) => [
        ...this.scan(relative(folder, path), readFileSync(path)),
        ...this.find(`the name of ${relative(folder, path)}`, Buffer.from(path)),
      ]);
  }

  /** @param place what to report the data as */
  public scan(place: string, data: Buffer): Finding[] {
    this.files++;
    this.bytes += data.length;

    const inside = unpack(data).flatMap(([name, content]) => this.scan(`${place} → ${name}`, content));
    return [...this.find(place, data), ...inside];
  }

  private find(place: string, data: Buffer): Finding[] {
    const found = this.traces.filter(({ trace }) => data.includes(trace.bytes));
    const distinct = new Map(found.map(({ key, trace }) => [`${key} ${trace.encoding}`, { place, encoding: trace.encoding, key }]));
    return [...distinct.values()];
  }
}

/** The files in a zip archive (a saved plan is one) or a gzip file; none for other data. */
function unpack(data: Buffer): [string, Buffer][] {
  if (data.subarray(0, 4).equals(Buffer.from("PK\x03\x04"))) {
    return Object.entries(unzipSync(data)).map(([name, content]) => [name, Buffer.from(content)]);
  }
  if (data.subarray(0, 2).equals(Buffer.from([0x1f, 0x8b]))) {
    return [["content", gunzipSync(data)]];
  }
  return [];
}

/** Not by readdir's own recursion: that follows links from Node 22 on. */
function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : entry.isFile() ? [path] : [];
  });
}
