import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useRouter, useSearch } from '@tanstack/react-router';
import { Alert, Button, Input } from 'antd';
import { type FormEvent, useState } from 'react';
import { type ErrorRecord, toErrorRecord } from '../api/problem.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { Field } from '../ui/field.tsx';
import { EntryPage } from './entry-page.tsx';
import { LockCountdown } from './lock-countdown.tsx';
import { returnPath } from './return-path.ts';
import { setupQuery, signIn } from './session-api.ts';

export function LoginPage() {
  const { t } = useTexts();
  const router = useRouter();
  const client = useQueryClient();
  const { next } = useSearch({ from: '/login' });
  const setup = useQuery(setupQuery);
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const [error, setError] = useState<(ErrorRecord & { at: number }) | null>(null);
  const [busy, setBusy] = useState(false);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setError(null);
    try {
      await signIn(username.trim(), password);
      // Nothing of whoever was signed in before may be shown to the next person.
      client.clear();
      router.history.push(returnPath(next));
    } catch (thrown) {
      const { code, message, hint, parameters } = toErrorRecord(thrown);
      setError({ code, message, hint, parameters, at: Date.now() });
      setBusy(false);
    }
  };

  const seconds = error?.code === 'account_locked' ? Number(error.parameters?.seconds) : Number.NaN;
  return (
    <EntryPage title={t('session.signInTitle')}>
      {setup.data?.needed && <Alert type="info" showIcon title={t('session.setupNeeded')} />}
      {error && <ErrorNotice error={error} testId="login-error" />}
      {error && Number.isFinite(seconds) && <LockCountdown key={error.at} until={error.at + seconds * 1000} />}
      <form className="stack" onSubmit={submit}>
        <Field label={t('session.username')} required>
          {(input) => (
            <Input
              {...input}
              autoFocus
              autoComplete="username"
              autoCapitalize="none"
              value={username}
              onChange={(event) => setUsername(event.target.value)}
              data-testid="login-username"
            />
          )}
        </Field>
        <Field label={t('session.password')} required>
          {(input) => (
            <Input.Password
              {...input}
              autoComplete="current-password"
              value={password}
              onChange={(event) => setPassword(event.target.value)}
              data-testid="login-password"
            />
          )}
        </Field>
        <Button
          type="primary"
          htmlType="submit"
          loading={busy}
          disabled={username.trim() === '' || password === ''}
          data-testid="login-submit"
        >
          {t('session.signIn')}
        </Button>
      </form>
    </EntryPage>
  );
}
