/** Whether PostgreSQL could not read a value that came from outside, e.g. out of a made-up cursor. */
export function isUnreadableValue(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    (error.code === '22P02' || error.code === '22021' || error.code === '22003')
  );
}

/** Whether a statement failed because another row has the same key: somebody else was faster. */
export function isUniqueViolation(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const isPostgres = 'code' in error && error.code === '23505';
  return isPostgres || /UNIQUE constraint failed/.test(error.message);
}

/** Whether a statement failed because what it refers to is not there (any more). */
export function isForeignKeyViolation(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const isPostgres = 'code' in error && error.code === '23503';
  return isPostgres || /FOREIGN KEY constraint failed/.test(error.message);
}

/** Whether PostgreSQL ended a transaction because it and another waited for each other. */
export function isDeadlock(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '40P01';
}
