/** Reads reports as the programs do that they are written for. */
import { validateXML } from "xmllint-wasm";

/** What a report says of a finding. Lines and columns as the format counts them; undefined where it does not tell. */
export interface Told {
  readonly path: string;
  readonly line: number;
  readonly column?: number | undefined;
  readonly endLine?: number | undefined;
  readonly endColumn?: number | undefined;
  readonly rule: string;
  readonly level: string;
  readonly message: string;
}

interface Place { readonly line: number; readonly column: number }
interface JsonFinding { readonly rule: string; readonly level: string; readonly path: string; readonly message: string; readonly range: { readonly start: Place; readonly end: Place }; readonly suppressed?: { readonly reason?: string } }

function fromJson({ path, range: { start, end }, rule, level, message }: JsonFinding): Told {
  return { path, line: start.line, column: start.column, endLine: end.line, endColumn: end.column, rule, level, message };
}

export function readJson(text: string): { told: Told[]; reasons: string[] } {
  const { findings } = JSON.parse(text) as { findings: JsonFinding[] };
  return { told: findings.filter((each) => !each.suppressed).map(fromJson), reasons: findings.flatMap((each) => each.suppressed?.reason ?? []) };
}

export function readJsonLines(text: string): { told: Told[]; end: unknown } {
  const lines = text.trimEnd().split("\n").map((line) => JSON.parse(line) as unknown);
  return { told: (lines.slice(0, -1) as JsonFinding[]).filter((each) => !each.suppressed).map(fromJson), end: lines.at(-1) };
}

export function readSarif(text: string): Told[] {
  interface Result { ruleId: string; level: string; message: { text: string }; suppressions?: unknown[]; locations: { physicalLocation: { artifactLocation: { uri: string }; region: { startLine: number; startColumn: number; endLine: number; endColumn: number } } }[] }
  const { runs } = JSON.parse(text) as { runs: { results: Result[] }[] };
  return runs.flatMap((run) => run.results).filter((result) => (result.suppressions?.length ?? 0) === 0).flatMap(({ ruleId, level, message, locations }) =>
    locations.map(({ physicalLocation: { artifactLocation: { uri }, region } }) => ({
      path: decodeURIComponent(uri), line: region.startLine, column: region.startColumn, endLine: region.endLine, endColumn: region.endColumn, rule: ruleId, level,
      // Links stand behind the sentence.
      message: message.text.replace(/\.( See: .*)?$/s, ""),
    })),
  );
}

/** A line that a runner of GitHub Actions obeys. */
export interface Command {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly data: string;
}

/** What the runner obeys in an output, of both forms that it knows: `::name …::` at the start of a line, `##[name …]` anywhere. */
export function readCommands(output: string): Command[] {
  return output.split(/\r\n|\r|\n/).flatMap((line): Command[] => {
    const trimmed = line.trim();
    const end = trimmed.startsWith("::") ? trimmed.indexOf("::", 2) : -1;
    if (end >= 0) {
      const [name = "", ...rest] = trimmed.slice(2, end).split(" ");
      const properties = rest.join(" ").split(",").filter((each) => each !== "").map((each) => [each.slice(0, each.indexOf("=")), unescape(each.slice(each.indexOf("=") + 1), true)] as const);
      return [{ name, properties: Object.fromEntries(properties), data: unescape(trimmed.slice(end + 2), false) }];
    }
    const old = /##(?:vso|teamcity)?\[.*/i.exec(line);
    return old ? [{ name: old[0], properties: {}, data: "" }] : [];
  });
}

function unescape(text: string, property: boolean): string {
  const plain = text.replaceAll("%0D", "\r").replaceAll("%0A", "\n");
  return (property ? plain.replaceAll("%3A", ":").replaceAll("%2C", ",") : plain).replaceAll("%25", "%");
}

export function readAnnotations(output: string): Told[] {
  return readCommands(output).map(({ name, properties, data }) => ({
    path: properties["file"] ?? "", line: Number(properties["line"]), column: maybe(properties["col"]), endLine: maybe(properties["endLine"]), endColumn: maybe(properties["endColumn"]),
    rule: properties["title"]?.replace("lifelint: ", "") ?? "", level: name === "notice" ? "note" : name, message: data,
  }));
}

function maybe(number: string | undefined): number | undefined {
  return number === undefined ? undefined : Number(number);
}

