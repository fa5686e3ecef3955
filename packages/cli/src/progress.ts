import type { Out } from './io.js';
import { plain } from './text.js';

/** Says on stderr how far long work has come. */
export interface Progress {
  /** @param detail changes often (bytes, per cent): shown to a person who watches, left out of a log */
  say(text: string, detail?: string): void;
  /** Clears the line; before anything else is printed. */
  stop(): void;
}

/** For programs, who asked for one document and nothing else. */
export const silent: Progress = { say() {}, stop() {} };

/** A spinner for a person at a terminal; plain lines for a log. */
export const progressOn = (stderr: Out): Progress => (stderr.isTTY ? spinner(stderr) : lines(stderr));

function lines(stderr: Out): Progress {
  let last = '';
  return {
    say(text) {
      if (text !== last) stderr.write(`${plain(text)}\n`);
      last = text;
    },
    stop() {},
  };
}

/** Ora is loaded when there is something to say; what is said until it is there is shown then. */
function spinner(stderr: Out): Progress {
  let latest: string | undefined;
  let ora: Promise<import('ora').Ora> | undefined;
  let shown: import('ora').Ora | undefined;

  const show = () => {
    if (!shown || latest === undefined) return;
    if (shown.isSpinning) shown.text = latest;
    else shown.start(latest);
  };
  return {
    say(text, detail) {
      latest = plain(detail ? `${text}: ${detail}` : text);
      ora ??= import('ora').then(({ default: create }) => (shown = create({ stream: stderr, discardStdin: false })));
      void ora.then(show);
    },
    stop() {
      latest = undefined;
      shown?.stop();
    },
  };
}
