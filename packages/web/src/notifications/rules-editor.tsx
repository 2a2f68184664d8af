import { useQuery } from '@tanstack/react-query';
import { Button, Select } from 'antd';
import { useId, useState } from 'react';
import { queryKeys } from '../api/query-keys.ts';
import { request } from '../api/request.ts';
import type { ChannelRule, NoticeSeverity, Page } from '../api/resources.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { usePermission } from '../session/use-session.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { TrashIcon } from '../ui/icons.tsx';
import { noticeEventsQuery } from './channel-api.ts';
import { presetOf, presetRules, type RulePreset, SEVERITIES } from './channel-settings.ts';

interface RulesEditorProps {
  rules: readonly ChannelRule[];
  onChange: (rules: ChannelRule[]) => void;
}

/** Offered sets of rules, and under "own" each rule by itself. */
export function RulesEditor({ rules, onChange }: RulesEditorProps) {
  const { t } = useTexts();
  // Own rules stay in sight even while they happen to be the same as an offered set.
  const [isOwn, setOwn] = useState(() => presetOf(rules) === 'own');
  const chosen: RulePreset = isOwn ? 'own' : presetOf(rules);
  const choose = (preset: RulePreset) => {
    setOwn(preset === 'own');
    if (preset !== 'own') onChange([...presetRules(preset)]);
    else if (rules.length === 0) onChange([...presetRules('failures')]);
  };
  const presets: [RulePreset, string, string][] = [
    ['failures', t('notifications.presetFailures'), t('notifications.presetFailuresText')],
    ['everything', t('notifications.presetEverything'), t('notifications.presetEverythingText')],
    ['own', t('notifications.presetOwn'), t('notifications.presetOwnText')],
    ['nothing', t('notifications.presetNothing'), t('notifications.presetNothingText')],
  ];
  const name = useId();
  return (
    <div className="stack">
      <div className="rule-presets" role="radiogroup" aria-label={t('notifications.rules')}>
        {presets.map(([preset, label, text]) => (
          <label key={preset} className="rule-preset">
            <input
              type="radio"
              name={name}
              checked={chosen === preset}
              onChange={() => choose(preset)}
              data-testid={`channel-rules-${preset}`}
            />
            <span>
              <span className="rule-preset-name">{label}</span>
              <span className="field-help">{text}</span>
            </span>
          </label>
        ))}
      </div>
      {isOwn && <OwnRules rules={rules} onChange={onChange} />}
    </div>
  );
}

function OwnRules({ rules, onChange }: RulesEditorProps) {
  const { t } = useTexts();
  const set = (index: number, rule: ChannelRule) => onChange(rules.map((each, at) => (at === index ? rule : each)));
  return (
    <div className="stack">
      {rules.map((rule, index) => (
        <RuleFields
          // biome-ignore lint/suspicious/noArrayIndexKey: rules have nothing else that tells them apart
          key={index}
          index={index}
          rule={rule}
          onChange={(next) => set(index, next)}
          onRemove={() => onChange(rules.filter((_rule, at) => at !== index))}
        />
      ))}
      <div>
        <Button
          onClick={() => onChange([...rules, { events: null, severity: 'warning', resources: null }])}
          data-testid="channel-rule-add"
        >
          {t('notifications.addRule')}
        </Button>
      </div>
    </div>
  );
}

interface RuleFieldsProps {
  index: number;
  rule: ChannelRule;
  onChange: (rule: ChannelRule) => void;
  onRemove: () => void;
}

function RuleFields({ index, rule, onChange, onRemove }: RuleFieldsProps) {
  const { t, word, localized } = useTexts();
  const id = useId();
  const events = useQuery(noticeEventsQuery);
  const resources = useResources();
  const keyOf = (kind: string, resourceId: string) => `${kind}:${resourceId}`;
  return (
    <div className="card rule" data-testid={`channel-rule-${index}`}>
      <div className="rule-head">
        <strong>{t('notifications.rule', { number: index + 1 })}</strong>
        <IconButton danger label={t('notifications.removeRule')} icon={TrashIcon} onClick={onRemove} />
      </div>
      <label htmlFor={`${id}-events`}>{t('notifications.events')}</label>
      <Select
        id={`${id}-events`}
        mode="multiple"
        allowClear
        maxTagCount="responsive"
        placeholder={t('notifications.allEvents')}
        value={[...(rule.events ?? [])]}
        onChange={(names: string[]) => onChange({ ...rule, events: names.length > 0 ? names : null })}
        options={(events.data?.items ?? []).map(({ event, label }) => ({ value: event, label: localized(label) }))}
        optionFilterProp="label"
        data-testid={`channel-rule-${index}-events`}
      />
      <label htmlFor={`${id}-severity`}>{t('notifications.severity')}</label>
      <Select
        id={`${id}-severity`}
        value={rule.severity}
        onChange={(severity: NoticeSeverity) => onChange({ ...rule, severity })}
        options={SEVERITIES.map((value) => ({ value, label: word('leastSeverities', value) }))}
        data-testid={`channel-rule-${index}-severity`}
      />
      <label htmlFor={`${id}-resources`}>{t('notifications.resources')}</label>
      <Select
        id={`${id}-resources`}
        mode="multiple"
        allowClear
        maxTagCount="responsive"
        placeholder={t('notifications.allResources')}
        value={(rule.resources ?? []).map((each) => keyOf(each.kind, each.id))}
        onChange={(keys: string[]) => {
          const chosen = keys.map((key) => {
            const at = key.indexOf(':');
            return { kind: key.slice(0, at), id: key.slice(at + 1) };
          });
          onChange({ ...rule, resources: chosen.length > 0 ? chosen : null });
        }}
        options={resources.map(({ kind, items }) => ({
          label: word('noticeSubjects', kind),
          options: items.map((item) => ({ value: keyOf(kind, item.id), label: item.name })),
        }))}
        optionFilterProp="label"
        data-testid={`channel-rule-${index}-resources`}
      />
    </div>
  );
}

interface Named {
  id: string;
  name: string;
}

const RESOURCES = [
  { kind: 'plan', path: '/plans', permission: 'plan:read' },
  { kind: 'host', path: '/hosts', permission: 'host:read' },
  { kind: 'storage', path: '/storages', permission: 'storage:read' },
  { kind: 'repository', path: '/repositories', permission: 'repository:read' },
] as const;

/** What a rule can be about, of the kinds that the person may see. */
function useResources(): { kind: string; items: Named[] }[] {
  const may = usePermission();
  const kinds = RESOURCES.filter(({ permission }) => may(permission));
  const found = useQuery({
    queryKey: queryKeys.list('channel-events', { subjects: kinds.map(({ kind }) => kind) }),
    // A kind that cannot be read now must not hide the others.
    queryFn: ({ signal }) =>
      Promise.all(
        kinds.map(async ({ kind, path }) => {
          const page = await request<Page<Named>>(path, { query: { limit: 200 }, signal }).catch(() => null);
          return { kind, items: page?.items ?? [] };
        }),
      ),
  });
  return (found.data ?? []).filter(({ items }) => items.length > 0);
}