export interface GitlabIssue { readonly check_name: string; readonly description: string; readonly severity: string; readonly fingerprint: string; readonly location: { readonly path: string; readonly lines: { readonly begin: number; readonly end: number } } }

export function readGitlab(text: string): Told[] {
  return (JSON.parse(text) as GitlabIssue[]).map(({ check_name: rule, description: message, severity, location: { path, lines } }) => ({
    path, line: lines.begin, endLine: lines.end, rule, message, level: { critical: "error", major: "warning", info: "note" }[severity] ?? severity,
  }));
}

export function readRdjson(text: string): Told[] {
  interface Diagnostic { message: string; severity: string; code: { value: string }; location: { path: string; range: { start: Place; end: Place } } }
  return (JSON.parse(text) as { diagnostics: Diagnostic[] }).diagnostics.map(({ message, severity, code, location: { path, range: { start, end } } }) => ({
    path, line: start.line, column: start.column, endLine: end.line, endColumn: end.column, rule: code.value, level: { ERROR: "error", WARNING: "warning", INFO: "note" }[severity] ?? severity, message: message.replace(/\nhelp: .*$/s, ""),
  }));
}

/** An element of XML with its attributes. Its content is what stands between its tags. */
interface Element { readonly attributes: Readonly<Record<string, string>>; readonly content: string }

/** Elements of a name, in a document that a real parser has taken: there, `<`, `>` and quotes in texts are references. */
export function elementsOf(xml: string, name: string): Element[] {
  return [...xml.matchAll(new RegExp(`<${name}((?: [^<>]*?)?)(?:/>|>(.*?)</${name}>)`, "gs"))].map((match) => ({
    attributes: Object.fromEntries([...(match[1] as string).matchAll(/ (\w+)="([^"]*)"/g)].map((each) => [each[1] as string, references(each[2] as string)] as const)),
    content: match[2] ?? "",
  }));
}

function references(text: string): string {
  return text.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
}

export function readJunit(xml: string): Told[] {
  return elementsOf(xml, "testcase").flatMap(({ attributes, content }) =>
    elementsOf(content, "failure").map((failure): Told => {
      const [, rule = "", line = "", column = ""] = /^(\S+) at (\d+):(\d+)$/.exec(attributes["name"] ?? "") ?? [];
      return { path: attributes["classname"] ?? "", line: Number(line), column: Number(column), rule, level: failure.attributes["type"] ?? "", message: failure.attributes["message"] ?? "" };
    }),
  );
}

/** What is wrong with a document by its schema. */
export async function complaintsAboutXml(xml: string, schema: string): Promise<string[]> {
  const { errors } = await validateXML({ xml: { fileName: "report.xml", contents: xml }, schema: { fileName: "schema.xsd", contents: schema } });
  return errors.map((error) => error.message);
}

/** The tables as they are shown: tags are gone, references are what they stand for. */
export function readMarkdown(text: string): Told[] {
  let level = "";
  return text.split("\n").flatMap((line): Told[] => {
    level = /^#### [\d,]+ (error|warning|note|ignored)/.exec(line)?.[1] ?? level;
    const [, place, rule, message] = /^\| (.*?) \| (.*?) \| (.*) \|$/.exec(line) ?? [];
    if (place === undefined || rule === undefined || message === undefined || place === "place" || place === "---") return [];
    const [, path = "", row = "", column = ""] = /^(.*):(\d+):(\d+)$/s.exec(shown(place)) ?? [];
    return [{ path, line: Number(row), column: Number(column), rule: shown(rule), level, message: shown(message.split("<br>")[0] ?? "") }];
  });
}

function shown(html: string): string {
  return references(html.replace(/<code>|<\/code>|<a href="[^"<>]*">|<\/a>|<!-- -->/g, ""));
}

/** What of the tables would mean something to Markdown, HTML or GitHub, except for what the reporter means. */
export function activeMarkdown(text: string): string[] {
  return text.split("\n").filter((line) => line.startsWith("| ") && line !== "| place | rule | finding |" && line !== "| --- | --- | --- |").flatMap((line) => {
    const rest = line.slice(2, -2).replaceAll(" | ", " ").replace(/<code>|<\/code>|<br>|<a href="https:\/\/github\.com\/[^"<>|`\s]*">|<\/a>|<!-- -->|&#\d+;/g, "");
    // The word before the colon is ours.
    return [...rest.replace(/(?:help|ignored):/g, "").matchAll(/[\\`*_[\]<>&|~#@$:]/g)].map((match) => `${match[0]} in ${line}`);
  });
}
