/** What files tell about each other: every small project is right as a whole, and no file alone is worse off. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Finding } from "../src/core/finding.ts";
import { parseFixture, type Fixture } from "../src/dev/fixtures.ts";
import { ROOT } from "../src/dev/paths.ts";
import { rules } from "../src/engine/registry.ts";
import { compare } from "./support/expectations.ts";
import { lintAlone } from "./support/lint.ts";
import { lintIn, projectOf, type Texts } from "./support/project.ts";

const FOLDER = "fixtures/projects";
const SOURCE = /\.(pyi?|[cm]?[jt]sx?)$/;

/** Project by project, the texts of all its files by their path in it. */
const projects = readdirSync(join(ROOT, FOLDER)).sort().map((name): [string, Texts] => {
  const top = join(ROOT, FOLDER, name);
  const paths = readdirSync(top, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(top.length + 1)).sort();
  return [name, new Map(paths.map((path) => [path, readFileSync(join(top, path), "utf8")]))];
});

function fixturesIn(texts: Texts): Fixture[] {
  return [...texts].filter(([path]) => SOURCE.test(path)).map(([path, text]) => parseFixture(path, text, path));
}

const nameOf = (finding: Finding): string => `${finding.path}: ${finding.rule} at ${finding.span.start}`;

describe.each(projects)("%s", (_, texts) => {
  const fixtures = fixturesIn(texts);

  test("everything that is wanted is found, and nothing else", () => {
    const project = projectOf(texts);
    for (const fixture of fixtures) {
      const { wanted, found } = compare(fixture, lintIn(project, fixture.path, fixture.text, rules));
      expect(found, fixture.path).toEqual(wanted);
    }
  });

  test("the order in which files are linted changes nothing", () => {
    const inOrder = (order: readonly Fixture[]): Finding[] => {
      const project = projectOf(texts);
      return order.flatMap(({ path, text }) => lintIn(project, path, text, rules)).sort((a, b) => (a.fingerprint < b.fingerprint ? -1 : 1));
    };
    const whole = inOrder(fixtures);
    expect(inOrder([...fixtures].reverse())).toEqual(whole);
    for (const { path, text } of fixtures) expect(lintIn(projectOf(texts), path, text, rules), "each with a project of its own").toEqual(whole.filter((finding) => finding.path === path).sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end || (a.rule < b.rule ? -1 : 1)));
  });

  test("a file alone has no finding that it has not in the project", () => {
    const project = projectOf(texts);
    for (const { path, text } of fixtures) {
      const known = new Set(lintIn(project, path, text, rules).map(nameOf));
      expect(lintAlone(path, text, rules).map(nameOf).filter((name) => !known.has(name)), path).toEqual([]);
    }
  });
});

test("where more files speak of a member than are read, nobody is said to have forgotten it", () => {
  const runner = `import threading
import time


class Runner:
    def __init__(self):
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        while True:
            time.sleep(1)

    def stop(self):
        self.thread.join()
`;
  const main = `from runner import Runner

if __name__ == "__main__":
    runner = Runner()
    try:
        input()
    finally:
        runner.stop()
`;
  const user = "import runner\n\n\ndef halt(worker):\n    worker.stop()\n";
  const texts = new Map([["runner.py", runner], ["main.py", main], ...Array.from({ length: 60 }, (_, i): [string, string] => [`user${String(i)}.py`, user])]);
  expect(lintIn(projectOf(texts), "runner.py", runner, rules)).toEqual([]);
});
