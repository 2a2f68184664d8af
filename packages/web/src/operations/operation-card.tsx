import { useState } from 'react';
import type { Operation } from '../api/resources.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { Ago } from '../ui/ago.tsx';
import { Elapsed } from '../ui/elapsed.tsx';
import { ActorName } from './actor-name.tsx';
import { OperationDetails } from './operation-details.tsx';
import { OperationProgressBar } from './operation-progress.tsx';
import { isUnfinished } from './operation-state.ts';
import { OperationStateChip } from './operation-state-chip.tsx';
import { TargetLink } from './target-link.tsx';
import './operations.css';

interface OperationCardProps {
  operation: Operation;
  withTarget: boolean;
  /** Whether to show the details of what runs without being asked. */
  inFull: boolean;
}

/** One operation in short; opens to its details. What failed shows why without being opened. */
export function OperationCard({ operation, withTarget, inFull }: OperationCardProps) {
  const { t, word } = useTexts();
  const [chosen, setChosen] = useState<boolean>();
  // Details of what runs are shown until somebody closes them; a card that ends stays as it is and nothing jumps.
  const [wasRunning] = useState(() => inFull && operation.state === 'running');
  const shown = chosen ?? wasRunning;
  const details = `details-${operation.id}`;
  return (
    <article className="operation-card" data-testid={`operation-${operation.id}`} data-state={operation.state}>
      <div className="operation-card-head">
        <button
          type="button"
          className="operation-card-title"
          aria-expanded={shown}
          aria-controls={details}
          title={t('operations.open')}
          onClick={() => setChosen(!shown)}
        >
          <span aria-hidden="true" className="operation-card-mark">
            {shown ? '▾' : '▸'}
          </span>
          {word('operationKinds', operation.kind)}
        </button>
        <OperationStateChip state={operation.state} />
      </div>
      <div className="operation-card-line">
        {withTarget && (
          <span className="operation-card-target">
            <TargetLink operation={operation} />
          </span>
        )}
        <span className="quiet">
          <ActorName actor={operation.actor} /> · <Ago time={operation.createdAt} />
          {operation.startedAt && (
            <>
              {' · '}
              <Elapsed from={operation.startedAt} to={operation.finishedAt} />
            </>
          )}
        </span>
      </div>
      {!shown && isUnfinished(operation.state) && <OperationProgressBar operation={operation} />}
      {!shown && operation.error && <ErrorSummary operation={operation} />}
      <div id={details}>{shown && <OperationDetails operation={operation} />}</div>
    </article>
  );
}

function ErrorSummary({ operation }: { operation: Operation }) {
  const texts = useTexts();
  if (!operation.error) return null;
  return <p className="error-line error-line-message">{texts.error(operation.error).message}</p>;
}
