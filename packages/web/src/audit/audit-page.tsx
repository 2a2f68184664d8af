import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Button, Select } from 'antd';
import { useState } from 'react';
import { toErrorRecord } from '../api/problem.ts';
import type { AuditEvent } from '../api/resources.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { CursorPager } from '../table/cursor-pager.tsx';
import { DataTable } from '../table/data-table.tsx';
import { SearchInput } from '../table/search-input.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { auditQuery } from './audit-api.ts';
import { useAuditColumns } from './audit-columns.tsx';
import { AuditDifference } from './audit-difference.tsx';
import { AUDIT_RESULTS, type AuditSearch } from './audit-search.ts';
import { VerifyChain } from './verify-chain.tsx';
import './audit.css';

/** Who did what, and what was refused. */
export function AuditPage() {
  const { t, word } = useTexts();
  const search = useSearch({ from: '/shell/audit' });
  const navigate = useNavigate({ from: '/audit' });
  const list = useQuery(auditQuery(search));
  const [opened, setOpened] = useState<string>();
  const columns = useAuditColumns();
  const filter = (change: Pick<AuditSearch, 'search' | 'result' | 'action'> | Record<string, undefined>) => {
    const { cursor: _cursor, page: _page, ...kept } = search;
    const next = Object.entries({ ...kept, ...change }).filter(([, value]) => value);
    void navigate({ search: Object.fromEntries(next) as AuditSearch, replace: true });
  };
  const filtered = Boolean(search.search || search.action || search.result);
  return (
    <div className="list-page">
      <PageHeader title={t('audit.title')} explanation={t('audit.explanation')}>
        <VerifyChain />
      </PageHeader>
      <div className="list-tools">
        <SearchInput
          value={search.search ?? ''}
          placeholder={t('audit.search')}
          onSearch={(text) => filter(text ? { search: text } : { search: undefined })}
          testId="audit-search"
        />
        <SearchInput
          value={search.action ?? ''}
          placeholder={t('audit.action')}
          onSearch={(action) => filter(action ? { action } : { action: undefined })}
          testId="audit-filter-action"
        />
        <Select
          className="list-tools-filter"
          allowClear
          aria-label={t('audit.result')}
          placeholder={t('audit.result')}
          value={search.result}
          onChange={(result?: AuditEvent['result']) => filter(result ? { result } : { result: undefined })}
          options={AUDIT_RESULTS.map((value) => ({ value, label: word('auditResults', value) }))}
          data-testid="audit-filter-result"
        />
        {filtered && (
          <Button type="text" onClick={() => filter({ search: undefined, action: undefined, result: undefined })}>
            {t('common.clearFilters')}
          </Button>
        )}
      </div>
      {list.error && <ErrorNotice error={toErrorRecord(list.error)} onRetry={() => list.refetch()} />}
      <DataTable
        label={t('audit.title')}
        columns={columns}
        rows={list.data?.items}
        rowId={(event) => String(event.sequence)}
        rowName={(event) => event.action}
        rowTestId={(event) => `audit-row-${event.sequence}`}
        outdated={list.isPlaceholderData}
        opened={opened}
        onOpen={(id) => setOpened(id === opened ? undefined : id)}
        expansion={(event) => <AuditDifference event={event} />}
        empty={<EmptyState text={filtered ? t('common.nothingFound') : t('audit.empty')} />}
      />
      <CursorPager
        position={search}
        nextCursor={list.data?.nextCursor}
        onMove={({ cursor, page }) => {
          const { cursor: _cursor, page: _page, ...kept } = search;
          void navigate({ search: { ...kept, ...(cursor && { cursor }), ...(page && { page }) } });
        }}
      />
    </div>
  );
}
