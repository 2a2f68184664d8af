import { Alert, Button } from 'antd';
import type { Host, HostType } from '../api/resources.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { compareHosts } from './compare-hosts.ts';
import type { OptionsInput } from './host-api.ts';

interface HostConflictProps {
  type: HostType;
  current: Host;
  name: string;
  options: OptionsInput;
  onReload: () => void;
  onOverwrite: () => void;
}

/** Two people changed the same host: shows both versions and leaves the decision to the person. */
export function HostConflict({ type, current, name, options, onReload, onOverwrite }: HostConflictProps) {
  const { t, localized } = useTexts();
  const rows = compareHosts(type.options, current, name, options);
  return (
    <Alert
      type="warning"
      showIcon
      role="alert"
      data-testid="host-conflict"
      title={t('hosts.conflictTitle')}
      description={
        <div className="stack">
          <p>{t('hosts.conflictText')}</p>
          <table className="conflict-table">
            <thead>
              <tr>
                <th>{t('hosts.conflictField')}</th>
                <th>{t('hosts.conflictTheirs')}</th>
                <th>{t('hosts.conflictYours')}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.name}>
                  <td>{row.label ? localized(row.label) : t('common.name')}</td>
                  <td>{row.theirs ?? t('hosts.secretHidden')}</td>
                  <td>{row.yours ?? t('hosts.secretHidden')}</td>
                </tr>
              ))}
            </tbody>
          </table>
          <div className="flow">
            <Button onClick={onReload} data-testid="host-conflict-reload">
              {t('hosts.loadTheirs')}
            </Button>
            <Button danger onClick={onOverwrite} data-testid="host-conflict-overwrite">
              {t('hosts.overwrite')}
            </Button>
          </div>
        </div>
      }
    />
  );
}
