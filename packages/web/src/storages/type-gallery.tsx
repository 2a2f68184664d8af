import type { StorageType } from '../api/resources.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { useSession } from '../session/use-session.tsx';
import { CheckIcon } from '../ui/icons.tsx';
import { toldCapabilities } from './capability-words.ts';

interface TypeGalleryProps {
  types: readonly StorageType[];
  onChoose: (type: string) => void;
}

/** A card for each kind of storage: what it is and what it can do. */
export function TypeGallery({ types, onChoose }: TypeGalleryProps) {
  const { t } = useTexts();
  return (
    <div className="stack">
      <p className="quiet">{t('storages.galleryText')}</p>
      <ul className="type-gallery">
        {types.map((type) => (
          <li key={type.type}>
            <TypeCard type={type} onChoose={onChoose} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function TypeCard({ type, onChoose }: { type: StorageType; onChoose: (type: string) => void }) {
  const { t, word, localized } = useTexts();
  const { role } = useSession().user;
  const isForbidden = type.isLocal && role !== 'administrator';
  return (
    <button
      type="button"
      className="card type-card"
      disabled={isForbidden}
      onClick={() => onChoose(type.type)}
      data-testid={`storage-type-${type.type}`}
    >
      <span className="type-card-name">{localized(type.label)}</span>
      <span className="type-card-text">{localized(type.description)}</span>
      <span className="type-card-abilities">
        {toldCapabilities(type.capabilities).map((capability) => (
          <span key={capability}>
            <CheckIcon /> {word('storageCapabilities', capability)}
          </span>
        ))}
      </span>
      {isForbidden && <span className="type-card-text">{t('storages.administratorsOnly')}</span>}
    </button>
  );
}
