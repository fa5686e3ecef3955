import { assembled, op, type Code, type Fn } from './wasm.js';

/**
 * Modules with OPA's interface for WebAssembly (https://www.openpolicyagent.org/docs/wasm, ABI 1.2), written by hand: there is
 * no `opa` where these tests run, and no Rego is compiled in them. A "value" of theirs is its JSON text, ended by a zero.
 */
export interface HandMade {
  /** Names and numbers. */
  readonly entrypoints?: Readonly<Record<string, number>>;
  /** Of the built-in functions that it calls. */
  readonly builtins?: Readonly<Record<string, number>>;
  /** Leaves the address of the result set. Parameters of `opa_eval`: 1 entrypoint, 2 data, 3 input, 4 its length. */
  readonly evaluate: (texts: Texts) => Code;
  readonly pages?: number;
  readonly abiVersion?: number;
}

export interface Texts {
  /** The address of a text, ended by a zero. */
  of(text: string): number;
  /** Leaves 1 when the text stands in the input, or in the data. */
  isIn(where: 'input' | 'data', text: string): Code;
}

const IMPORTS = { opa_abort: 0, opa_println: 1, opa_builtin1: 2 };
/** The functions of ours are numbered after those that are imported; the first is `malloc`. */
const CONTAINS = 4;
const FIRST_TEXT = 1024;
const PAGE = 65_536;

export function handMade({
  entrypoints = { 'eucora/decision': 0 },
  builtins = {},
  evaluate,
  pages = 2,
  abiVersion = 1,
}: HandMade) {
  const data: { at: number; bytes: Uint8Array }[] = [];
  let next = FIRST_TEXT;
  const of = (text: string) => {
    const bytes = Buffer.from(`${text}\0`);
    data.push({ at: next, bytes });
    next += bytes.length;
    return data.at(-1)!.at;
  };
  const isIn = (where: 'input' | 'data', text: string) => {
    const haystack = where === 'input' ? [op.get(3), op.get(4)] : [op.get(2), op.get(3), op.get(2), op.sub];
    return [...haystack, op.i32(of(text)), op.i32(Buffer.byteLength(text)), op.call(CONTAINS)];
  };
  const constant = (name: string, value: object): Fn => ({
    name,
    params: 0,
    results: 1,
    body: [op.i32(of(JSON.stringify(value)))],
  });

  const functions: Fn[] = [
    malloc,
    contains,
    constant('builtins', builtins),
    constant('entrypoints', entrypoints),
    {
      name: 'opa_json_parse',
      params: 2,
      results: 1,
      body: [op.get(0), op.get(1), op.add, op.i32(0), op.store8, op.get(0)],
    },
    { name: 'opa_json_dump', params: 1, results: 1, body: [op.get(0)] },
    { name: 'opa_heap_ptr_get', params: 0, results: 1, body: [op.globalGet(0)] },
    { name: 'opa_heap_ptr_set', params: 1, results: 0, body: [op.get(0), op.globalSet(0)] },
    { name: 'opa_eval', params: 7, results: 1, body: evaluate({ of, isIn }) },
  ];
  const texts = Math.ceil(next / PAGE);
  return assembled({
    imports: [
      { name: 'opa_abort', params: 1, results: 0 },
      { name: 'opa_println', params: 1, results: 0 },
      { name: 'opa_builtin1', params: 3, results: 1 },
    ],
    functions,
    globals: [
      { value: texts * PAGE },
      { value: abiVersion, name: 'opa_wasm_abi_version' },
      { value: 2, name: 'opa_wasm_abi_minor_version' },
    ],
    data,
    pages: Math.max(pages, texts + 1),
  });
}

/** Hands out the next free bytes, and one more for the zero. */
const malloc: Fn = {
  name: 'opa_malloc',
  params: 1,
  results: 1,
  body: [op.globalGet(0), op.globalGet(0), op.get(0), op.add, op.i32(1), op.add, op.globalSet(0)],
};

/** Address and length of the text, address and length of what is looked for. */
const contains: Fn = {
  params: 4,
  results: 1,
  locals: 2,
  body: [
    op.loop(
      ...[op.get(4), op.get(3), op.add, op.get(1), op.gtU],
      ...[0x04, 0x40, op.i32(0), op.ret, 0x0b],
      op.i32(0),
      op.set(5),
      op.block(
        op.loop(
          ...[op.get(5), op.get(3), op.eq, 0x04, 0x40, op.i32(1), op.ret, 0x0b],
          ...[op.get(0), op.get(4), op.add, op.get(5), op.add, op.load8],
          ...[op.get(2), op.get(5), op.add, op.load8, op.ne, op.brIf(1)],
          ...[op.get(5), op.i32(1), op.add, op.set(5), op.br(0)],
        ),
      ),
      ...[op.get(4), op.i32(1), op.add, op.set(4), op.br(0)],
    ),
    op.unreachable,
  ],
};

const resultOf = (value: unknown) => JSON.stringify([{ result: value }]);

/** Says the same to everybody. */
export const saying = (result: unknown) => handMade({ evaluate: ({ of }) => [op.i32(of(resultOf(result)))] });

/** Says it with these words, whatever they are. */
export const sayingLiterally = (results: string) => handMade({ evaluate: ({ of }) => [op.i32(of(results))] });

/** One answer when a text stands in the input (or the data), another when it does not. */
export const looking = (where: 'input' | 'data', text: string, found: unknown, missing: unknown) =>
  handMade({
    evaluate: ({ of, isIn }) => [
      ...isIn(where, text),
      op.ifElse([op.i32(of(resultOf(found)))], [op.i32(of(resultOf(missing)))]),
    ],
  });

/** The first entrypoint allows, the second denies. */
export const withTwoEntrypoints = () =>
  handMade({
    entrypoints: { 'eucora/decision': 0, 'other/decision': 1 },
    evaluate: ({ of }) => [op.get(1), op.ifElse([op.i32(of(resultOf(false)))], [op.i32(of(resultOf(true)))])],
  });

export const looping = () => handMade({ evaluate: () => [op.loop(op.br(0)), op.unreachable] });

/** Loops only where a text stands in the input. */
export const loopingOn = (text: string) =>
  handMade({
    evaluate: ({ of, isIn }) => [
      ...isIn('input', text),
      0x04,
      0x40,
      op.loop(op.br(0)),
      0x0b,
      op.i32(of(resultOf(true))),
    ],
  });

/** Takes memory until there is no more, and then gives up as OPA's allocator does. */
export const hungry = () =>
  handMade({
    evaluate: ({ of }) => [
      op.loop(op.i32(16), op.grow, op.i32(-1), op.ne, op.brIf(0)),
      op.i32(of('opa_malloc: failed')),
      op.call(IMPORTS.opa_abort),
      op.unreachable,
    ],
  });

export const callingBuiltin = (name: string) =>
  handMade({
    builtins: { [name]: 7 },
    evaluate: ({ of }) => [
      ...[op.i32(7), op.i32(0), op.i32(of('{}')), op.call(IMPORTS.opa_builtin1), op.drop],
      op.i32(of(resultOf(true))),
    ],
  });

export const trapping = () => handMade({ evaluate: () => [op.unreachable] });

export const printing = (text: string) =>
  handMade({
    evaluate: ({ of }) => [op.i32(of(text)), op.call(IMPORTS.opa_println), op.i32(of(resultOf(true)))],
  });

/** A WebAssembly module that is no policy. */
export const noPolicy = () => assembled({ imports: [], functions: [], globals: [], data: [], pages: 1 });
