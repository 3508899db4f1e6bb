/** The precision loop, without its network: what an archive may write, what the tables say, what differs between runs. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { deflateRawSync, gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { safePath, tarEntries, zipEntries } from "../src/dev/corpus/archive.ts";
import { cacheFolder, folderOf, formatProjects, idOf, parseProjects } from "../src/dev/corpus/projects.ts";
import { compare, formatVerdicts, parseVerdicts, precisionOf, type Judged } from "../src/dev/corpus/verdicts.ts";
import { ROOT } from "../src/dev/paths.ts";

/** A tar entry; `type` is "0" for a file. */
function tarEntry(name: string, text: string, type = "0"): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0, "utf8");
  header.write(`${text.length.toString(8).padStart(11, "0")}\0`, 124);
  header.write(type, 156);
  header.write("ustar\0", 257);
  return Buffer.concat([header, Buffer.from(text.padEnd(Math.ceil(text.length / 512) * 512, "\0"))]);
}

function tar(...entries: Buffer[]): Buffer {
  return gzipSync(Buffer.concat([...entries, Buffer.alloc(1024)]));
}

/** A zip archive of one file, packed; `mode` as in its Unix attributes. */
function zip(name: string, text: string, mode = 0o100644): Buffer {
  const packed = deflateRawSync(text);
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt16LE(name.length, 26);
  const central = Buffer.alloc(46);
  central.writeUInt32LE(0x02014b50, 0);
  central.writeUInt16LE(8, 10);
  central.writeUInt32LE(packed.length, 20);
  central.writeUInt16LE(name.length, 28);
  central.writeUInt32LE(mode * 0x10000, 38);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(local.length + name.length + packed.length, 16);
  return Buffer.concat([local, Buffer.from(name), packed, central, Buffer.from(name), end]);
}

function read(entries: Iterable<{ path: string; bytes: Buffer }>): [string, string][] {
  return [...entries].map(({ path, bytes }) => [path, bytes.toString("utf8")]);
}

describe("archives", () => {
  test.each([
    ["a/b.py", "a/b.py"],
    ["./a//b.py", "a/b.py"],
    ["a/..b.py", "a/..b.py"],
    ["/etc/passwd", undefined],
    ["a/../../b.py", undefined],
    ["..", undefined],
    ["a\\..\\b.py", undefined],
    ["C:/b.py", undefined],
    ["a\u0000.py", undefined],
    ["a\n.py", undefined],
    ["", undefined],
    [".", undefined],
  ])("%j is unpacked as %j", (path, safe) => {
    expect(safePath(path)).toBe(safe);
  });

  test("a tar archive gives its regular files", () => {
    const link = tarEntry("package/link", "", "2");
    const folder = tarEntry("package/src/", "", "5");
    expect(read(tarEntries(tar(folder, tarEntry("package/src/a.js", "one"), link, tarEntry("package/b.js", "two"))))).toEqual([["package/src/a.js", "one"], ["package/b.js", "two"]]);
  });

  test("a name too long for the header of a tar archive comes before its file", () => {
    const long = `package/${"n".repeat(120)}.js`;
    // The length at the start of a record counts itself.
    const record = `${long.length + 10} path=${long}\n`;
    expect(read(tarEntries(tar(tarEntry("PaxHeader/x", record, "x"), tarEntry("package/nnn", "pax"), tarEntry("././@LongLink", `${long}\0`, "L"), tarEntry("package/nnn", "gnu"))))).toEqual([[long, "pax"], [long, "gnu"]]);
  });

  test("a zip archive gives its regular files", () => {
    expect(read(zipEntries(zip("pkg/a.py", "x = 1\n".repeat(50))))).toEqual([["pkg/a.py", "x = 1\n".repeat(50)]]);
    expect(read(zipEntries(zip("pkg/link", "/etc", 0o120777)))).toEqual([]);
  });

  test("an archive that reaches outside is refused whole", () => {
    expect(() => read(tarEntries(tar(tarEntry("package/../../x.js", ""))))).toThrow("leads out of the archive");
    expect(() => read(zipEntries(zip("../x.py", "")))).toThrow("leads out of the archive");
    expect(() => read(zipEntries(Buffer.from("no archive")))).toThrow("not a zip archive");
  });
});

