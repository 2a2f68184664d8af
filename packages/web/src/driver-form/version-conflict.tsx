import type { OptionField } from '@sampan/driver';
import { Alert, Button } from 'antd';
import type { Configured, OptionsInput } from '../api/resources.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { compareVersions } from './compare-versions.ts';
import './driver-form.css';

interface VersionConflictProps {
  /** What is configured, as test ids name it: `host`, `storage`. */
  noun: string;
  title: string;
  fields: readonly OptionField[];
  /** As it is on the server now. */
  current: Pick<Configured, 'name' | 'options'>;
  name: string;
  options: OptionsInput;
  onReload: () => void;
  onOverwrite: () => void;
}

/** Two people changed the same thing: shows both versions and leaves the decision to the person. */
export function VersionConflict(props: VersionConflictProps) {
  const { noun, title, fields, current, name, options, onReload, onOverwrite } = props;
  const { t, localized } = useTexts();
  const rows = compareVersions(fields, current, name, options);
  return (
    <Alert
      type="warning"
      showIcon
      role="alert"
      data-testid={`${noun}-conflict`}
      title={title}
      description={
        <div className="stack">
          <p>{t('driverForm.conflictText')}</p>
          <table className="conflict-table">
            <thead>
              <tr>
                <th>{t('driverForm.conflictField')}</th>
                <th>{t('driverForm.conflictTheirs')}</th>
                <th>{t('driverForm.conflictYours')}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.name}>
                  <td>{row.label ? localized(row.label) : t('common.name')}</td>
                  <td>{row.theirs ?? t('driverForm.secretHidden')}</td>
                  <td>{row.yours ?? t('driverForm.secretHidden')}</td>
                </tr>
              ))}
            </tbody>
          </table>
          <div className="flow">
            <Button onClick={onReload} data-testid={`${noun}-conflict-reload`}>
              {t('driverForm.loadTheirs')}
            </Button>
            <Button danger onClick={onOverwrite} data-testid={`${noun}-conflict-overwrite`}>
              {t('driverForm.overwrite')}
            </Button>
          </div>
        </div>
      }
    />
  );
}
