/** The names that GitHub gives to lines: without them it would compute its own, and alerts would close and open again. */
import { describe, expect, test } from "vitest";
import { lineHashes } from "../src/reporters/line-hash.ts";

/**
 * The same by another way: one pass over the characters as they come, with the window that the definition speaks of and integers of
 * any size.
 */
function naive(text: string): string[] {
  const result: string[] = [];
  const counts = new Map<bigint, number>();
  const window: { unit: bigint; line: boolean }[] = Array.from({ length: 100 }, () => ({ unit: 0n, line: false }));
  let hash = 0n;
  const push = (unit: number, line: boolean): void => {
    const gone = window.shift();
    if (gone?.line) {
      const seen = (counts.get(hash) ?? 0) + 1;
      counts.set(hash, seen);
      result.push(`${hash.toString(16)}:${seen}`);
    }
    window.push({ unit: BigInt(unit), line });
    hash = BigInt.asUintN(64, 37n * hash + BigInt(unit) - 37n ** 100n * (gone?.unit ?? 0n));
  };
  let lineStarts = true;
  let afterReturn = false;
  for (let i = 0; i <= text.length; i++) {
    let unit = i < text.length ? text.charCodeAt(i) : 0xffff;
    const skipped: boolean = unit === 32 || unit === 9 || (afterReturn && unit === 10);
    afterReturn = !skipped && unit === 13;
    if (skipped) continue;
    if (unit === 13) unit = 10;
    push(unit, lineStarts);
    lineStarts = unit === 10;
  }
  for (let i = 0; i < 100; i++) push(0, false);
  return result;
}

/** What GitHub's own tests say (github/codeql-action, `src/fingerprints.test.ts`). */
const PUBLISHED: readonly (readonly [name: string, text: string, hashes: readonly string[]])[] = [
  ["an empty file", "", ["c129715d7a2bc9a3:1"]],
  ["spaces and tabs", " a\nb\n  \t\tc\n d", ["271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1"]],
  [
    "no break at the end",
    " hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End",
    ["8b7cf3e952e7aeb2:1", "b1ae1287ec4718d9:1", "bff680108adb0fcc:1", "c6805c5e1288b612:1", "b86d3392aea1be30:1", "e6ceba753e1a442:1"],
  ],
  ...["\n", "\r", "\r\n"].map((end) => [
    `breaks ${JSON.stringify(end)}`,
    [" hello; \t", "world!!!", "", "", "  \t\tGreetings", " End", ""].join(end),
    ["e9496ae3ebfced30:1", "fb7c023a8b9ccb3f:1", "ce8ba1a563dcdaca:1", "e20e36e16fcb0cc8:1", "b3edc88f2938467e:1", "c8e28b0b4002a3a0:1", "c129715d7a2bc9a3:1"],
  ] as const),
  [
    "equal lines",
    "Lorem ipsum dolor sit amet.\n".repeat(10),
    [1, 2, 3, 4, 5, 6].map((n) => `a7f2ff13bc495cf2:${n}`).concat("a7f2ff1481e87703:1", "a9cf91f7bbf1862b:1", "55ec222b86bcae53:1", "cc97dc7b1d7d8f7b:1", "c129715d7a2bc9a3:1"),
  ],
  [
    "a program",
    "x = 2\nx = 1\nprint(x)\nx = 3\nprint(x)\nx = 4\nprint(x)\n",
    ["e54938cc54b302f1:1", "bb609acbe9138d60:1", "1131fd5871777f34:1", "5c482a0f8b35ea28:1", "54517377da7028d2:1", "2c644846cb18d53e:1", "f1b89f20de0d133:1", "c129715d7a2bc9a3:1"],
  ],
];

describe("published cases", () => {
  test.each(PUBLISHED)("%s", (_, text, hashes) => {
    expect(lineHashes(text)).toEqual(hashes);
    expect(naive(text)).toEqual(hashes);
  });
});

describe("cases worked out by another way", () => {
  test.each([
    ["a break that spaces part", "a\r \nb\r\t\nc\r\n"],
    ["spaces alone", "   \n\t\t\n  "],
    ["breaks alone", "\n\r\n\r\r\n\n"],
    ["a byte order mark", "\ufeffimport x\nimport y\n"],
    ["characters of four bytes, and half of one", "'👍' \ud83d\n👩\u200d👩\n"],
    ["other white space is kept", "a\u00a0b\u000b\u000c\u2028c\n"],
    ["null and the last code unit", "\u0000\uffff\n\uffff"],
    ["a line of exactly a block", `${"x".repeat(99)}\n${"x".repeat(100)}\n${"x".repeat(101)}\n`],
    ["a line of many blocks", `${"long line ".repeat(500)}\nend`],
    ["equal beginnings of different lines", `${"y".repeat(200)}1\n${"y".repeat(200)}2\n`],
    ["the largest units throughout", "\uffff".repeat(300)],
    ["many lines", Array.from({ length: 2000 }, (_, i) => `  call(${i % 37}, '${"é".repeat(i % 11)}')`).join("\r\n")],
  ])("%s", (_, text) => {
    expect(lineHashes(text)).toEqual(naive(text));
  });

  test("texts by chance", () => {
    const alphabet = ["a", "b", " ", "\t", "\n", "\r", "{", "}", "\r\n", "\ufeff", "é", "👍"];
    let state = 42;
    const next = (below: number): number => (state = (state * 48271) % 0x7fffffff) % below;
    for (let i = 0; i < 200; i++) {
      const text = Array.from({ length: next(600) }, () => alphabet[next(alphabet.length)]).join("");
      expect(lineHashes(text), JSON.stringify(text)).toEqual(naive(text));
    }
  });
});
