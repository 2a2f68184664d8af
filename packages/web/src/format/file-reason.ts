/** What systems and restic write at the end of their reasons, and the word of ours for it. */
const KNOWN: readonly [RegExp, string][] = [
  [/permission denied$|\bEACCES\b/i, 'permissionDenied'],
  [/operation not permitted$|\bEPERM\b/i, 'notPermitted'],
  [/the source does not exist$/, 'sourceMissing'],
  [/no such file or directory$|\bENOENT\b/i, 'gone'],
  [/input\/output error$|\bEIO\b/i, 'inputOutput'],
  [/no space left on device$|\bENOSPC\b/i, 'noSpace'],
  [/disk quota exceeded$|\bEDQUOT\b/i, 'quota'],
  [/read-only file system$|\bEROFS\b/i, 'readOnly'],
  [/file name too long$|\bENAMETOOLONG\b/i, 'nameTooLong'],
  [/stale (nfs )?file handle$|\bESTALE\b/i, 'stale'],
  [/transport endpoint is not connected$|\bENOTCONN\b/i, 'notConnected'],
  [/too many open files$|\bE[MN]FILE\b/i, 'tooManyFiles'],
  [/is a directory$|\bEISDIR\b/i, 'isFolder'],
  [/not a directory$|\bENOTDIR\b/i, 'isNoFolder'],
];

/** The word for why a file could not be read or written; null when the reason is one that we do not know. */
export function fileReason(reason: string): string | null {
  return KNOWN.find(([pattern]) => pattern.test(reason))?.[1] ?? null;
}
