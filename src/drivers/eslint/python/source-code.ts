import type { FileProblem, SourceCode } from "@eslint/core";
import { ConfigCommentParser, Directive, TextSourceCodeBase, VisitNodeStep } from "@eslint/plugin-kit";
import { noScope, noScopes, noTypes } from "./for-javascript.ts";
import type { PythonComment, PythonModule, PythonNode } from "./nodes.ts";

/** What one comment configures. */
type InlineConfig = ReturnType<NonNullable<SourceCode["applyInlineConfig"]>>["configs"][number];

interface Types {
  readonly LangOptions: Record<string, unknown>;
  readonly RootNode: PythonModule;
  readonly SyntaxElementWithLoc: PythonModule | PythonNode | PythonComment;
  readonly ConfigNode: PythonComment;
}

/** A comment that is meant for ESLint. */
interface Spoken {
  readonly label: string;
  readonly value: string;
  readonly justification: string;
  readonly node: PythonComment;
}

const DISABLING = /^eslint-(disable-next-line|disable-line|disable|enable)$/;
const parser = new ConfigCommentParser();

/** A Python file as ESLint and its rules see it. Rules hear of its nodes where that was asked for. */
export class PythonSourceCode extends TextSourceCodeBase<Types> {
  readonly hasBOM: boolean;
  readonly parserServices = noTypes;
  readonly scopeManager = noScopes;
  readonly tokensAndComments: readonly never[] = [];
  private readonly isVisited: boolean;
  private spoken: readonly Spoken[] | undefined;

  constructor(text: string, hasBOM: boolean, ast: PythonModule, isVisited: boolean) {
    super({ text, ast });
    this.hasBOM = hasBOM;
    this.isVisited = isVisited;
  }

  get visitorKeys(): Record<string, string[]> {
    const keys: Record<string, string[]> = {};
    const visit = (node: PythonModule | PythonNode): void => {
      keys[node.type] ??= ["children"];
      node.children.forEach(visit);
    };
    if (this.isVisited) visit(this.ast);
    return keys;
  }

  override traverse(): VisitNodeStep[] {
    const steps: VisitNodeStep[] = [];
    const visit = (node: PythonModule | PythonNode): void => {
      const args = [node, node.parent];
      steps.push(new VisitNodeStep({ target: node, phase: 1, args }));
      node.children.forEach(visit);
      steps.push(new VisitNodeStep({ target: node, phase: 2, args }));
    };
    if (this.isVisited) visit(this.ast);
    return steps;
  }

  override getParent(node: PythonModule | PythonNode | PythonComment): PythonModule | PythonNode | undefined {
    return "parent" in node ? node.parent : undefined;
  }

  getScope(): typeof noScope {
    return noScope;
  }

  getAllComments(): readonly PythonComment[] {
    return this.ast.comments;
  }

  /** Comments that switch rules on or off. */
  getInlineConfigNodes(): PythonComment[] {
    return this.directives().filter(({ label }) => label === "eslint" || DISABLING.test(label)).map(({ node }) => node);
  }

  /** All kinds of `# eslint-disable…`, since Python has one kind of comment. */
  getDisableDirectives(): { directives: Directive[]; problems: FileProblem[] } {
    const directives = this.directives().flatMap(({ label, value, justification, node }) => {
      const type = DISABLING.exec(label)?.[1];
      return type === undefined ? [] : [new Directive({ type: type as Directive["type"], node, value, justification })];
    });
    return { directives, problems: [] };
  }

  /** `# eslint lifelint/unstopped-background: "off"`. */
  applyInlineConfig(): { configs: InlineConfig[]; problems: FileProblem[] } {
    const configs: InlineConfig[] = [];
    const problems: FileProblem[] = [];
    for (const { label, value, node } of this.directives()) {
      if (label !== "eslint") continue;
      const parsed = parser.parseJSONLikeConfig(value);
      if (parsed.ok) configs.push({ config: { rules: parsed.config }, loc: node.loc });
      else problems.push({ ruleId: null, message: parsed.error.message, loc: node.loc });
    }
    return { configs, problems };
  }

  private directives(): readonly Spoken[] {
    this.spoken ??= !this.text.includes("eslint") ? [] : this.ast.comments.flatMap((node) => {
      const directive = parser.parseDirective(node.value);
      return directive ? [{ label: directive.label, value: directive.value, justification: directive.justification, node }] : [];
    });
    return this.spoken;
  }
}
