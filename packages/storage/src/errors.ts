import { SampanError } from '@sampan/driver';

/** Code of the error with which `StorageEnvironment.lookup` refuses an address. */
export const EGRESS_FORBIDDEN = 'EGRESS_FORBIDDEN';

/** The errors that several drivers throw, in one wording. */
export function objectNotFound(key: string): SampanError {
  return new SampanError('object_not_found', `There is no object ${JSON.stringify(key)}.`, { parameters: { key } });
}

export function keyConflict(key: string): SampanError {
  return new SampanError('key_conflict', `${JSON.stringify(key)} would have to be both an object and a folder.`, {
    hint: 'This storage is a file system. Choose another name, or delete what is in the way.',
    parameters: { key },
  });
}

export function rangeNotSatisfiable(key: string, size: number): SampanError {
  return new SampanError(
    'range_not_satisfiable',
    `The range begins beyond the ${size} bytes of ${JSON.stringify(key)}.`,
    {
      parameters: { key, size },
    },
  );
}

/** @param during what was done with it meanwhile */
export function objectChanged(key: string, during: 'read' | 'copied' = 'read'): SampanError {
  return new SampanError('object_changed', `${JSON.stringify(key)} was replaced while it was ${during}.`, {
    hint: during === 'read' ? 'Read it again.' : 'Copy it again.',
    parameters: { key },
  });
}

export function corruptedDownload(key: string, what: string): SampanError {
  return new SampanError(
    'corrupted_download',
    `The content of ${JSON.stringify(key)} that arrived is not what is stored: ${what}.`,
    {
      hint: 'Read it again. If it stays, something on the way changes data, or the stored object is damaged.',
      parameters: { key },
    },
  );
}

export function corruptedUpload(key: string): SampanError {
  return new SampanError('corrupted_upload', `What arrived of ${JSON.stringify(key)} is not what was sent.`, {
    hint: 'Try again. If it stays, something on the way changes data.',
    parameters: { key },
  });
}

export function bucketNeeded(): SampanError {
  return new SampanError('bucket_needed', 'This storage names no bucket yet.', {
    hint: 'Choose or create a bucket, and put its name into the storage.',
  });
}

export function notSupported(what: string): SampanError {
  return new SampanError('not_supported', `This kind of storage does not offer this: ${what}.`, {
    parameters: { what },
  });
}

export function egressForbidden(address: string): SampanError {
  return new SampanError('egress_forbidden', `Sampan does not call ${address}.`, {
    hint: 'Addresses that hand out credentials to machines, and link-local ones, are refused. Check the endpoint.',
    parameters: { address },
  });
}
