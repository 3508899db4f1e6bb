import type { Confidence, Finding, Problem, Repair } from "../core/finding.ts";
import type { Span } from "../core/source.ts";
import { toJson } from "./json.ts";
import { lineHashes } from "./line-hash.ts";
import { rangeOf } from "./range.ts";
import { HOME, whyIgnored, type ReportContext, type Reporter } from "./reporter.ts";
import { descriptorsOf } from "./sarif-rules.ts";

/** From 0 to 100, for viewers that sort by it. */
const RANKS: Readonly<Record<Confidence, number>> = { high: 90, medium: 60, low: 30 };
/** What addresses in the repository are relative to; every consumer knows where its own checkout lies. */
const BASE = "%SRCROOT%";

/** SARIF 2.1.0, with everything that GitHub code scanning shows. */
export const sarif: Reporter = (report, context) => {
  const rules = descriptorsOf(report.findings, context);
  const hashes = new Map<string, readonly string[]>();
  const hashOf = (path: string, line: number): string | undefined => {
    const known = hashes.get(path) ?? lineHashes(context.rawTextOf(path) ?? "");
    hashes.set(path, known);
    return known[line - 1];
  };
  const anyIgnored = report.findings.some((finding) => finding.suppressed);
  return toJson({
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "lifelint", informationUri: HOME, version: context.version, semanticVersion: context.version, rules } },
        automationDetails: { id: "lifelint/" },
        invocations: [
          {
            executionSuccessful: !report.problems.some((problem) => problem.severity === "fatal"),
            toolExecutionNotifications: report.problems.map((problem) => notification(problem, context)),
          },
        ],
        originalUriBaseIds: { [BASE]: { description: { text: "The top of the repository." } } },
        columnKind: "utf16CodeUnits",
        results: report.findings.map((finding) => ({
          ruleId: finding.rule,
          ruleIndex: rules.findIndex((rule) => rule.id === finding.rule),
          level: finding.level,
          rank: RANKS[finding.confidence],
          message: { text: messageOf(finding) },
          locations: [locationOf(finding.path, finding.span, context)],
          ...storyOf(finding, context),
          partialFingerprints: {
            primaryLocationLineHash: hashOf(finding.path, rangeOf(finding.path, finding.span, context).start.line),
            "lifelint/v1": finding.fingerprint,
          },
          ...(finding.fix && { fixes: [fixOf(finding.path, finding.fix, context)] }),
          ...(anyIgnored && { suppressions: suppressionsOf(finding) }),
          properties: { confidence: finding.confidence, messageKey: finding.messageKey, ...(finding.help !== undefined && { help: finding.help }) },
        })),
      },
    ],
  });
};

/** The sentence, and links to the places of its story. */
function messageOf(finding: Finding): string {
  const links = finding.related.map((related, i) => `[${escapeLink(related.message)}](${i + 1})`);
  return [`${literal(finding.message)}.`, ...(links.length > 0 ? [`See: ${links.join(", ")}.`] : [])].join(" ");
}

/** The text of a link. */
function escapeLink(text: string): string {
  return text.replace(/[\\[\]]/g, "\\$&");
}

/** Brackets mean something only where a link could be read. */
function literal(text: string): string {
  return text.includes("](") ? escapeLink(text) : text;
}

/** The other places, and all of them as one flow: the place of the repair, and the rest in the order of the story. */
function storyOf(finding: Finding, context: ReportContext): object {
  if (finding.related.length === 0) return {};
  const places = finding.related.map((related) => ({ ...locationOf(related.path, related.span, context), message: { text: related.message } }));
  const own = { ...locationOf(finding.path, finding.span, context), message: { text: finding.message } };
  return {
    relatedLocations: places.map((place, i) => ({ id: i + 1, ...place })),
    codeFlows: [{ threadFlows: [{ locations: [own, ...places].map((location) => ({ location })) }] }],
  };
}

function locationOf(path: string, span: Span, context: ReportContext): object {
  return { physicalLocation: { artifactLocation: artifactOf(path, context), region: regionOf(path, span, context) } };
}

function artifactOf(path: string, context: ReportContext): object {
  const place = context.inRepository(path);
  // A lone half of a character has no encoding.
  const wellFormed = place.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "\ufffd");
  const uri = wellFormed.split("/").map(encodeURIComponent).join("/");
  return place.startsWith("/") ? { uri: `file://${uri}` } : { uri, uriBaseId: BASE };
}

function regionOf(path: string, span: Span, context: ReportContext): object {
  const { start, end } = rangeOf(path, span, context);
  return { startLine: start.line, startColumn: start.column, endLine: end.line, endColumn: end.column };
}

function fixOf(path: string, { title, edits }: Repair, context: ReportContext): object {
  const replacements = edits.map((edit) => ({ deletedRegion: regionOf(path, edit, context), insertedContent: { text: edit.text } }));
  return { description: { text: `${title}.` }, artifactChanges: [{ artifactLocation: artifactOf(path, context), replacements }] };
}

function suppressionsOf({ suppressed }: Finding): object[] {
  if (!suppressed) return [];
  return [{ kind: suppressed.by === "comment" ? "inSource" : "external", status: "accepted", justification: whyIgnored(suppressed) }];
}

function notification({ path, message, severity }: Problem, context: ReportContext): object {
  return {
    level: severity === "fatal" ? "error" : "note",
    message: { text: `${message}.` },
    ...(path !== undefined && { locations: [{ physicalLocation: { artifactLocation: artifactOf(path, context) } }] }),
  };
}
