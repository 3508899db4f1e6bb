import { suggestion } from "../../../engine/did-you-mean.ts";
import { UsageError, type CommandLine } from "../options.ts";
import { bash } from "./bash.ts";
import { fish } from "./fish.ts";
import { zsh } from "./zsh.ts";

const SHELLS: Readonly<Record<string, () => string>> = { bash, zsh, fish };

/** Prints the script that makes a shell complete the command line; it follows the table of options. */
export function completions(line: CommandLine): number {
  const [shell, ...more] = line.operands;
  const names = Object.keys(SHELLS);
  if (shell === undefined || more.length > 0) throw new UsageError(`\`completions\` takes one shell: ${names.join(", ")}`);
  const script = names.includes(shell) ? SHELLS[shell] : undefined;
  if (!script) throw new UsageError(`there are no completions for \`${shell}\`${suggestion(shell, names)}: ${names.join(", ")}`);
  process.stdout.write(script());
  return 0;
}
