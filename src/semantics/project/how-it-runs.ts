import type { Place } from "../../core/source.ts";
import type { ProjectFacts } from "./facts.ts";
import { addresses, starts, type Evidence, type ModalLaunch, type ScriptRun, type Served } from "./evidence/evidence.ts";
import { folderOf, joined } from "./places.ts";

/** Something that a text of the project says about a file, and where. */
export interface Said<T> {
  readonly what: T;
  readonly at: Place;
  /** The text may mean another file of the same name: good for silence, not for a finding. */
  readonly isSure: boolean;
}

interface Target { readonly at: { readonly start: number; readonly end: number }; readonly target: string | undefined }

/** Folders that module names begin below. */
const ROOTS = ["", "src", "lib", "python", "app", "backend", "server"];

/** How the files of a project are run, by what its READMEs, Dockerfiles, manifests and scripts say. */
export class HowItRuns {
  private readonly facts: ProjectFacts;

  constructor(facts: ProjectFacts) {
    this.facts = facts;
  }

  /** The `modal run` commands that start a file, or any file. */
  launchesOf(place: string): readonly Said<ModalLaunch>[] {
    return this.said(place, (evidence) => evidence.launches, ({ target }, where) => target === undefined || addresses(target, where));
  }

  /** Whether a path or module that a file of the project names is the file at `place`. */
  means(target: string, place: string, from: string): "sure" | "maybe" | "other" {
    return addresses(target, place) ? this.relationTo({ at: { start: 0, end: 0 }, target }, place, from, (each, at) => addresses(each.target, at)) : "other";
  }

  /** Whether a text beside or above a file speaks of Modal's `--detach` outside of any command that was understood. */
  mentionsDetach(place: string): boolean {
    const isNear = (folder: string): boolean => folder === "" || place.startsWith(`${folder}/`);
    return this.facts.evidence.some(({ evidence }) => evidence.mentionsDetach && isNear(folderOf(evidence.place)));
  }

  /** The servers and workers that are told to import a module. */
  servedAs(place: string): readonly Said<Served>[] {
    return this.said(place, (evidence) => evidence.serves, ({ target }, where) => target !== undefined && addresses(target, where));
  }

  /** The commands that start a file, and the entry points that import it. */
  startedAs(place: string): readonly Said<ScriptRun>[] {
    return this.said(place, (evidence) => evidence.runs, starts);
  }

  /** The lowest Python that the manifest nearest to a file asks for, as `[3, 11]`. */
  targetPython(place: string): readonly [major: number, minor: number] | undefined {
    let nearest: { readonly folder: string; readonly version: string } | undefined;
    for (const { evidence } of this.facts.evidence) {
      const folder = folderOf(evidence.place);
      const isAbove = folder === "" || place.startsWith(`${folder}/`);
      if (evidence.targetPython !== undefined && isAbove && folder.length >= (nearest?.folder.length ?? 0)) nearest = { folder, version: evidence.targetPython };
    }
    const [, major, minor] = /^(\d+)\.(\d+)/.exec(nearest?.version ?? "") ?? [];
    return major === undefined || minor === undefined ? undefined : [Number(major), Number(minor)];
  }

  private said<T extends Target>(place: string, of: (evidence: Evidence) => readonly T[], means: (what: T, place: string) => boolean): readonly Said<T>[] {
    const out: Said<T>[] = [];
    for (const { path, evidence } of this.facts.evidence) {
      for (const what of of(evidence)) {
        if (!means(what, place)) continue;
        const relation = this.relationTo(what, place, evidence.place, means);
        if (relation !== "other") out.push({ what, at: { path, ...what.at }, isSure: relation === "sure" });
      }
    }
    return out;
  }

  /** A target written from the folder of the text, or from the top, is that file; of several that it may mean none is sure. */
  private relationTo<T extends Target>(what: T, place: string, said: string, means: (what: T, place: string) => boolean): ReturnType<HowItRuns["means"]> {
    const { target } = what;
    if (target === undefined) return "sure";
    const exact = this.facts.files.filter((file) => means(what, file.place)).map((file) => file.place);
    const written = (from: string, each: string): boolean => spellings(target).some((spelling) => joined(from, spelling) === each || joined(from, spelling) === stemOf(each));
    for (const from of [folderOf(said), ""]) {
      const here = exact.filter((each) => ROOTS.some((root) => written(root === "" ? from : `${from === "" ? "" : `${from}/`}${root}`, each)));
      if (here.length > 0) return here.includes(place) ? (here.length === 1 ? "sure" : "maybe") : "other";
    }
    return exact.length <= 1 ? "sure" : "maybe";
  }
}

/** A path as it stands, a dotted module as a path. */
function spellings(target: string): readonly string[] {
  const plain = target.replace(/^\.\//, "");
  return /\/|\.\w+$/.test(plain) && /\.(?:pyw?|[cm]?[jt]sx?)$/.test(plain) ? [plain] : [plain.replaceAll(".", "/"), plain];
}

/** Without the ending, and a package by its folder. */
function stemOf(place: string): string {
  return place.replace(/\.[^./]+$/, "").replace(/\/(?:__init__|__main__)$/, "");
}
