/** As much of a WebAssembly assembler as it takes to write a module by hand. Instructions are bytes; numbers are LEB128. */
export const I32 = 0x7f;
const EMPTY = 0x40;

export type Code = readonly (number | Code)[];

export const unsigned = (value: number): number[] => {
  const bytes: number[] = [];
  do {
    const low = value & 0x7f;
    value >>>= 7;
    bytes.push(value ? low | 0x80 : low);
  } while (value);
  return bytes;
};

const signed = (value: number): number[] => {
  const bytes: number[] = [];
  for (;;) {
    const low = value & 0x7f;
    value >>= 7;
    const isLast = (value === 0 && !(low & 0x40)) || (value === -1 && Boolean(low & 0x40));
    bytes.push(isLast ? low : low | 0x80);
    if (isLast) return bytes;
  }
};

/** Instructions, by the names of the specification. */
export const op = {
  unreachable: [0x00],
  block: (...body: Code) => [0x02, EMPTY, ...body, 0x0b],
  loop: (...body: Code) => [0x03, EMPTY, ...body, 0x0b],
  ifElse: (yes: Code, no: Code) => [0x04, I32, ...yes, 0x05, ...no, 0x0b],
  br: (depth: number) => [0x0c, depth],
  brIf: (depth: number) => [0x0d, depth],
  ret: [0x0f],
  call: (index: number) => [0x10, ...unsigned(index)],
  drop: [0x1a],
  get: (local: number) => [0x20, ...unsigned(local)],
  set: (local: number) => [0x21, ...unsigned(local)],
  globalGet: (global: number) => [0x23, ...unsigned(global)],
  globalSet: (global: number) => [0x24, ...unsigned(global)],
  load8: [0x2d, 0, 0],
  store8: [0x3a, 0, 0],
  grow: [0x40, 0],
  i32: (value: number) => [0x41, ...signed(value)],
  eq: [0x46],
  ne: [0x47],
  gtU: [0x4b],
  add: [0x6a],
  sub: [0x6b],
} as const;

export interface Fn {
  readonly params: number;
  readonly results: number;
  readonly locals?: number;
  readonly body: Code;
  /** Under which name it is exported. */
  readonly name?: string;
}

export interface Module {
  /** Of `env`; all values are i32. */
  readonly imports: readonly { readonly name: string; readonly params: number; readonly results: number }[];
  readonly functions: readonly Fn[];
  /** Mutable. Those with a name are exported. */
  readonly globals: readonly { readonly value: number; readonly name?: string }[];
  readonly data: readonly { readonly at: number; readonly bytes: Uint8Array }[];
  /** In pages of 64 KiB; `env.memory` is imported. */
  readonly pages: number;
}

export function assembled({ imports, functions, globals, data, pages }: Module): Uint8Array {
  const types = [...imports, ...functions].map(({ params, results }) => [0x60, ...i32s(params), ...i32s(results)]);
  const memory = [...text('env'), ...text('memory'), 0x02, 0x00, ...unsigned(pages)];
  const imported = imports.map(({ name }, index) => [...text('env'), ...text(name), 0x00, ...unsigned(index)]);
  const exported = [
    ...functions.flatMap(({ name }, index) =>
      name ? [[...text(name), 0x00, ...unsigned(imports.length + index)]] : [],
    ),
    ...globals.flatMap(({ name }, index) => (name ? [[...text(name), 0x03, ...unsigned(index)]] : [])),
  ];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, types),
    ...section(2, [memory, ...imported]),
    ...section(
      3,
      functions.map((_, index) => unsigned(imports.length + index)),
    ),
    ...section(
      6,
      globals.map(({ value }) => [I32, 0x01, ...op.i32(value), 0x0b]),
    ),
    ...section(7, exported),
    ...section(10, functions.map(bodyOf)),
    ...section(
      11,
      data.map(({ at, bytes }) => [0x00, ...op.i32(at), 0x0b, ...unsigned(bytes.length), ...bytes]),
    ),
  ]);
}

function bodyOf({ locals = 0, body }: Fn): number[] {
  const code = [...(locals ? [0x01, ...unsigned(locals), I32] : [0x00]), ...flat(body), 0x0b];
  return [...unsigned(code.length), ...code];
}

function section(id: number, items: readonly (readonly number[])[]): number[] {
  const content = [...unsigned(items.length), ...items.flat()];
  return [id, ...unsigned(content.length), ...content];
}

const i32s = (count: number) => [...unsigned(count), ...Array.from({ length: count }, () => I32)];

const text = (value: string) => [...unsigned(Buffer.byteLength(value)), ...Buffer.from(value)];

const flat = (code: Code): number[] => code.flatMap((part) => (typeof part === 'number' ? [part] : flat(part)));
