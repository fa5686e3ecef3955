/** The only file of a form, or nothing where the body is no form with one. */
export function fileIn(
  body: unknown,
  contentType: string | undefined,
): { readonly name: string; readonly bytes: Buffer } | undefined {
  const boundary = /^multipart\/form-data;\s*boundary="?([^";]+)"?/.exec(contentType ?? '')?.[1];
  if (!boundary || !Buffer.isBuffer(body)) return undefined;
  const headEnd = body.indexOf('\r\n\r\n');
  const end = body.lastIndexOf(`\r\n--${boundary}--`);
  if (!body.subarray(0, boundary.length + 2).equals(Buffer.from(`--${boundary}`)) || headEnd < 0 || end < headEnd) {
    return undefined;
  }
  const head = body.subarray(0, headEnd).toString('utf8');
  const name = /name="file";\s*filename="([^"]*)"/.exec(head)?.[1];
  return name === undefined ? undefined : { name, bytes: body.subarray(headEnd + 4, end) };
}
