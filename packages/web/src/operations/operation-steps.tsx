import type { OperationStep } from '../api/resources.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { Elapsed } from '../ui/elapsed.tsx';
import { CheckIcon, CloseIcon, SkipIcon, WaitIcon } from '../ui/icons.tsx';

const ICONS = { pending: WaitIcon, running: WaitIcon, succeeded: CheckIcon, failed: CloseIcon, skipped: SkipIcon };

interface OperationStepsProps {
  /** Of the operation: some steps mean something else in some kinds. */
  kind: string;
  steps: readonly OperationStep[];
}

export function OperationSteps({ kind, steps }: OperationStepsProps) {
  const { word, area } = useTexts();
  // A step tells a state of the instance, a word of its own, a number, or the text of an error.
  const finding = (message: string) => area('instanceStates')[message] ?? area('stepFindings')[message] ?? message;
  const nameOf = (name: string) => area('steps')[`${kind}_${name}`.replaceAll('.', '_')] ?? word('steps', name);
  return (
    <ol className="steps">
      {steps.map((step) => {
        const Icon = ICONS[step.state] ?? WaitIcon;
        return (
          <li key={step.name} className={`step step-${step.state}`}>
            <span className="step-icon" title={word('stepStates', step.state)}>
              <Icon />
              <span className="visually-hidden">{word('stepStates', step.state)}</span>
            </span>
            <span className="step-name">
              {nameOf(step.name)}
              {step.message && <span className="quiet step-message">{finding(step.message)}</span>}
            </span>
            {step.startedAt && <Elapsed from={step.startedAt} to={step.finishedAt} />}
          </li>
        );
      })}
    </ol>
  );
}