describe("projects", () => {
  test("are read as they are written", () => {
    const text = "ecosystem\tname\tversion\tkind\tfolder\nnpm\t@scope/app\t1.0.0\tserver\tdist/esm\npypi\tapp\t2.0rc1\tworker\t.\n";
    const projects = parseProjects("p.tsv", text);
    expect(projects.map(idOf)).toEqual(["npm:@scope/app", "pypi:app"]);
    expect(projects.map(folderOf)).toEqual(["npm+@scope__app@1.0.0", "pypi+app@2.0rc1"]);
    expect(formatProjects([...projects].reverse())).toBe(text);
  });

  test.each([
    ["cargo\tapp\t1.0\tserver\t.", "no such ecosystem"],
    ["npm\t../app\t1.0\tserver\t.", "not a package"],
    ["npm\tapp\t--flag\tserver\t.", "not a package"],
    ["pypi\tapp\t../1\tserver\t.", "not a package"],
    ["npm\tapp\t1.0\tserver\t../other", "not a folder inside of it"],
    ["npm\tapp\t1.0", "p.tsv:2: 3 cells, expected 5"],
  ])("%j is refused", (line, message) => {
    expect(() => parseProjects("p.tsv", `ecosystem\tname\tversion\tkind\tfolder\n${line}\n`)).toThrow(message);
  });

  test("lie outside of the repository", () => {
    expect(cacheFolder({ LIFELINT_CORPUS: "/somewhere", XDG_CACHE_HOME: "/caches" }, "linux")).toBe("/somewhere");
    expect(cacheFolder({ XDG_CACHE_HOME: "/caches" }, "linux")).toBe(join("/caches", "lifelint-corpus"));
  });
});

function judged(line: number, more: Partial<Judged> = {}): Judged {
  return { project: "pypi:app", version: "1.0", rule: "a-rule", key: "a-key", level: "error", path: "app.py", line, verdict: "?", ...more };
}

describe("verdicts", () => {
  test("are read as they are written, sorted", () => {
    const findings = [judged(20, { verdict: "debatable" }), judged(3, { verdict: "true" }), judged(3, { key: "b-key", level: "note" })];
    const text = formatVerdicts(findings);
    expect(text).toBe(`project\tversion\trule\tkey\tlevel\tpath\tline\tverdict
pypi:app\t1.0\ta-rule\ta-key\terror\tapp.py\t3\ttrue
pypi:app\t1.0\ta-rule\tb-key\tnote\tapp.py\t3\t?
pypi:app\t1.0\ta-rule\ta-key\terror\tapp.py\t20\tdebatable
`);
    expect(formatVerdicts(parseVerdicts("v.tsv", text))).toBe(text);
    expect(() => parseVerdicts("v.tsv", text.replace("debatable", "maybe"))).toThrow("v.tsv:4");
    expect(() => parseVerdicts("v.tsv", "project\n")).toThrow("the header must be project, version");
  });

  test("are kept by what stayed and what moved", () => {
    const before = [judged(3, { verdict: "true" }), judged(40, { verdict: "false" }), judged(80, { verdict: "true" })];
    const now = [judged(3), judged(44), judged(80, { level: "warning" })];
    expect(compare(before, now)).toEqual({
      same: [judged(3, { verdict: "true" })],
      moved: [
        { from: before[2], to: judged(80, { level: "warning", verdict: "true" }) },
        { from: before[1], to: judged(44, { verdict: "false" }) },
      ],
      fresh: [],
      gone: [],
    });
  });

  test("are not inherited by another sentence, file, project or far line", () => {
    const before = [judged(10, { verdict: "true" })];
    const now = [judged(10, { key: "b-key" }), judged(10, { path: "b.py" }), judged(10, { project: "npm:app" }), judged(21)];
    const { same, moved, fresh, gone } = compare(before, now);
    expect([same, moved, gone]).toEqual([[], [], before]);
    expect(fresh).toHaveLength(4);
  });

  test("what stands where it stood is paired before what moved", () => {
    const before = [judged(10, { verdict: "true" }), judged(12, { verdict: "false" })];
    const { same, moved, fresh, gone } = compare(before, [judged(9), judged(10), judged(12), judged(12)]);
    expect(same.map((each) => [each.line, each.verdict])).toEqual([[10, "true"], [12, "false"]]);
    expect([moved, gone]).toEqual([[], []]);
    expect(fresh.map((each) => each.line)).toEqual([9, 12]);
  });

  test("give the precision of a level", () => {
    expect(precisionOf([judged(1, { verdict: "true" }), judged(2, { verdict: "true" }), judged(3, { verdict: "false" }), judged(4, { verdict: "debatable" }), judged(5)])).toEqual({ findings: 5, true: 2, false: 1, debatable: 1, unread: 1, precision: 2 / 3 });
    expect(precisionOf([judged(1)]).precision).toBeUndefined();
  });
});

test("the committed tables hold exact versions and nothing of the code", () => {
  const [projects, verdicts] = ["projects", "verdicts"].map((name) => readFileSync(join(ROOT, `fixtures/corpus/${name}.tsv`), "utf8")) as [string, string];
  expect(formatProjects(parseProjects("projects.tsv", projects))).toBe(projects);
  expect(formatVerdicts(parseVerdicts("verdicts.tsv", verdicts))).toBe(verdicts);
});
