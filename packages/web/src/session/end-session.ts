import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { recentResources } from '../live/recent-resources.ts';
import { signOut } from './session-api.ts';

/** Ends the session on the server and forgets everything that was shown. */
export function useEndSession(): () => Promise<void> {
  const client = useQueryClient();
  const router = useRouter();
  return async () => {
    try {
      await signOut();
    } catch {
      // A session that has ended already is what was wanted; one that could not be ended shows on the login page.
    }
    await router.navigate({ to: '/login' });
    client.clear();
    recentResources.forget();
  };
}
