/**
 * The ways in which a secret may stand in a text: as it is, within JSON (once and twice), in an address, in a form, in
 * base64, in hex.
 */
export function formsOf(secret: string): readonly string[] {
  const inJson = escaped(secret);
  const inAddress = encodeURIComponent(Buffer.from(secret).toString());
  const forms = new Set([
    secret,
    ...linesOf(secret),
    inJson,
    escaped(inJson),
    inAddress,
    inAddress.replaceAll('%20', '+'),
    inAddress.replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
    asUserInfo(secret),
    Buffer.from(secret).toString('hex'),
    ...inBase64(secret),
  ]);
  return [...forms].filter(({ length }) => length >= SHORTEST);
}

/** Characters. Shorter ones would mask ordinary words. */
export const SHORTEST = 8;

/** A line of a key says enough; the first and last line of a PEM file say nothing. */
const LONG_LINE = 16;

const escaped = (text: string): string => JSON.stringify(text).slice(1, -1);

/** However the line ends are written. */
function linesOf(secret: string): readonly string[] {
  const lines = secret.split(/\r?\n/);
  return lines.length === 1 ? [] : lines.filter((line) => line.length >= LONG_LINE && !line.startsWith('-----'));
}

/** As it stands in `https://user:secret@host`. */
function asUserInfo(secret: string): string {
  const address = new URL('http://user@host');
  address.password = secret;
  return address.password;
}

/**
 * Alone, and in the middle of something longer (`Basic` credentials): there it depends on where it begins. What mixes with its
 * neighbours is left out.
 */
function inBase64(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  const alone = bytes.toString('base64');
  const within = [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    const ends = (before + bytes.length) % 3 === 0 ? text.length : text.replaceAll('=', '').length - 1;
    return text.slice(before === 0 ? 0 : before + 1, ends);
  });
  return [alone, alone.replaceAll('=', ''), ...within].flatMap((text) => [
    text,
    text.replaceAll('+', '-').replaceAll('/', '_'),
  ]);
}
