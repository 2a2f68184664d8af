import type { StorageDriverType } from '@sampan/storage';
import { DriverTypes } from '../platform/driver-types.ts';

/** The types of storage that can be added, by their name. */
export class StorageTypes extends DriverTypes<StorageDriverType> {}
