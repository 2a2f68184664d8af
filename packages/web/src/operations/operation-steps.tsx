import type { OperationStep } from '../api/resources.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { Elapsed } from '../ui/elapsed.tsx';
import { CheckIcon, CloseIcon, SkipIcon, WaitIcon } from '../ui/icons.tsx';
import { stepText } from './step-finding.ts';

const ICONS = { pending: WaitIcon, running: WaitIcon, succeeded: CheckIcon, failed: CloseIcon, skipped: SkipIcon };

interface OperationStepsProps {
  /** Of the operation: some steps mean something else in some kinds. */
  kind: string;
  steps: readonly OperationStep[];
}

export function OperationSteps({ kind, steps }: OperationStepsProps) {
  const { t, word, area, locale } = useTexts();
  // A step tells a state of the instance, a word of its own, a sentence, a number, or the text of an error.
  const finding = (name: string, message: string) => {
    const known = area('instanceStates')[message] ?? area('stepFindings')[message];
    if (known !== undefined) return known;
    const sentence = stepText(name, message);
    if (!sentence) return message;
    const { number, moment } = sentence.values;
    const shown = {
      ...(number !== undefined && { number: Number(number).toLocaleString(locale) }),
      ...(moment !== undefined && { moment: word('hookMoments', moment) }),
    };
    return t(`stepTexts.${sentence.text}`, { ...sentence.values, ...shown });
  };
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
              {step.message && <span className="quiet step-message">{finding(step.name, step.message)}</span>}
            </span>
            {step.startedAt && <Elapsed from={step.startedAt} to={step.finishedAt} />}
          </li>
        );
      })}
    </ol>
  );
}
