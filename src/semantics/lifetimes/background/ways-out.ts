import { ENDS_THREAD, EXPECTS_EXCEPTION, EXPECTS_EXCEPTION_METHODS } from "../../../knowledge/python/threads.ts";
import type { CallExpr, Expr, Handler, LoopStmt, Node, Stmt } from "../../ir.ts";
import type { Model } from "../../model.ts";

/** A way out of a loop, with the conditions it stands under inside the loop, innermost last. */
export interface Exit { readonly guards: readonly { readonly test: Expr; readonly holds: boolean }[] }

/** Where a walk through a loop's body stands. */
interface Inside { readonly guards: Exit["guards"]; readonly breaks: boolean; readonly caught: boolean }

/** How loops are left. */
export class WaysOut {
  private readonly model: Model;

  constructor(model: Model) {
    this.model = model;
  }

  /** Every statement that leaves a loop. */
  of(loop: LoopStmt): readonly Exit[] {
    const out: Exit[] = [];
    this.exitsIn(loop.body, { guards: [], breaks: true, caught: false }, out);
    return out;
  }

  private exitsIn(body: readonly Stmt[], inside: Inside, out: Exit[]): void {
    for (const statement of body) this.exitsInStatement(statement, inside, out);
  }

  private exitsInStatement(statement: Stmt, inside: Inside, out: Exit[]): void {
    switch (statement.kind) {
      case "break": if (inside.breaks || statement.label !== undefined) out.push(inside); return;
      case "return": out.push(inside); return;
      case "raise": if (!inside.caught) out.push(inside); return;
      case "expression":
        if (statement.value.kind === "call" && this.model.nameIn(statement.value.callee, ENDS_THREAD) !== undefined) out.push(inside);
        return;
      case "if":
        this.exitsIn(statement.consequent, { ...inside, guards: [...inside.guards, { test: statement.test, holds: true }] }, out);
        this.exitsIn(statement.alternate, { ...inside, guards: [...inside.guards, { test: statement.test, holds: false }] }, out);
        return;
      case "loop":
        this.exitsIn(statement.body, { ...inside, breaks: false }, out);
        return this.exitsIn(statement.alternate, inside, out);
      case "try":
        this.exitsIn(statement.body, { ...inside, caught: statement.handlers.length > 0 }, out);
        for (const handler of statement.handlers) if (!this.isInterrupt(handler)) this.exitsIn(handler.body, inside, out);
        this.exitsIn(statement.alternate, inside, out);
        if (statement.finalizer) this.exitsIn(statement.finalizer, inside, out);
        return;
      case "with": case "block": return this.exitsIn(statement.body, inside, out);
      case "switch": {
        const breaks = inside.breaks && this.model.language === "python";
        for (const each of statement.cases) this.exitsIn(each.body, { ...inside, breaks }, out);
        return;
      }
      default:
    }
  }

  /** Whether a call stands in a `with` that expects an exception: `with pytest.raises(Refused):`. */
  isMeantToFail(call: CallExpr): boolean {
    for (let at: Node | undefined = call.parent; at && at.kind !== "function"; at = at.parent) {
      if (at.kind === "with" && at.items.some(({ context }) => context.kind === "call" && context !== call && this.expectsException(context))) return true;
    }
    return false;
  }

  private expectsException({ callee, args }: CallExpr): boolean {
    const isKnown = this.model.nameIn(callee, EXPECTS_EXCEPTION) !== undefined || (callee.kind === "member" && EXPECTS_EXCEPTION_METHODS.has(callee.property));
    const types = args.filter((arg) => arg.name === undefined).map((arg) => arg.value);
    return isKnown && !(types.length > 0 && this.areInterrupts(types));
  }

  /** `except KeyboardInterrupt`: raised in the main thread only. */
  isInterrupt(handler: Handler): boolean {
    if (!handler.types) return false;
    return this.areInterrupts(handler.types.kind === "collection" ? handler.types.items.map((item) => item.value) : [handler.types]);
  }

  private areInterrupts(types: readonly Expr[]): boolean {
    return types.every((type) => this.model.namesOf(type).some((name) => name === "builtins.KeyboardInterrupt" || name === "builtins.SystemExit"));
  }
}
