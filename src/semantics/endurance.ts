import type { Model } from "./model.ts";

/** Filled with the questions that its rule asks. */
export class Endurance {
  readonly model: Model;

  constructor(model: Model) {
    this.model = model;
  }
}
