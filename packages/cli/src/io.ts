/** A stream that text is written to; `isTTY` when a person looks at it. */
export type Out = NodeJS.WritableStream & { readonly isTTY?: boolean };

/** All of the process that a command touches, so that a test can be the process. */
export interface Io {
  readonly stdout: Out;
  readonly stderr: Out;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Relative paths start here. */
  readonly cwd: string;
  /** Ends early, without an error, when the signal does. @param ms milliseconds */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Calls back on Ctrl-C, or when asked to end, in place of ending the process. @returns a function that ends this */
  onInterrupt(listener: (signal: 'SIGINT' | 'SIGTERM') => void): () => void;
}
