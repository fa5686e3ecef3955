const REMEMBERED_STREAMS = 50_000;

/** How far streams have come for certain. Of those not written for long it knows nothing. */
export function streamMemory() {
  let recent = new Map<string, number>();
  let older = new Map<string, number>();
  return {
    get: (stream: string) => recent.get(stream) ?? older.get(stream),
    set(stream: string, version: number) {
      if (version === 0) return;
      recent.set(stream, version);
      if (recent.size < REMEMBERED_STREAMS) return;
      older = recent;
      recent = new Map();
    },
    clear() {
      older = new Map();
      recent = new Map();
    },
  };
}
