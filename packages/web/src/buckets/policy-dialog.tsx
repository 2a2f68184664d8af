import { useQuery } from '@tanstack/react-query';
import { Alert, Input, Modal } from 'antd';
import { useDeferredValue, useState } from 'react';
import { toErrorRecord } from '../api/problem.ts';
import type { Storage } from '../api/resources.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { typedPrefix } from '../objects/object-rows.ts';
import { Snippet } from '../ui/equivalent.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { Field } from '../ui/field.tsx';
import { bucketPolicyQuery } from './bucket-api.ts';

interface PolicyDialogProps {
  storage: Storage;
  bucket: string;
  onClose: () => void;
}

/** The policy that gives a key what Sampan needs in a bucket, to be pasted into the vendor's console. */
export function PolicyDialog({ storage, bucket, onClose }: PolicyDialogProps) {
  const { t, localized } = useTexts();
  const own = storage.bucket === bucket && typeof storage.options.prefix === 'string' ? storage.options.prefix : '';
  const [prefix, setPrefix] = useState(own);
  const policy = useQuery({
    ...bucketPolicyQuery(storage.id, bucket, useDeferredValue(typedPrefix(prefix))),
    placeholderData: (before) => before,
  });
  return (
    <Modal open width={640} title={t('buckets.policyTitle', { name: bucket })} footer={null} onCancel={onClose}>
      <div className="stack" data-testid="policy-dialog">
        <p>{t('buckets.policyText')}</p>
        <Field label={t('buckets.policyPrefix')}>
          {(input) => (
            <Input
              {...input}
              autoComplete="off"
              value={prefix}
              maxLength={512}
              placeholder="sampan/"
              onChange={(event) => setPrefix(event.target.value)}
              data-testid="policy-prefix"
            />
          )}
        </Field>
        {policy.error && <ErrorNotice error={toErrorRecord(policy.error)} onRetry={() => policy.refetch()} />}
        {policy.data && (
          <>
            <Snippet title={t('buckets.policy')} text={policy.data.document} />
            <Alert type="info" showIcon title={localized(policy.data.note)} data-testid="policy-note" />
          </>
        )}
      </div>
    </Modal>
  );
}
