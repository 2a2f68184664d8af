import { Button, Input, Select } from 'antd';
import { HOOK_MOMENTS } from '../api/backup-resources.ts';
import { newId } from '../api/request.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { useSession } from '../session/use-session.tsx';
import { Field } from '../ui/field.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { TrashIcon } from '../ui/icons.tsx';
import { Fold } from './fold.tsx';
import type { HookDraft } from './plan-input.ts';
import type { PlanFormState } from './use-plan-form.ts';

/** What is called before and after runs and restores. */
export function HookFields({ form }: { form: PlanFormState }) {
  const { t } = useTexts();
  const { draft, set, problemAt } = form;
  const { hooks } = draft;
  const problem = problemAt('hooks');
  const change = (key: string, more: Partial<HookDraft>) =>
    set({ hooks: hooks.map((hook) => (hook.key === key ? { ...hook, ...more } : hook)) });
  const add = () =>
    set({
      hooks: [
        ...hooks,
        {
          ...{ key: newId(), id: null, moment: 'before', kind: 'web', url: '', command: '', timeoutSeconds: '60' },
          ...{ onFailure: 'stop', shownUrl: null },
        },
      ],
    });
  return (
    <Fold
      title={t('plans.hooks')}
      summary={hooks.length === 0 ? t('common.none') : String(hooks.length)}
      isWrong={problem !== undefined}
      testId="plan-fold-hooks"
    >
      <p className="quiet">{t('plans.hooksHelp')}</p>
      {hooks.map((hook, at) => (
        <HookEditor
          key={hook.key}
          hook={hook}
          number={at + 1}
          problemAt={(field) => problemAt(`hooks.${at}.${field}`)}
          onChange={(more) => change(hook.key, more)}
          onRemove={() => set({ hooks: hooks.filter((each) => each.key !== hook.key) })}
        />
      ))}
      <div>
        <Button onClick={add} data-testid="plan-hook-add">
          {t('plans.addHook')}
        </Button>
      </div>
    </Fold>
  );
}

interface HookEditorProps {
  hook: HookDraft;
  number: number;
  problemAt: (field: string) => string | undefined;
  onChange: (change: Partial<HookDraft>) => void;
  onRemove: () => void;
}

function HookEditor({ hook, number, problemAt, onChange, onRemove }: HookEditorProps) {
  const { t } = useTexts();
  const { role } = useSession().user;
  const mayCommand = role === 'administrator' || hook.kind === 'command';
  const isBefore = hook.moment === 'before' || hook.moment === 'before_restore';
  return (
    <fieldset className="hook" aria-label={t('plans.hookNumber', { number })}>
      <div className="flow flow-between">
        <div className="flow">
          <Select
            aria-label={t('plans.hookMoment')}
            value={hook.moment}
            options={HOOK_MOMENTS.map((value) => ({ value, label: t(`hookMoments.${value}`) }))}
            onChange={(moment) => onChange({ moment })}
            popupMatchSelectWidth={false}
          />
          <Select
            aria-label={t('plans.hookKind')}
            value={hook.kind}
            options={[
              { value: 'web' as const, label: t('plans.hookWeb') },
              { value: 'command' as const, label: t('plans.hookCommand'), disabled: !mayCommand },
            ]}
            onChange={(kind) => onChange({ kind })}
            popupMatchSelectWidth={false}
          />
        </div>
        <IconButton danger label={t('plans.removeHook', { number })} icon={TrashIcon} onClick={onRemove} />
      </div>
      {hook.kind === 'web' ? (
        <Field
          label={t('plans.hookUrl')}
          required={!hook.shownUrl}
          help={hook.shownUrl ? t('plans.hookUrlKept', { url: hook.shownUrl }) : t('plans.hookUrlHelp')}
          error={problemAt('url')}
        >
          {(input) => (
            <Input
              {...input}
              autoComplete="off"
              placeholder="https://"
              value={hook.url}
              onChange={(event) => onChange({ url: event.target.value })}
            />
          )}
        </Field>
      ) : (
        <Field
          label={t('plans.hookCommand')}
          required
          help={t('plans.hookCommandHelp')}
          error={problemAt('command') ?? problemAt('kind')}
        >
          {(input) => (
            <Input.TextArea
              {...input}
              className="mono"
              autoSize={{ minRows: 2, maxRows: 8 }}
              placeholder={'/usr/local/bin/dump\n--all'}
              value={hook.command}
              onChange={(event) => onChange({ command: event.target.value })}
            />
          )}
        </Field>
      )}
      <div className="small-fields small-fields-wide">
        <Field label={t('plans.hookTimeout')} required error={problemAt('timeoutSeconds')}>
          {(input) => (
            <Input
              {...input}
              inputMode="numeric"
              value={hook.timeoutSeconds}
              onChange={(event) => onChange({ timeoutSeconds: event.target.value })}
            />
          )}
        </Field>
        {isBefore && (
          <Field label={t('plans.hookFailure')} required>
            {(input) => (
              <Select
                {...input}
                value={hook.onFailure}
                options={[
                  { value: 'stop' as const, label: t('plans.hookStop') },
                  { value: 'continue' as const, label: t('plans.hookContinue') },
                ]}
                onChange={(onFailure) => onChange({ onFailure })}
              />
            )}
          </Field>
        )}
      </div>
    </fieldset>
  );
}
