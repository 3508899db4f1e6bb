export * from "lifelint/eslint";
export { default } from "lifelint/eslint";
