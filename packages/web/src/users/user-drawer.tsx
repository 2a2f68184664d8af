import { useQueryClient } from '@tanstack/react-query';
import { App, Button, Drawer, Input, Radio, Switch } from 'antd';
import { type FormEvent, useState } from 'react';
import { queryKeys } from '../api/query-keys.ts';
import type { Role, User } from '../api/resources.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { newPasswordProblem } from '../session/password-rules.ts';
import { useSession } from '../session/use-session.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { Field } from '../ui/field.tsx';
import { createUser, ROLES, updateUser } from './user-api.ts';
import './users.css';
import { useSubmit } from '../ui/use-submit.ts';

const USERNAME = /^[A-Za-z0-9._-]{1,64}$/;

/** Adds a user, or changes one's name, role, access or password. */
export function UserDrawer({ user, onClose }: { user: User | null; onClose: () => void }) {
  const { t } = useTexts();
  return (
    <Drawer
      open
      size={460}
      title={user ? t('users.edit', { name: user.username }) : t('users.add')}
      onClose={onClose}
      mask={{ closable: false }}
      data-testid="user-drawer"
    >
      <UserForm user={user} onDone={onClose} />
    </Drawer>
  );
}

function UserForm({ user, onDone }: { user: User | null; onDone: () => void }) {
  const { t } = useTexts();
  const client = useQueryClient();
  const { message } = App.useApp();
  const { user: self } = useSession();
  const [username, setUsername] = useState(user?.username ?? '');
  const [displayName, setDisplayName] = useState(user?.displayName ?? '');
  const [role, setRole] = useState<Role>(user?.role ?? 'operator');
  const [disabled, setDisabled] = useState(user?.disabled ?? false);
  const [password, setPassword] = useState('');
  const [tried, setTried] = useState(false);
  const isSelf = user?.id === self.id;
  const wrongName = user === null && !USERNAME.test(username.trim());
  const wrongPassword = (user === null || password !== '') && newPasswordProblem(password, password) !== null;

  const { submit, busy, error } = useSubmit(async () => {
    const common = { displayName: displayName.trim(), role };
    if (user) await updateUser(user, { ...common, ...(!isSelf && { disabled }), ...(password !== '' && { password }) });
    else await createUser({ ...common, username: username.trim(), password });
    const name = username.trim();
    message.success(user ? t('users.saved', { name }) : t('users.created', { name }));
    await client.invalidateQueries({ queryKey: queryKeys.all('users') });
    onDone();
  });
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (wrongName || wrongPassword) return;
    submit();
  };

  return (
    <form className="stack" onSubmit={onSubmit}>
      {user === null && (
        <Field label={t('users.username')} required error={tried && wrongName ? t('users.usernameFormat') : null}>
          {(input) => (
            <Input
              {...input}
              autoFocus
              autoComplete="off"
              autoCapitalize="none"
              value={username}
              onChange={(event) => setUsername(event.target.value)}
              data-testid="user-username"
            />
          )}
        </Field>
      )}
      <Field label={t('users.displayName')}>
        {(input) => (
          <Input
            {...input}
            autoComplete="off"
            maxLength={128}
            value={displayName}
            onChange={(event) => setDisplayName(event.target.value)}
          />
        )}
      </Field>
      <fieldset className="role-choice">
        <legend>{t('users.role')}</legend>
        <Radio.Group value={role} onChange={(event) => setRole(event.target.value as Role)} disabled={isSelf}>
          {ROLES.map((choice) => (
            <div key={choice}>
              <Radio value={choice} data-testid={`user-role-${choice}`}>
                {t(`roles.${choice}`)}
              </Radio>
              <p className="field-help role-help">{t(ROLE_HELP[choice])}</p>
            </div>
          ))}
        </Radio.Group>
      </fieldset>
      {user && !isSelf && (
        <Field label={t('users.enabled')} required help={t('users.disabledHelp')}>
          {(input) => (
            <div>
              <Switch
                {...input}
                checked={!disabled}
                onChange={(enabled) => setDisabled(!enabled)}
                data-testid="user-enabled"
              />
            </div>
          )}
        </Field>
      )}
      {/* One's own password is changed in the profile, where the current one is asked for. */}
      {!isSelf && (
        <Field
          label={user ? t('users.newPassword') : t('users.password')}
          required={user === null}
          help={user ? t('users.keepPassword') : t('session.passwordHelp')}
          error={tried && wrongPassword ? t('session.passwordTooShort') : null}
        >
          {(input) => (
            <Input.Password
              {...input}
              autoComplete="new-password"
              value={password}
              onChange={(event) => setPassword(event.target.value)}
              data-testid="user-password"
            />
          )}
        </Field>
      )}
      {error && <ErrorNotice error={error} />}
      <div>
        <Button type="primary" htmlType="submit" loading={busy} data-testid="user-save">
          {t('common.save')}
        </Button>
      </div>
    </form>
  );
}

const ROLE_HELP = {
  administrator: 'users.roleHelpAdministrator',
  operator: 'users.roleHelpOperator',
  read_only: 'users.roleHelpReadOnly',
} as const;
