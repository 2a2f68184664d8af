import { Link, useRouter } from '@tanstack/react-router';
import { Button } from 'antd';
import { ApiError, toErrorRecord } from '../api/problem.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';

export function NotFoundPage() {
  const { t } = useTexts();
  return (
    <EmptyState text={`${t('common.notFoundTitle')}. ${t('common.notFoundText')}`}>
      <Link to="/">{t('common.goOverview')}</Link>
    </EmptyState>
  );
}

/** Instead of a page that failed; the rest of the console stays. */
export function CrashPage({ error }: { error: unknown }) {
  const { t } = useTexts();
  const router = useRouter();
  const retry = () => void router.invalidate();
  if (error instanceof ApiError) {
    return (
      <div className="crash-page">
        <ErrorNotice error={toErrorRecord(error)} onRetry={retry} />
      </div>
    );
  }
  return (
    <EmptyState text={`${t('common.crashTitle')}. ${t('common.crashText')}`}>
      <pre>{toErrorRecord(error).message}</pre>
      <Button onClick={retry}>{t('common.retry')}</Button>
    </EmptyState>
  );
}
