import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

export interface Metrics {
  observe(route: string, method: string, status: number, seconds: number): void;
  /** In the text format of Prometheus. */
  text(): Promise<string>;
  readonly contentType: string;
  close(): void;
}

/** @param connectors how many stand how, asked at each scrape */
export function openMetrics(connectors: () => Readonly<Record<string, number>>): Metrics {
  const register = new Registry();
  collectDefaultMetrics({ register });
  const labelNames = ['route', 'method', 'status'];
  const duration = new Histogram({
    name: 'eucora_http_request_duration_seconds',
    help: 'Time from the request to the end of its answer.',
    labelNames: ['route', 'method'],
    buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30],
    registers: [register],
  });
  const requests = new Counter({
    name: 'eucora_http_requests_total',
    help: 'Requests answered.',
    labelNames,
    registers: [register],
  });
  new Gauge({
    name: 'eucora_connectors',
    help: 'Connectors by how they stand.',
    labelNames: ['state'],
    registers: [register],
    collect() {
      for (const [state, count] of Object.entries(connectors())) this.set({ state }, count);
    },
  });
  return {
    observe(route, method, status, seconds) {
      duration.labels(route, method).observe(seconds);
      requests.labels(route, method, String(status)).inc();
    },
    text: () => register.metrics(),
    contentType: register.contentType,
    close: () => register.clear(),
  };
}
