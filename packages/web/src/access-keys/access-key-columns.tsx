import type { AccessKey } from '../api/resources.ts';
import { formatAge } from '../format/age.ts';
import { formatDateTime } from '../format/date.ts';
import type { useTexts } from '../i18n/use-texts.tsx';
import type { Column } from '../table/column.ts';
import { Ago } from '../ui/ago.tsx';
import { Chip, type Tone } from '../ui/chip.tsx';
import { CopyButton } from '../ui/copyable.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { TrashIcon } from '../ui/icons.tsx';
import { isDue } from './key-age.ts';

const TONES: Readonly<Record<AccessKey['state'], Tone>> = { enabled: 'good', disabled: 'idle', expired: 'warning' };

type Texts = Pick<ReturnType<typeof useTexts>, 't' | 'word' | 'locale'>;

export function accessKeyColumns(
  { t, word, locale }: Texts,
  onDelete: ((key: AccessKey) => void) | null,
): readonly Column<AccessKey>[] {
  return [
    {
      key: 'key',
      title: t('accessKeys.keyId'),
      width: '240px',
      narrow: 'title',
      cell: (key) => (
        <span className="cell-two">
          <span className="copyable">
            <span className="mono">{key.accessKeyId}</span>
            <CopyButton text={key.accessKeyId} />
          </span>
          <span className="cell-two-second">{key.description}</span>
        </span>
      ),
    },
    {
      key: 'state',
      title: t('common.state'),
      width: '116px',
      cell: (key) => (
        <span className="key-state">
          <Chip tone={TONES[key.state] ?? 'idle'}>{word('accessKeyStates', key.state)}</Chip>
          {isDue(key, Date.now()) && (
            <Chip tone="warning" title={t('accessKeys.oldHelp', { age: formatAge(key.createdAt, Date.now(), locale) })}>
              {t('accessKeys.old')}
            </Chip>
          )}
        </span>
      ),
    },
    { key: 'user', title: t('accessKeys.user'), width: '90px', cell: (key) => key.username },
    {
      key: 'scopes',
      title: t('accessKeys.scopes'),
      narrow: 'labelled',
      cell: (key) =>
        key.scopes.length === 0 ? t('accessKeys.scopesAll') : <code className="wrap">{key.scopes.join(' ')}</code>,
    },
    {
      key: 'addresses',
      title: t('accessKeys.addresses'),
      narrow: 'hidden',
      cell: (key) =>
        key.allowedAddresses.length === 0 ? (
          t('accessKeys.addressesAny')
        ) : (
          <code className="wrap">{key.allowedAddresses.join(' ')}</code>
        ),
    },
    {
      key: 'used',
      title: t('accessKeys.lastUsed'),
      narrow: 'labelled',
      width: '108px',
      cell: (key) => (
        <span className="cell-two">
          <Ago time={key.lastUsedAt} otherwise={t('accessKeys.neverUsed')} />
          {key.lastUsedAddress && <span className="cell-two-second mono">{key.lastUsedAddress}</span>}
        </span>
      ),
    },
    {
      key: 'expires',
      title: t('accessKeys.expires'),
      narrow: 'labelled',
      width: '92px',
      cell: (key) =>
        key.expiresAt === null ? (
          t('accessKeys.expiryNever')
        ) : (
          <span title={formatDateTime(key.expiresAt, locale)}>
            <Ago time={key.expiresAt} />
          </span>
        ),
    },
    {
      key: 'created',
      title: t('common.created'),
      width: '110px',
      narrow: 'hidden',
      cell: (key) => <Ago time={key.createdAt} />,
    },
    {
      key: 'actions',
      title: t('common.actions'),
      width: '64px',
      align: 'end',
      cell: (key) =>
        onDelete && (
          <IconButton
            danger
            label={`${t('common.delete')}: ${key.accessKeyId}`}
            icon={TrashIcon}
            onClick={() => onDelete(key)}
            testId="access-key-delete"
          />
        ),
    },
  ];
}
