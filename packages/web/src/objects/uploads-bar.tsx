import { Button } from 'antd';
import { formatBytes } from '../format/bytes.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { ErrorLine } from '../ui/error-notice.tsx';
import { summaryOf, type UploadSummary } from './upload-queue.ts';
import { uploads, useUploads } from './uploads.ts';

const SHOWN_FAILURES = 5;

/** How far the uploads to a storage are, while there are any. */
export function UploadsBar({ storageId }: { storageId: string }) {
  const { t, locale } = useTexts();
  const all = useUploads(storageId);
  if (all.length === 0) return null;
  const summary = summaryOf(all);
  const { unfinished, done, failed, bytes, bytesSent } = summary;
  const share = bytes === 0 ? done / all.length : bytesSent / bytes;
  return (
    <section
      className="card uploads-bar"
      aria-label={t('objects.uploads')}
      data-testid="uploads"
      data-unfinished={unfinished}
      data-failed={failed.length}
    >
      <div className="flow flow-between">
        <span role="status">
          {unfinished > 0
            ? t('objects.uploading', { count: unfinished })
            : done > 0 && t('objects.uploaded', { count: done })}{' '}
          {failed.length > 0 && (
            <span className="error-line-message">{t('objects.uploadsFailed', { count: failed.length })}</span>
          )}
        </span>
        <span className="flow">
          <span className="quiet number">
            {formatBytes(bytesSent, locale)} / {formatBytes(bytes, locale)}
          </span>
          <UploadButtons storageId={storageId} summary={summary} />
        </span>
      </div>
      <div
        className="bar"
        role="progressbar"
        aria-label={t('objects.uploads')}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(share * 100)}
      >
        <div className="bar-done" style={{ transform: `scaleX(${share})` }} />
      </div>
      {failed.length > 0 && (
        <ul className="name-list">
          {failed.slice(0, SHOWN_FAILURES).map((upload) => (
            <li key={upload.id}>
              <span className="mono">{upload.key}</span> {upload.error && <ErrorLine error={upload.error} />}
            </li>
          ))}
          {failed.length > SHOWN_FAILURES && (
            <li className="quiet">{t('objects.collisionMore', { count: failed.length - SHOWN_FAILURES })}</li>
          )}
        </ul>
      )}
    </section>
  );
}

function UploadButtons({ storageId, summary }: { storageId: string; summary: UploadSummary }) {
  const { t } = useTexts();
  if (summary.unfinished > 0) {
    return (
      <Button size="small" onClick={() => uploads.stop(storageId)} data-testid="uploads-stop">
        {t('objects.stopUploads')}
      </Button>
    );
  }
  return (
    <>
      {summary.failed.length > 0 && (
        <Button size="small" onClick={() => uploads.retry(storageId)} data-testid="uploads-retry">
          {t('objects.retryFailed')}
        </Button>
      )}
      <Button size="small" onClick={() => uploads.clear(storageId)} data-testid="uploads-hide">
        {t('objects.hideUploads')}
      </Button>
    </>
  );
}
