import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** Prometheus metrics of this process. */
export function makeMetrics() {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: 'sampan_http_request_duration_seconds',
    help: 'Time to answer requests, by route',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers: [registry],
  });
  const cloudCalls = new Counter({
    name: 'sampan_cloud_requests_total',
    help: 'Requests sent to clouds, by HTTP status (none: no answer)',
    labelNames: ['status'],
    registers: [registry],
  });
  const storageRequests = new Counter({
    name: 'sampan_storage_requests_total',
    help: 'Requests sent to storages, by type, billing class and HTTP status (none: no answer)',
    labelNames: ['type', 'class', 'status'],
    registers: [registry],
  });
  const storageBytes = new Counter({
    name: 'sampan_storage_bytes_total',
    help: 'Bytes of bodies exchanged with storages, by type and direction (sent, received)',
    labelNames: ['type', 'direction'],
    registers: [registry],
  });
  const notifications = new Counter({
    name: 'sampan_notifications_total',
    help: 'Notifications by type of channel and result (sent, failed, retried, suppressed)',
    labelNames: ['type', 'result'],
    registers: [registry],
  });
  return {
    registry,
    requests,
    cloudCalls,
    storageRequests,
    storageBytes,
    notifications,
    /** A number that is read when Prometheus asks. */
    gauge: (name: string, help: string, read: () => number): void => {
      const gauge: Gauge = new Gauge({ name, help, registers: [registry], collect: () => gauge.set(read()) });
    },
  };
}

export type Metrics = ReturnType<typeof makeMetrics>;
