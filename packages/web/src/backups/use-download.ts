import { App } from 'antd';
import type { MouseEvent } from 'react';
import type { BackupPlace } from '../api/backup-resources.ts';
import { ApiError, serverUnreachable } from '../api/problem.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { backupContentUrl } from './backup-api.ts';

/** How long a refusal is shown, in seconds; it says what to do. */
const SHOWN_SECONDS = 12;
let frame: HTMLIFrameElement | undefined;

/** Begins a download without leaving the page. Ends when a page came instead, which is how a refusal looks from outside. */
function pageInstead(url: string): Promise<void> {
  frame?.remove();
  const made = document.createElement('iframe');
  frame = made;
  made.hidden = true;
  document.body.append(made);
  return new Promise((resolve) => {
    made.addEventListener('load', () => resolve(), { once: true });
    made.src = url;
  });
}

/** Why nothing is downloaded; null when something is. The frame cannot be read, so it is asked for again. */
async function refusalOf(url: string): Promise<ApiError | null> {
  await pageInstead(url);
  const abort = new AbortController();
  try {
    const answer = await fetch(url, { headers: { accept: 'application/json' }, signal: abort.signal });
    return answer.ok ? null : new ApiError(answer.status, (await answer.json()) as Record<string, unknown>);
  } catch {
    return serverUnreachable();
  } finally {
    abort.abort();
  }
}

/** Downloads from the first place of a backup that gives it, and says why one does not. */
export function useDownload() {
  const { t, ...texts } = useTexts();
  const { message } = App.useApp();
  const told = (error: ApiError) => {
    const { message: what, hint } = texts.error(error);
    return hint ? `${what} ${hint}` : what;
  };
  return async (
    event: MouseEvent,
    wish: { backupId: string; path: string; archive?: 'tar' | 'zip'; places: readonly BackupPlace[] },
  ) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const { backupId, path, archive, places } = wish;
    const [, ...copies] = places;
    const error = await refusalOf(backupContentUrl(backupId, path, archive));
    if (!error) return;
    for (const { repositoryId, repositoryName } of copies) {
      message.warning(`${told(error)} ${t('backups.readsFrom', { name: repositoryName })}`, SHOWN_SECONDS);
      if (!(await refusalOf(backupContentUrl(backupId, path, archive, repositoryId)))) return;
    }
    message.error(told(error), SHOWN_SECONDS);
  };
}
