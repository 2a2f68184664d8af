import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useRouter } from '@tanstack/react-router';
import { Alert, Button, Input } from 'antd';
import { type FormEvent, useState } from 'react';
import { ApiError, type ErrorRecord, toErrorRecord } from '../api/problem.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { Field } from '../ui/field.tsx';
import { EntryPage } from './entry-page.tsx';
import { newPasswordProblem } from './password-rules.ts';
import { setUp, setupQuery } from './session-api.ts';
import { readSetupToken } from './setup-token.ts';

export function SetupPage() {
  const { t } = useTexts();
  const setup = useQuery(setupQuery);
  const token = readSetupToken();
  const done = setup.data?.needed === false;
  return (
    <EntryPage title={t('session.setupTitle')}>
      {done ? (
        <>
          <Alert type="info" showIcon title={t('session.setupDone')} />
          <Link to="/login">{t('session.signIn')}</Link>
        </>
      ) : token === null ? (
        <Alert type="warning" showIcon title={t('session.setupNoToken')} />
      ) : (
        <SetupForm token={token} />
      )}
    </EntryPage>
  );
}

function SetupForm({ token }: { token: string }) {
  const { t } = useTexts();
  const router = useRouter();
  const client = useQueryClient();
  const [username, setUsername] = useState('admin');
  const [password, setPassword] = useState('');
  const [repeated, setRepeated] = useState('');
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ErrorRecord | null>(null);
  const problem = newPasswordProblem(password, repeated);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (busy || problem !== null || username.trim() === '') return;
    setBusy(true);
    setError(null);
    try {
      await setUp(token, username.trim(), password);
      client.clear();
      router.history.replace('/');
    } catch (thrown) {
      setError(toErrorRecord(thrown));
      setBusy(false);
    }
  };

  const refused = (field: string) =>
    error instanceof ApiError ? error.fields.find((problem) => problem.field.endsWith(field))?.message : undefined;
  return (
    <form className="stack" onSubmit={submit}>
      <p>{t('session.setupText')}</p>
      {error && <ErrorNotice error={error} testId="setup-error" />}
      <Field
        label={t('session.username')}
        required
        error={tried && username.trim() === '' ? t('session.usernameNeeded') : refused('username')}
      >
        {(input) => (
          <Input
            {...input}
            autoComplete="username"
            autoCapitalize="none"
            value={username}
            onChange={(event) => setUsername(event.target.value)}
            data-testid="setup-username"
          />
        )}
      </Field>
      <Field
        label={t('session.password')}
        required
        help={t('session.passwordHelp')}
        error={tried && problem === 'too_short' ? t('session.passwordTooShort') : refused('password')}
      >
        {(input) => (
          <Input.Password
            {...input}
            autoFocus
            autoComplete="new-password"
            value={password}
            onChange={(event) => setPassword(event.target.value)}
            data-testid="setup-password"
          />
        )}
      </Field>
      <Field
        label={t('session.repeatPassword')}
        required
        error={tried && problem === 'differs' ? t('session.passwordsDiffer') : null}
      >
        {(input) => (
          <Input.Password
            {...input}
            autoComplete="new-password"
            value={repeated}
            onChange={(event) => setRepeated(event.target.value)}
            data-testid="setup-repeat"
          />
        )}
      </Field>
      <Button type="primary" htmlType="submit" loading={busy} data-testid="setup-submit">
        {t('session.createAdministrator')}
      </Button>
    </form>
  );
}
