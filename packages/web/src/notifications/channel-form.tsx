import { useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import { useMemo } from 'react';
import { queryKeys } from '../api/query-keys.ts';
import type { Channel, ChannelType } from '../api/resources.ts';
import { channelCommands } from '../commands/channel-commands.ts';
import { DriverForm } from '../driver-form/driver-form.tsx';
import { type DriverFormState, useDriverForm } from '../driver-form/use-driver-form.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { OptionInput } from '../options-form/option-input.tsx';
import { createChannel, testChannel, updateChannel } from './channel-api.ts';
import {
  newSettings,
  presetRules,
  RULES_FIELD,
  rulesOf,
  settingFields,
  settingsOf,
  settingValues,
} from './channel-settings.ts';
import { RulesEditor } from './rules-editor.tsx';

interface ChannelFormProps {
  type: ChannelType;
  /** Null to add one. */
  channel: Channel | null;
  onChanged: (changed: boolean) => void;
  onReload?: (channel: Channel) => void;
  onDone: () => void;
}

export function ChannelForm({ type, channel, onChanged, onReload, onDone }: ChannelFormProps) {
  const { t, language } = useTexts();
  const { message } = App.useApp();
  const client = useQueryClient();
  const fields = useSettingFields();
  const rulesField = useMemo(
    () => ({
      name: RULES_FIELD,
      kind: 'text' as const,
      label: { en: t('notifications.rules'), zh: t('notifications.rules') },
      maximumLength: 1_000_000,
    }),
    [t],
  );
  const more = useMemo(() => {
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const settings = channel ?? newSettings(language, zone, presetRules('failures'));
    return { fields: [...fields, rulesField], stored: settingValues(settings) };
  }, [fields, rulesField, channel, language]);
  const form = useDriverForm(type.options, channel, more);
  const name = form.name.trim();
  const { options } = form;
  const settings = settingsOf(form.values);
  const save = async (revision: number | undefined) => {
    if (channel && revision !== undefined) await updateChannel(channel.id, revision, { name, options, ...settings });
    else await createChannel({ name, type: type.type, options, ...settings }, form.idempotencyKey);
    await client.invalidateQueries({ queryKey: queryKeys.all('channels') });
    message.success(channel ? t('notifications.saved', { name }) : t('notifications.created', { name }));
  };
  const subject = { kind: 'form', type: type.type, options, name, language: settings.language } as const;
  return (
    <DriverForm
      kind="channel"
      type={type}
      saved={channel}
      form={form}
      words={{
        name: t('common.name'),
        nameHelp: t('notifications.nameHelp'),
        testNothingStored: t('notifications.testNothingStored'),
        conflictTitle: t('notifications.conflictTitle'),
      }}
      commands={channelCommands(
        { id: channel?.id ?? null, name, type: type.type, options },
        type.options,
        settings,
        location.origin,
      )}
      compared={{
        fields: [...fields, rulesField],
        ofCurrent: (current) => settingValues(current),
        yours: settingValues(settings),
      }}
      more={<Settings form={form} fields={fields} />}
      test={testChannel({ ...subject, ...(channel && { channelId: channel.id }) })}
      save={save}
      onChanged={onChanged}
      onReload={(current) => onReload?.(current)}
      onDone={onDone}
    />
  );
}

function useSettingFields() {
  const { t } = useTexts();
  return useMemo(
    () =>
      settingFields(
        {
          enabled: t('notifications.enabled'),
          enabledHelp: t('notifications.enabledHelp'),
          language: t('notifications.language'),
          digest: t('notifications.digest'),
          digestHelp: t('notifications.digestHelp'),
          immediately: t('notifications.immediately'),
          hourly: t('notifications.hourly'),
          daily: t('notifications.daily'),
          digestTime: t('notifications.digestTime'),
          timeZone: t('notifications.timeZone'),
          timeZoneHelp: t('notifications.timeZoneHelp'),
          repeat: t('notifications.repeat'),
          repeatHelp: t('notifications.repeatHelp'),
          after: (hours) => t('notifications.afterHours', { count: hours }),
          never: t('common.never'),
        },
        ['UTC', ...Intl.supportedValuesOf('timeZone')],
      ),
    [t],
  );
}

function Settings({ form, fields }: { form: DriverFormState; fields: ReturnType<typeof settingFields> }) {
  const { t } = useTexts();
  const shown = fields.filter((field) => field.name !== 'digestTime' || form.values.digest === 'daily');
  const input = (field: (typeof fields)[number]) => (
    <OptionInput
      key={field.name}
      testId={`channel-form-${field.name}`}
      field={field}
      value={form.values[field.name] ?? ''}
      problem={form.problems.get(field.name)}
      sealed={false}
      cleared={false}
      onChange={(value) => form.setValue(field.name, value)}
      onClear={() => undefined}
    />
  );
  return (
    <>
      <h3 className="channel-section">{t('notifications.whatIsTold')}</h3>
      <RulesEditor
        rules={rulesOf(form.values)}
        onChange={(rules) => form.setValue(RULES_FIELD, JSON.stringify(rules))}
      />
      <h3 className="channel-section">{t('notifications.whenAndHow')}</h3>
      {shown.map(input)}
    </>
  );
}
