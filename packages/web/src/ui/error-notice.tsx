import { Alert, Button } from 'antd';
import { ApiError, type ErrorRecord } from '../api/problem.ts';
import { useTexts } from '../i18n/use-texts.tsx';

interface ErrorNoticeProps {
  error: ErrorRecord;
  onRetry?: () => void;
  testId?: string;
}

/** What happened, and what to do about it. */
export function ErrorNotice({ error, onRetry, testId }: ErrorNoticeProps) {
  const { t, ...texts } = useTexts();
  const { message, hint, original } = texts.error(error);
  const requestId = error instanceof ApiError && error.status >= 500 ? error.requestId : undefined;
  return (
    <Alert
      type="error"
      showIcon
      role="alert"
      data-testid={testId}
      data-code={error.code}
      title={message}
      description={
        <>
          {hint && <div>{hint}</div>}
          {original && <div className="quiet">{t('common.serverSays', { message: original })}</div>}
          {requestId && <div className="quiet">{t('common.requestId', { id: requestId })}</div>}
        </>
      }
      action={onRetry && <Button onClick={onRetry}>{t('common.retry')}</Button>}
    />
  );
}

/** The same in running text, for rows and steps. */
export function ErrorLine({ error }: { error: ErrorRecord }) {
  const texts = useTexts();
  const { message, hint, original } = texts.error(error);
  return (
    <span className="error-line" data-code={error.code}>
      <span className="error-line-message">{message}</span> {hint && <span>{hint}</span>}
      {original && <span className="quiet"> {texts.t('common.serverSays', { message: original })}</span>}
    </span>
  );
}
