import type { Model } from "./model.ts";

/** Filled with the questions that its rule asks. */
export class Modal {
  readonly model: Model;

  constructor(model: Model) {
    this.model = model;
  }
}
