import { QingStorServerError } from '../errors.ts';

/** Kept for the index, the log, Node itself and connections that are idle. */
const RESERVED_FILES = 40;
/** A connection, a data file, and now and then a directory. */
const FILES_PER_REQUEST = 2;
const FEWEST_REQUESTS = 4;
const MOST_REQUESTS = 4096;

/** How many files this process may have open. */
function openFileLimit(): number {
  const report = process.report as typeof process.report & { excludeNetwork: boolean };
  const excluded = report.excludeNetwork;
  // Otherwise it asks the DNS for every connection.
  report.excludeNetwork = true;
  try {
    const { userLimits } = report.getReport() as { userLimits?: { open_files?: { soft?: number | string } } };
    const soft = Number(userLimits?.open_files?.soft);
    return Number.isFinite(soft) ? soft : Number.POSITIVE_INFINITY;
  } finally {
    report.excludeNetwork = excluded;
  }
}

/** How many requests can be under way before they take the files from each other. */
export function mostRequests(): number {
  const most = Math.floor((openFileLimit() - RESERVED_FILES) / FILES_PER_REQUEST);
  return Math.min(Math.max(most, FEWEST_REQUESTS), MOST_REQUESTS);
}

export function tooManyRequests(): QingStorServerError {
  const message = 'The server has too many requests under way for the files it may open. Try again in a moment.';
  return new QingStorServerError('service_unavailable', message, { retryAfterSeconds: 1 });
}
