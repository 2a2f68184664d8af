import { fileReason } from '../format/file-reason.ts';
import { useTexts } from '../i18n/use-texts.tsx';

/** Why a file could not be read or written, in the language of the reader; as it was written where it is pointed at. */
export function FileReason({ reason }: { reason: string }) {
  const { word } = useTexts();
  const known = fileReason(reason);
  return (
    <span className="quiet" title={known === null ? undefined : reason}>
      {known === null ? reason : word('fileReasons', known)}
    </span>
  );
}
