import type { Operation } from '../api/resources.ts';
import { useTexts } from '../i18n/use-texts.tsx';

export function ActorName({ actor }: { actor: Operation['actor'] }) {
  const { t } = useTexts();
  if (actor.kind === 'system') return t('operations.system');
  return actor.kind === 'access_key' ? t('operations.viaKey', { name: actor.name }) : actor.name;
}
