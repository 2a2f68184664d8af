import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { queryClient } from './api/query-client.ts';
import { startI18n } from './i18n/i18n.ts';
import { TextsProvider } from './i18n/use-texts.tsx';
import { router } from './router.tsx';
import { takeSetupToken } from './session/setup-token.ts';
import { ComponentTheme } from './theme/component-theme.tsx';
import './theme/base.css';
import './ui/ui.css';
import './table/table.css';

takeSetupToken();
await startI18n();

const place = document.getElementById('root');
if (place) {
  createRoot(place).render(
    <StrictMode>
      <QueryClientProvider client={queryClient}>
        <TextsProvider>
          <ComponentTheme>
            <RouterProvider router={router} />
          </ComponentTheme>
        </TextsProvider>
      </QueryClientProvider>
    </StrictMode>,
  );
}
