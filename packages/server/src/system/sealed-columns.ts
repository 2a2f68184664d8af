import { ACCESS_KEY_SECRETS } from '../access-keys/service.ts';
import { HOST_SECRETS } from '../hosts/store.ts';
import { CHANNEL_SECRETS } from '../notifications/store.ts';
import { PLAN_SECRETS } from '../plans/hooks.ts';
import { SEALED_ANSWERS } from '../platform/http/idempotency.ts';
import type { SealedColumn } from '../platform/secrets/sealer.ts';
import { REPOSITORY_SECRETS } from '../repositories/store.ts';
import { SIMULATED_CLOUD_SECRETS } from '../simulated-clouds/service.ts';
import { STORAGE_SECRETS } from '../storages/store.ts';

/** Everything that is sealed; a test compares it with the columns of the database. */
export const SEALED_COLUMNS: readonly SealedColumn[] = [
  HOST_SECRETS,
  STORAGE_SECRETS,
  REPOSITORY_SECRETS,
  PLAN_SECRETS,
  CHANNEL_SECRETS,
  ACCESS_KEY_SECRETS,
  SIMULATED_CLOUD_SECRETS,
  SEALED_ANSWERS,
];
