import { QueryClient } from '@tanstack/react-query';
import { ApiError } from './problem.ts';

/**
 * One client for the whole console. Events keep what is cached fresh, so a repeated visit shows it at once and asks
 * again only after a while.
 */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      gcTime: 10 * 60_000,
      retry: (failures, error) => error instanceof ApiError && error.retryable && failures < 2,
    },
    // Answers may hold secrets, which nothing remembers. Without a network it is told at once, and not tried later.
    mutations: { retry: false, gcTime: 0, networkMode: 'always' },
  },
});
