import type { Instance } from '../api/resources.ts';
import { useTexts } from '../i18n/use-texts.tsx';

/** The addresses by which an instance is reached, public ones first; the rest of many is a number. */
export function Addresses({ instance }: { instance: Pick<Instance, 'publicAddresses' | 'privateAddresses'> }) {
  const { t } = useTexts();
  const all = [...instance.publicAddresses, ...instance.privateAddresses];
  const [first, second] = all;
  if (!first) return <span className="quiet">–</span>;
  return (
    <span className="cell-two mono" title={all.join('\n')}>
      <span>{first}</span>
      {second && (
        <span className="cell-two-second">
          {second} {all.length > 2 && t('instances.moreAddresses', { count: all.length - 2 })}
        </span>
      )}
    </span>
  );
}
