import type { Model } from "./model.ts";

/** Filled with the questions that its rule asks. */
export class Finalizers {
  readonly model: Model;

  constructor(model: Model) {
    this.model = model;
  }
}
