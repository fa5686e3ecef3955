import type { AxiosResponse, InternalAxiosRequestConfig } from 'axios';

import type { Context } from '../context.js';
import { EucoraError, isEucoraError, reasonOf, toEucoraError } from '../errors.js';
import { targetOf } from './address.js';
import { isSuccess, type RawAnswer, readAnswer, readLoosely } from './answer.js';
import { AttemptFailed } from './attempt-failed.js';
import type { Verdict } from './breaker.js';
import { errorOf } from './classify.js';
import { Deadline } from './deadline.js';
import { headersOf } from './headers.js';
import type { Line } from './line.js';
import type { PlaneAnswer, PlaneFailure, PlaneRequest } from './plane-http.js';
import { goesOutOnce, isReplayable, isWorthRepeating, isWrite, mayHaveActed, waitBeforeNext } from './retry.js';
import { retryAfterOf } from './retry-after.js';
import { sendOnce, WireFailure } from './wire.js';

/**
 * One logical request: as many attempts as it takes, within one deadline. axios calls {@link attempt} as its adapter, axios-retry asks
 * {@link mayTryAgain} and waits in {@link waitForNext}.
 */
export class Exchange {
  readonly #line: Line;
  readonly #ctx: Context;
  readonly #request: PlaneRequest;
  readonly #address: URL;
  readonly #target: string;
  readonly #deadline: Deadline;
  /** HTTP requests so far. */
  #sent = 0;
  #tokenRenewed = false;
  /** A write that may have been carried out stays so, whatever later attempts say. */
  #outcomeUnknown = false;
  #lastError: EucoraError | undefined;

  constructor(line: Line, ctx: Context, request: PlaneRequest, address: URL) {
    this.#line = line;
    this.#ctx = ctx;
    this.#request = request;
    this.#address = address;
    this.#target = targetOf(address);
    this.#deadline = new Deadline(ctx, request.deadlineMs ?? line.options.deadlineMs ?? 60_000);
  }

