import { useQuery } from '@tanstack/react-query';
import { Button, Checkbox, Input } from 'antd';
import { useState } from 'react';
import { useTexts } from '../i18n/use-texts.tsx';
import { useSession } from '../session/use-session.tsx';
import { Field } from '../ui/field.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { CloseIcon, FolderIcon } from '../ui/icons.tsx';
import { Fold } from './fold.tsx';
import { FolderPicker } from './folder-picker.tsx';
import { presetsQuery } from './plan-api.ts';
import { linesOf, sourcesOf } from './plan-input.ts';
import { SourcePreviewTool } from './source-preview.tsx';
import type { PlanFormState } from './use-plan-form.ts';

/** What is backed up: folders and files of the server. */
export function SourceFields({ form }: { form: PlanFormState }) {
  const { t } = useTexts();
  const { draft, set, problemAt } = form;
  const [picking, setPicking] = useState(false);
  const [typed, setTyped] = useState('');
  const add = (paths: readonly string[]) =>
    set({ paths: [...new Set([...draft.paths, ...paths.map((path) => path.trim()).filter(Boolean)])] });
  const addTyped = () => {
    if (typed.trim() === '') return;
    add(typed.split('\n'));
    setTyped('');
  };
  return (
    <>
      <Field label={t('plans.what')} required help={t('plans.whatHelp')} error={problemAt('sources.paths')}>
        {(input) => (
          <>
            {draft.paths.length > 0 && (
              <ul className="path-list" data-testid="plan-paths">
                {draft.paths.map((path) => (
                  <li key={path}>
                    <FolderIcon />
                    <span className="mono path-text">{path}</span>
                    <IconButton
                      label={t('plans.leaveOut', { path })}
                      icon={CloseIcon}
                      onClick={() => set({ paths: draft.paths.filter((each) => each !== path) })}
                    />
                  </li>
                ))}
              </ul>
            )}
            <div className="flow path-add">
              <Input
                {...input}
                className="path-input"
                autoComplete="off"
                placeholder="/srv/www"
                value={typed}
                onChange={(event) => setTyped(event.target.value)}
                onBlur={addTyped}
                onPressEnter={(event) => {
                  event.preventDefault();
                  addTyped();
                }}
                data-testid="plan-path"
              />
              <Button onClick={() => setPicking(true)} data-testid="plan-pick">
                {t('plans.chooseFolder')}
              </Button>
            </div>
          </>
        )}
      </Field>
      {picking && <FolderPicker many chosen={draft.paths} onChoose={add} onClose={() => setPicking(false)} />}
    </>
  );
}

/** What of it is left out. */
export function SourceRules({ form }: { form: PlanFormState }) {
  const { t, localized } = useTexts();
  const { draft, set, problemAt } = form;
  const { role } = useSession().user;
  const presets = useQuery(presetsQuery);
  const problem = problemAt('sources.includes', 'sources.excludes', 'sources.presets', 'sources.ownDatabase');
  const count = linesOf(draft.excludes).length + draft.presets.length;
  return (
    <Fold
      title={t('plans.rules')}
      summary={count === 0 ? t('plans.nothingExcluded') : t('plans.excludedCount', { count })}
      isWrong={problem !== undefined}
      testId="plan-fold-excludes"
    >
      <fieldset className="plain-fieldset" aria-label={t('plans.presets')}>
        <Checkbox.Group
          className="preset-list"
          value={[...draft.presets]}
          onChange={(chosen) => set({ presets: chosen.map(String) })}
        >
          {presets.data?.items.map((preset) => (
            <Checkbox key={preset.name} value={preset.name} data-testid={`plan-preset-${preset.name}`}>
              {localized(preset.label)} <span className="quiet preset-patterns">{preset.patterns.join('  ')}</span>
            </Checkbox>
          ))}
        </Checkbox.Group>
      </fieldset>
      <Field label={t('plans.includes')} help={t('plans.includesHelp')} error={problemAt('sources.includes')}>
        {(input) => (
          <Input.TextArea
            {...input}
            className="mono"
            autoSize={{ minRows: 2, maxRows: 8 }}
            placeholder="/home/*/documents"
            value={draft.includes}
            onChange={(event) => set({ includes: event.target.value })}
            data-testid="plan-includes"
          />
        )}
      </Field>
      <Field label={t('plans.patterns')} help={t('plans.patternsHelp')} error={problemAt('sources.excludes')}>
        {(input) => (
          <Input.TextArea
            {...input}
            className="mono"
            autoSize={{ minRows: 3, maxRows: 14 }}
            placeholder={'*.tmp\n/home/*/Downloads'}
            value={draft.excludes}
            onChange={(event) => set({ excludes: event.target.value })}
            data-testid="plan-excludes"
          />
        )}
      </Field>
      <Checkbox checked={draft.oneFileSystem} onChange={(event) => set({ oneFileSystem: event.target.checked })}>
        {t('plans.oneFileSystem')}
      </Checkbox>
      {role === 'administrator' && (
        <div className="field">
          <Checkbox
            checked={draft.ownDatabase}
            onChange={(event) => set({ ownDatabase: event.target.checked })}
            data-testid="plan-own-database"
          >
            {t('plans.ownDatabase')}
          </Checkbox>
          {problemAt('sources.ownDatabase') && (
            <div className="field-error" role="alert">
              {problemAt('sources.ownDatabase')}
            </div>
          )}
        </div>
      )}
      <SourcePreviewTool sources={sourcesOf(draft)} />
    </Fold>
  );
}
