/** What the words of `unbounded-shutdown` owe to the files beside the code: which server runs it, which Python it is for. */
import { describe, expect, test } from "vitest";
import { rules } from "../src/engine/registry.ts";
import { lintIn, projectOf } from "./support/project.ts";

const MAIN = `import asyncio
from contextlib import asynccontextmanager

from fastapi import FastAPI

from sender import sender


@asynccontextmanager
async def lifespan(app: FastAPI):
    yield
    await sender.close()


app = FastAPI(lifespan=lifespan)
`;

function findingWith(...beside: readonly (readonly [string, string])[]): { readonly message: string; readonly help: string | undefined } {
  const [finding, ...more] = lintIn(projectOf(new Map([["main.py", MAIN], ...beside])), "main.py", MAIN, rules);
  if (!finding || more.length > 0) throw new Error("one finding was expected");
  return finding;
}

describe("the server", () => {
  test.each([
    ["nothing is said", []],
    ["uvicorn", [["Procfile", "web: uvicorn main:app\n"]]],
    ["FastAPI's command", [["Dockerfile", 'FROM python:3.12\nCMD ["fastapi", "run", "main.py"]\n']]],
  ] as const)("%s: Ctrl-C is ignored", (_, beside) => {
    expect(findingWith(...beside).message).toContain("uvicorn ignores Ctrl-C");
  });

  test.each([
    ["granian", [["Procfile", "web: granian --interface asgi main:app\n"]]],
    ["two that differ", [["Procfile", "web: gunicorn main:app\n"], ["Dockerfile", 'FROM python:3.12\nCMD ["uvicorn", "main:app"]\n']]],
    ["gunicorn", [["Procfile", "web: gunicorn -k uvicorn.workers.UvicornWorker main:app\n"]]],
  ] as const)("%s: nothing is said about it", (_, beside) => {
    expect(findingWith(...beside).message).not.toContain("Ctrl-C");
  });
});

describe("the Python that is asked for", () => {
  const manifest = (version: string) => ["pyproject.toml", `[project]\nname = "orders"\nrequires-python = ">=${version}"\n`] as const;

  test("from 3.11 on the scope is offered", () => {
    expect(findingWith(manifest("3.12")).help).toContain("asyncio.timeout(seconds)");
    expect(findingWith(manifest("3.12")).help).not.toContain("wait_for");
  });

  test("below it the function is", () => {
    expect(findingWith(manifest("3.9")).help).toContain("asyncio.wait_for");
    expect(findingWith(manifest("3.9")).help).not.toContain("asyncio.timeout(");
  });

  test("where nothing is said both are", () => {
    expect(findingWith().help).toMatch(/asyncio\.timeout\(seconds\).*asyncio\.wait_for/);
  });
});
