import { useQueryClient } from '@tanstack/react-query';
import { App, Button, Drawer, Input } from 'antd';
import { type FormEvent, useState } from 'react';
import { type ErrorRecord, toErrorRecord } from '../api/problem.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { Field } from '../ui/field.tsx';
import { newPasswordProblem } from './password-rules.ts';
import { sessionQuery, updateOwnUser } from './session-api.ts';
import { useSession } from './use-session.tsx';

/** One's own name and password. */
export function ProfileDrawer({ onClose }: { onClose: () => void }) {
  const { t } = useTexts();
  return (
    <Drawer open title={t('session.profileTitle')} size={420} onClose={onClose}>
      <div className="stack">
        <NameForm />
        <PasswordForm />
      </div>
    </Drawer>
  );
}

function NameForm() {
  const { t, word } = useTexts();
  const { user } = useSession();
  const [displayName, setDisplayName] = useState(user.displayName);
  const { busy, error, save } = useSave(t('session.profileSaved'));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void save(() => updateOwnUser({ displayName: displayName.trim() }));
  };
  return (
    <form className="stack" onSubmit={submit}>
      <dl className="facts">
        <dt>{t('session.username')}</dt>
        <dd>{user.username}</dd>
        <dt>{t('users.role')}</dt>
        <dd>{word('roles', user.role)}</dd>
      </dl>
      <Field label={t('session.displayName')}>
        {(input) => (
          <Input
            {...input}
            maxLength={128}
            value={displayName}
            onChange={(event) => setDisplayName(event.target.value)}
          />
        )}
      </Field>
      {error && <ErrorNotice error={error} />}
      <div>
        <Button htmlType="submit" loading={busy}>
          {t('common.save')}
        </Button>
      </div>
    </form>
  );
}

function PasswordForm() {
  const { t } = useTexts();
  const [current, setCurrent] = useState('');
  const [password, setPassword] = useState('');
  const [repeated, setRepeated] = useState('');
  const [tried, setTried] = useState(false);
  const { busy, error, save } = useSave(t('session.passwordChanged'));
  const problem = newPasswordProblem(password, repeated);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (problem !== null || current === '') return;
    if (!(await save(() => updateOwnUser({ currentPassword: current, password })))) return;
    setCurrent('');
    setPassword('');
    setRepeated('');
    setTried(false);
  };
  const wrong = {
    current: tried && current === '' ? t('session.passwordNeeded') : null,
    password: tried && problem === 'too_short' ? t('session.passwordTooShort') : null,
    repeated: tried && problem === 'differs' ? t('session.passwordsDiffer') : null,
  };
  return (
    <form className="stack" onSubmit={submit}>
      <h2>{t('session.changePassword')}</h2>
      <Field label={t('session.currentPassword')} required error={wrong.current}>
        {(input) => (
          <Input.Password
            {...input}
            autoComplete="current-password"
            value={current}
            onChange={(event) => setCurrent(event.target.value)}
          />
        )}
      </Field>
      <Field label={t('session.newPassword')} required help={t('session.passwordHelp')} error={wrong.password}>
        {(input) => (
          <Input.Password
            {...input}
            autoComplete="new-password"
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        )}
      </Field>
      <Field label={t('session.repeatPassword')} required error={wrong.repeated}>
        {(input) => (
          <Input.Password
            {...input}
            autoComplete="new-password"
            value={repeated}
            onChange={(event) => setRepeated(event.target.value)}
          />
        )}
      </Field>
      {error && <ErrorNotice error={error} />}
      <div>
        <Button type="primary" htmlType="submit" loading={busy}>
          {t('session.changePassword')}
        </Button>
      </div>
    </form>
  );
}

function useSave(done: string) {
  const client = useQueryClient();
  const { message } = App.useApp();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ErrorRecord | null>(null);
  const save = async (action: () => Promise<unknown>): Promise<boolean> => {
    setBusy(true);
    setError(null);
    try {
      await action();
      await client.invalidateQueries(sessionQuery);
      message.success(done);
      return true;
    } catch (thrown) {
      setError(toErrorRecord(thrown));
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { busy, error, save };
}
