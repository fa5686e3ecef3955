declare module 'spdx-expression-parse' {
  /** @throws Error when the text is no SPDX licence expression */
  const parse: (expression: string) => object;
  export = parse;
}
