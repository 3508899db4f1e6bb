/**
 * What other files of the project know. Rules never see facts; the model may answer more
 * because they exist, and a missing fact can only make an answer quieter.
 */
export interface ProjectFacts {
  /** Whether the whole project was looked at, so that absence of evidence means something. */
  readonly complete: boolean;
}

/** For drivers without a project: one file, an unsaved buffer. */
export const EMPTY_FACTS: ProjectFacts = Object.freeze({ complete: false });
