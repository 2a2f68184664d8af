import { App } from 'antd';
import { useState } from 'react';
import { toErrorRecord } from '../api/problem.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { existingKeys } from './existing-keys.ts';
import { listFolder, type ObjectPlace, objectHead } from './object-api.ts';
import type { PickedFile } from './picked-files.ts';
import { uploads } from './uploads.ts';

/** What was chosen and exists already, waiting for the person's decision. */
export interface Collision {
  existing: readonly string[];
  decide: (decision: 'replace' | 'skip' | 'cancel') => void;
}

/** Puts chosen files into the queue, under a prefix; asks once about those that exist. */
export function useUpload(place: ObjectPlace, prefix: string) {
  const { error } = useTexts();
  const { message } = App.useApp();
  const [isPreparing, setPreparing] = useState(false);
  const [collision, setCollision] = useState<Collision | null>(null);
  const upload = async (picking: Promise<PickedFile[]> | PickedFile[]) => {
    setPreparing(true);
    try {
      const files = (await picking).map(({ path, file }) => ({ key: prefix + path, size: file.size, content: file }));
      const existing = await existingKeys(
        files.map(({ key }) => key),
        {
          head: (key) => objectHead(place, key),
          list: (folder, cursor) => listFolder(place, { prefix: folder, cursor, limit: 1000 }),
        },
      );
      if (existing.length === 0) return uploads.add(place, files);
      setCollision({
        existing,
        decide(decision) {
          setCollision(null);
          if (decision === 'cancel') return;
          const there = new Set(existing);
          uploads.add(place, decision === 'replace' ? files : files.filter(({ key }) => !there.has(key)));
        },
      });
    } catch (thrown) {
      const { message: what, hint } = error(toErrorRecord(thrown));
      message.error(hint ? `${what} ${hint}` : what);
    } finally {
      setPreparing(false);
    }
  };
  return { upload, isPreparing, collision };
}
