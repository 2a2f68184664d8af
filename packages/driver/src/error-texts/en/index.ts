import { backupErrors } from './backups.ts';
import { channelErrors } from './channels.ts';
import { generalErrors } from './general.ts';
import { systemErrors } from './system.ts';

/** What each code of an error means, in English. */
export const errors = { ...generalErrors, ...channelErrors, ...backupErrors, ...systemErrors };
