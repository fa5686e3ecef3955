import axios, { type AxiosResponse } from 'axios';
import axiosRetry, { type IAxiosRetryConfigExtended } from 'axios-retry';

import type { Context } from '../context.js';
import { EucoraError } from '../errors.js';
import { addressOf } from './address.js';
import { Egress } from './egress.js';
import { Exchange } from './exchange.js';
import { Line } from './line.js';
import type { PlaneAnswer, PlaneHttp, PlaneHttpOptions, PlaneRequest } from './plane-http.js';
import { isWrite } from './retry.js';

/** axios-retry says this only to the axios that stands next to it, which need not be ours (lerna brings one of its own). */
declare module 'axios' {
  interface AxiosRequestConfig {
    'axios-retry'?: IAxiosRetryConfigExtended;
  }
}

const ATTEMPTS = 4;
const MAX_ANSWER_BYTES = 256 * 1024 * 1024;

/**
 * @throws EucoraError `EGRESS_REFUSED` when `baseUrl` is not among `hosts`, `CONFIG_INVALID` when it is no URL or one of them no host
 */
export function planeHttp(options: PlaneHttpOptions): PlaneHttp {
  if (!URL.canParse(options.baseUrl)) {
    throw new EucoraError('CONFIG_INVALID', { what: `The address of ${options.plane} is not a URL.` });
  }
  const base = new URL(options.baseUrl);
  const egress = new Egress(options.plane, base, options.hosts, options.bearerHosts ?? []);
  const line = new Line(options, (address) => egress.maySeeCredentials(address));
  const http = instanceFor(line);

  return {
    async request<T>(ctx: Context, request: PlaneRequest): Promise<PlaneAnswer<T>> {
      refuseWriteInPlan(options.plane, ctx, request);
      const address = addressOf(options.baseUrl, request);
      egress.admit(address, options.authorize !== undefined && !request.anonymous);
      const exchange = new Exchange(line, ctx, request, address);
      try {
        const response = await http.request<never, AxiosResponse<PlaneAnswer<T>>>({
          url: address.href,
          method: request.method,
          adapter: exchange.attempt,
          'axios-retry': { retryCondition: exchange.mayTryAgain, onRetry: exchange.waitForNext },
        });
        return response.data;
      } catch (thrown) {
        throw exchange.explain(thrown);
      } finally {
        exchange.close();
      }
    },
    close: () => line.close(),
    get breakerState() {
      return line.breakerOf(base.host).state;
    },
  };
}

/**
 * One axios for the plane. Bodies pass through it untouched, every status is an answer, and it goes nowhere by itself: no redirects, and
 * no proxy from the environment.
 */
function instanceFor({ options, httpAgent, httpsAgent }: Line) {
  const instance = axios.create({
    httpAgent,
    httpsAgent,
    maxRedirects: 0,
    proxy: false,
    responseType: 'arraybuffer',
    transformRequest: [],
    transformResponse: [],
    validateStatus: null,
    maxContentLength: options.maxAnswerBytes ?? MAX_ANSWER_BYTES,
    maxBodyLength: -1,
  });
  axiosRetry(instance, { retries: (options.maxAttempts ?? ATTEMPTS) - 1, retryDelay: () => 0 });
  return instance;
}

/** A dry run is kept dry here, so that no plugin needs to know that there is one. */
function refuseWriteInPlan(plane: string, ctx: Context, request: PlaneRequest): void {
  if (!ctx.readOnly || !isWrite(request.method) || request.readOnlySafe) return;
  throw new EucoraError('READ_ONLY', {
    what: `${plane} tried to ${request.method} while a plan was made.`,
    details: { plane, method: request.method },
  });
}
