import { useRouter } from '@tanstack/react-router';
import { useEffect, useEffectEvent } from 'react';

/** Does something when the person goes to another page, by whatever means; not when the first one is shown. */
export function usePageChange(act: () => void): void {
  const router = useRouter();
  const onChange = useEffectEvent(act);
  useEffect(
    () =>
      router.subscribe('onBeforeNavigate', ({ fromLocation, hrefChanged }) => {
        if (fromLocation && hrefChanged) onChange();
      }),
    [router],
  );
}
