/** As much of DER as it takes to issue a certificate. */
export const der = (tag: number, ...content: readonly Uint8Array[]): Buffer => {
  const body = Buffer.concat(content);
  return Buffer.concat([Buffer.from([tag, ...lengthOf(body.length)]), body]);
};

export const sequence = (...items: readonly Uint8Array[]) => der(0x30, ...items);
export const octets = (...items: readonly Uint8Array[]) => der(0x04, ...items);
export const bits = (content: Uint8Array) => der(0x03, Buffer.from([0]), content);
export const integer = (value: number) => der(0x02, Buffer.from([value]));
export const text = (value: string) => der(0x0c, Buffer.from(value));
export const yes = der(0x01, Buffer.from([0xff]));

export const time = (at: Date) => der(0x18, Buffer.from(at.toISOString().replace(/[-:T]/g, '').replace(/\.\d+/, '')));

export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return der(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

function base128(value: number): number[] {
  const digits = [value & 0x7f];
  for (let left = value >>> 7; left > 0; left >>>= 7) digits.unshift((left & 0x7f) | 0x80);
  return digits;
}

function lengthOf(length: number): number[] {
  if (length < 0x80) return [length];
  return length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
}
