import { pathToFileURL } from "node:url";
import { resolve } from "node:path";
import { withoutOrders } from "../../reporters/text.ts";

/** `asked` is the value of --color. */
export function wantsColor(asked: string | undefined, isTTY: boolean): boolean {
  if (asked === "always" || asked === "never") return asked === "always";
  if (process.env["NO_COLOR"]) return false;
  if (process.env["FORCE_COLOR"] !== undefined) return process.env["FORCE_COLOR"] !== "0" && process.env["FORCE_COLOR"] !== "false";
  return isTTY && process.env["TERM"] !== "dumb";
}

/** Columns to write for. */
export function terminalWidth(): number {
  return process.stdout.isTTY && process.stdout.columns > 0 ? Math.min(process.stdout.columns, 160) : 80;
}

/** How paths become links, where the terminal is known to open them. */
export function terminalLinks(color: boolean): ((path: string) => string) | undefined {
  const known =
    process.env["KITTY_WINDOW_ID"] !== undefined || process.env["WT_SESSION"] !== undefined || Number(process.env["VTE_VERSION"] ?? 0) >= 5000 || /^(iTerm\.app|WezTerm|vscode|ghostty)$/.test(process.env["TERM_PROGRAM"] ?? "");
  return process.stdout.isTTY && color && known ? (path) => pathToFileURL(resolve(path)).href : undefined;
}

/** What can be written where a CI system may read it, and would take some lines for orders. */
export function forLog(text: string): string {
  return ["GITHUB_ACTIONS", "TF_BUILD", "TEAMCITY_VERSION"].some((name) => Boolean(process.env[name])) ? withoutOrders(text) : text;
}

/** A line that shows how far a long run is, for people only. */
export class Progress {
  private readonly started = performance.now();
  private readonly enabled: boolean;
  private last = 0;

  constructor(enabled: boolean) {
    this.enabled = enabled && process.stderr.isTTY;
  }

  update(files: number, findings: number): void {
    if (!this.enabled) return;
    const now = performance.now();
    if (now - this.started < 1000 || now - this.last < 100) return;
    this.last = now;
    process.stderr.write(`\r\u001b[K${files} files, ${findings} findings`);
  }

  clear(): void {
    if (this.last > 0) process.stderr.write("\r\u001b[K");
    this.last = 0;
  }
}