  /** One attempt; after a 401 it is made once more with a fresh token. */
  readonly attempt = async (config: InternalAxiosRequestConfig): Promise<AxiosResponse<PlaneAnswer>> => {
    this.#line.refuseIfClosed();
    this.#line.breakerOf(this.#address.host).refuseIfOpen(this.#now());
    const token = await this.#token({ fresh: false });
    try {
      return await this.#once(config, token);
    } catch (thrown) {
      if (!token || !this.#canRenewToken(thrown)) throw thrown;
      this.#tokenRenewed = true;
      return this.#once(config, await this.#token({ fresh: true, refused: token }));
    }
  };

  readonly mayTryAgain = (thrown: unknown): boolean =>
    thrown instanceof AttemptFailed && thrown.worthRepeating && thrown.waitMs < this.#deadline.leftMs;

  readonly waitForNext = async (_count: number, thrown: unknown): Promise<void> => {
    if (thrown instanceof AttemptFailed) await this.#deadline.sleep(thrown.waitMs);
  };

  /** What the caller gets to see of whatever was thrown. */
  explain(thrown: unknown): EucoraError {
    if (thrown instanceof AttemptFailed) return thrown.error;
    if (isEucoraError(thrown)) return this.#withFacts(thrown);
    return this.#withFacts(this.#deadline.signal.aborted ? this.#ended() : toEucoraError(thrown));
  }

  close(): void {
    this.#deadline.close();
  }

  async #token(ask: { fresh: boolean; refused?: string }): Promise<string | undefined> {
    const { authorize } = this.#line.options;
    if (!authorize || this.#request.anonymous) return undefined;
    return (await this.#deadline.race(authorize.token(this.#ctx, ask))).trim();
  }

  #canRenewToken(thrown: unknown): boolean {
    return (
      thrown instanceof AttemptFailed &&
      thrown.failure.status === 401 &&
      !this.#tokenRenewed &&
      !goesOutOnce(this.#request)
    );
  }

  /** One HTTP request in its turn, its slot and its breaker. */
  async #once(config: InternalAxiosRequestConfig, token: string | undefined): Promise<AxiosResponse<PlaneAnswer>> {
    const { budgets, slots, breakerOf, options } = this.#line;
    await budgets.turn(this.#ctx, this.#deadline, isWrite(this.#request.method));
    await slots.take(this.#deadline, this.#ctx.background);
    try {
      this.#line.refuseIfClosed();
      const headers = headersOf(
        this.#request,
        this.#ctx,
        this.#line.trusts(this.#address) ? options.headers : undefined,
        token,
        options.authorize?.scheme,
      );
      const data = await breakerOf(this.#address.host).guard(
        this.#now,
        () => this.#audited(config, headers),
        this.#verdictOf,
      );
      return { data, status: data.status, statusText: '', headers: {}, config };
    } finally {
      slots.giveBack();
    }
  }

  async #audited(config: InternalAxiosRequestConfig, headers: Record<string, string>): Promise<PlaneAnswer> {
    this.#deadline.signal.throwIfAborted(); // axios would send it all the same
    this.#sent += 1;
    const started = performance.now();
    let statusCode: number | undefined;
    let errorClass: string | undefined;
    try {
      const raw = await sendOnce(config, this.#request, headers, this.#deadline.signal);
      statusCode = raw.status;
      return this.#judge(raw, config);
    } catch (thrown) {
      const failed = this.#failedBy(thrown, config);
      statusCode ??= failed instanceof AttemptFailed ? failed.failure.status : undefined;
      errorClass = failed instanceof AttemptFailed ? failed.error.errorClass : 'transient';
      throw failed;
    } finally {
      this.#ctx.audit({
        plane: this.#line.options.plane,
        method: this.#request.method,
        target: this.#target,
        ...(statusCode !== undefined && { statusCode }),
        ...(errorClass !== undefined && { errorClass }),
        durationMs: Math.round(performance.now() - started),
        attempt: this.#sent,
      });
    }
  }

  #judge(raw: RawAnswer, config: InternalAxiosRequestConfig): PlaneAnswer {
    const { status, headers } = raw;
    if (!isSuccess(status) && !this.#request.accept?.includes(status)) throw this.#failure(config, raw);
    const read = readAnswer(this.#request, raw);
    if (read.flaw) throw this.#failure(config, raw, read.flaw);
    return { status, headers, body: read.body };
  }

  #failedBy(thrown: unknown, config: InternalAxiosRequestConfig): unknown {
    if (thrown instanceof AttemptFailed) return thrown;
    if (thrown instanceof WireFailure) return this.#failure(config, thrown.answer, thrown.networkCode);
    if (this.#deadline.signal.aborted) this.#noteOutcome(true);
    return thrown;
  }

  #failure(config: InternalAxiosRequestConfig, raw: RawAnswer | undefined, networkCode?: string): AttemptFailed {
    const { options } = this.#line;
    const redirected = raw !== undefined && raw.status >= 300 && raw.status < 400;
    const headers = raw?.headers ?? {};
    const failure: PlaneFailure = {
      method: this.#request.method,
      target: this.#target,
      status: raw?.status,
      headers,
      body: raw && readLoosely(raw.bytes),
      networkCode: networkCode ?? (redirected ? 'REDIRECT' : undefined),
      retryAfterMs: retryAfterOf(headers, this.#ctx.now()),
      attempt: this.#sent,
      replayable: isReplayable(this.#request),
    };
    this.#noteOutcome(mayHaveActed(failure));
    const reading = options.classify?.(failure);
    const error = errorOf(failure, reading, { plane: options.plane, outcomeUnknown: this.#outcomeUnknown });
    this.#lastError = error;
    return new AttemptFailed(config, failure, error, {
      worthRepeating: isWorthRepeating(this.#request, failure, error, reading),
      waitMs: waitBeforeNext(this.#sent, error.retryAfterMs, options.backoff),
    });
  }

  #noteOutcome(mayHaveActed: boolean): void {
    const changesSomething = isWrite(this.#request.method) && !this.#request.readOnlySafe;
    this.#outcomeUnknown ||= mayHaveActed && changesSomething;
  }

  readonly #verdictOf = (thrown: unknown): Verdict => {
    if (!(thrown instanceof AttemptFailed)) return this.#ranOutOfTime() ? 'failed' : 'unclear';
    const { status, networkCode } = thrown.failure;
    if (status === 429) return 'unclear';
    if (networkCode === 'REDIRECT') return 'answered';
    return networkCode || status === undefined || status >= 500 || status === 408 ? 'failed' : 'answered';
  };

  #ranOutOfTime(): boolean {
    return this.#deadline.signal.aborted && !this.#ctx.signal.aborted;
  }

  /** The hub's own reason to stop, if it gave one of ours. */
  #ended(): EucoraError {
    if (isEucoraError(this.#ctx.signal.reason)) return this.#ctx.signal.reason;
    const request = `${this.#request.method} ${this.#target} on ${this.#line.options.plane}`;
    const before = this.#lastError ? ` Before that: ${this.#lastError.message}` : '';
    const how = this.#ctx.signal.aborted ? 'was given up' : `did not end within ${this.#deadline.totalMs} ms`;
    return new EucoraError('DEADLINE_EXCEEDED', { what: `${request} ${how}.${before}` });
  }

  #withFacts(error: EucoraError): EucoraError {
    return new EucoraError(error.code, {
      what: reasonOf(error),
      remedy: error.remedy,
      errorClass: error.errorClass,
      statusCode: error.statusCode,
      retryAfterMs: error.retryAfterMs,
      cause: error.cause,
      details: {
        plane: this.#line.options.plane,
        method: this.#request.method,
        target: this.#target,
        ...(this.#sent > 0 && { attempts: this.#sent }),
        ...error.details,
        ...(this.#outcomeUnknown && { outcome: 'unknown' }),
      },
    });
  }

  readonly #now = (): number => this.#ctx.now().getTime();
}
