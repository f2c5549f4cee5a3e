import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { zipSync } from "fflate";
import { KeyScanner } from "../../../../lab/leak-proof/key-scanner";
import { plantedCopies } from "../../../../lab/leak-proof/planted-copies";

const KEYS = {
  ordinary: ["sk", "proj", "3yJ8vQbT0aWcXrZk6LmN2pUf9HdGs1Ee"].join("-"),
  awkward: 'a$b%c\\d&e<f>g+h/i=j~k^l|m`n${o}p%{q}r"s',
  short: "0123456789abcdef",
};

const folder = mkdtempSync(join(tmpdir(), "ai-key-test-"));
afterAll(() => rmSync(folder, { recursive: true }));

const planted = Object.entries(KEYS).flatMap(([name, key]) =>
  Object.entries(plantedCopies(key)).map(([form, data]) => ({ name, key, form, data })),
);

test.each(planted)("a planted copy of the $name key is found: $form", ({ key, data }) => {
  const findings = new KeyScanner({ planted: key }).scan("somewhere", data);
  expect(findings.map((finding) => finding.key)).toContain("planted");
});

test.each(planted)("another key is not reported: $name, $form", ({ data }) => {
  expect(new KeyScanner({ other: "sk-other-QwErTyUiOpAsDfGhJkLzXcVbNm" }).scan("somewhere", data)).toEqual([]);
});

test("a finding names the place, the encoding and the key's name, and never holds the key", () => {
  const data = Buffer.from(zipSync({ tfstate: Buffer.from(Buffer.from(`x${KEYS.ordinary}`).toString("base64")) }));
  const findings = new KeyScanner({ mine: KEYS.ordinary }).scan("saved.tfplan", data);

  expect(findings).toEqual([{ place: "saved.tfplan → tfstate", encoding: "base64", key: "mine" }]);
  expect(JSON.stringify(findings)).not.toContain(KEYS.ordinary.slice(4, 16));
});

test("a folder is read to its bottom, file names included, but for links and provider programs", () => {
  const put = (path: string, text: string) => {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  put("deep/down/.hidden/terraform.tfstate.backup", `"${KEYS.ordinary}"`);
  put(`named-${KEYS.ordinary}.txt`, "");
  put("stack/.terraform/providers/program", KEYS.ordinary);
  symlinkSync(join(folder, "deep"), join(folder, "link"));
  const scanner = new KeyScanner({ mine: KEYS.ordinary });

  const places = scanner.scanFolder(folder).map(({ place }) => place);
  expect(places).toContain("deep/down/.hidden/terraform.tfstate.backup");
  expect(places.filter((place) => place.startsWith("the name of"))).toHaveLength(1);
  expect(places.filter((place) => /^(link|stack)/.test(place))).toEqual([]);
  expect(scanner.files).toBe(2);
  expect(scanner.bytes).toBeGreaterThan(KEYS.ordinary.length);
});
